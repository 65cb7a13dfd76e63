import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { redisCli } from './redis-cli'
import { splitWords, type Word } from './shell-words'

const HERE = { tls: false, user: null }
const AT = '10.0.0.1:6379'

describe('a line names its server', () => {
  it.each([
    ['127.0.0.1:6379', HERE, 'redis-cli -h 127.0.0.1 -p 6379 PING'],
    ['[fd00::7]:7001', HERE, 'redis-cli -h fd00::7 -p 7001 PING'],
    ['cache.example.com:6380', { tls: true, user: null }, 'redis-cli -h cache.example.com -p 6380 --tls PING'],
    ['h:1', { tls: true, user: "o'neil" }, `redis-cli -h h -p 1 --tls --user 'o'\\''neil' PING`],
    ['/var/run/redis.sock', HERE, 'redis-cli -s /var/run/redis.sock PING'],
    ['/tmp/my redis.sock', HERE, `redis-cli -s '/tmp/my redis.sock' PING`],
  ])('%s', (address, access, line) => {
    expect(redisCli(address, access, ['PING'])).toBe(line)
  })

  it('follows a key where it is told to', () => {
    expect(redisCli(AT, HERE, ['RG.TRIGGERONKEY', 't', 'k'], { follow: true })).toBe(
      'redis-cli -h 10.0.0.1 -p 6379 -c RG.TRIGGERONKEY t k',
    )
  })

  it('leaves plain words alone', () => {
    expect(redisCli(AT, HERE, ['RG.UNREGISTER', `${'0'.repeat(40)}-1`, 'abortpending'])).toBe(
      `redis-cli -h 10.0.0.1 -p 6379 RG.UNREGISTER ${'0'.repeat(40)}-1 abortpending`,
    )
  })
})

describe('run by bash', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gearboard-cli-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const stub = join(folder, 'redis-cli')
  // Its arguments, each ended by a NUL; then what it reads.
  writeFileSync(stub, `#!/bin/bash\nprintf '%s\\0' "$@"\n[ -p /dev/stdin ] || [ -f /dev/stdin ] && cat\nexit 0\n`)
  chmodSync(stub, 0o755)

  function run(line: string): { readonly args: readonly Buffer[]; readonly input: string } {
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` }
    const out = execFileSync('bash', ['-c', line], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    const parts: Buffer[] = []
    let at = 0
    for (let end = out.indexOf(0); end >= 0; end = out.indexOf(0, at)) {
      parts.push(out.subarray(at, end))
      at = end + 1
    }
    return { args: parts.slice(4), input: out.toString('utf8', at) }
  }

  /** What the server would be sent of it: UTF-8 has no halves of a surrogate pair. */
  const sent = (text: string) => Buffer.from(text).toString()

  const texts: readonly string[] = [
    "it's",
    '',
    'a b',
    '$(reboot)',
    '`id`',
    '"',
    '*',
    '-5',
    '--user',
    '\\',
    '\\x41',
    '€',
    '!!',
    "!'\n!",
    'line\nbreak',
    'tab\there',
    'def f(x):\n\treturn \'$x\' + "\\n"\r\n',
    '\u001b[2J\u0007\u007f',
    '\u0085 and \u009b',
    'kill\u0015rm -rf ~\r',
    '\u2066isolated\u2069',
    '\u3164\u115f\u034f fillers',
    '\u00a0\u3000',
    '\ud83d half',
    'half \udc00\ud800',
    '=ls',
    '^a^b',
    'grüße',
    'right \u202eto left',
    'zero\u200bwidth\ufeff',
    '\u2028',
    'abc\u0001f00d',
    '👩‍👩‍👧 ❤️',
    '~',
    '#no comment',
    'a=b;c|d>e<f&g',
    '{1,2}',
  ]

  it.each(texts.map((text) => [JSON.stringify(text), text]))('%s', (_, text) => {
    const line = redisCli(AT, HERE, ['RG.TRIGGER', text, text])
    expect(line).toMatch(/^[ -~]+$/)
    expect(run(line).args.map(String)).toEqual(['RG.TRIGGER', sent(text), sent(text)])
  })

  it('bytes that are no text', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x27, 0x5c, 0x0a, 0x41, 0x80])
    const { args } = run(redisCli(AT, HERE, ['RG.TRIGGER', { base64: bytes.toString('base64') }]))
    expect(args[1]).toEqual(bytes)
  })

  it.each<[string, Word]>([
    ['a NUL in text', "a\0b'\\\n"],
    ['a NUL in bytes', { base64: Buffer.from([0xff, 0, 0x22, 0x5c]).toString('base64') }],
  ])('%s goes by the input', (_, word) => {
    const { args, input } = run(redisCli(AT, HERE, ['RG.TRIGGER', 't', word]))
    expect(args).toEqual([])
    expect(splitWords(input)).toEqual({ words: ['RG.TRIGGER', 't', word] })
  })
})
