import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { random } from '@gearboard/gears/testing/random'
import { redisCli } from '@gearboard/gears/vocabulary/redis-cli'
import type { Word } from '@gearboard/gears/vocabulary/shell-words'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type StartedProcess, startRedis } from './gears-processes'

// What is copied makes exactly the arguments that are meant, whatever they hold: run by bash, typed at its prompt, and sent by redis-cli.

const ACCESS = { tls: false, user: null }
const folder = mkdtempSync(join(tmpdir(), 'gearboard-copied-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Of each kind that a shell, a terminal or readline does something with. */
const ALPHABET: readonly string[] = [
  ...`ab01 '"\\!$\`*?[]{}()<>|&;#~=^%@-+,:/`,
  ...Array.from({ length: 32 }, (_, code) => String.fromCharCode(code + 1)),
  ...[
    '\u007f',
    '\u0085',
    '\u009b',
    '\u00a0',
    '\u00ad',
    '\u200b',
    '\u200d',
    '\u200e',
    '\u2028',
    '\u202e',
    '\u2066',
    '\u2069',
  ],
  ...[
    '\ufeff',
    '\ufffe',
    '\u3164',
    '\ud800',
    '\udfff',
    'ß',
    '€',
    '語',
    '😀',
    'e\u0301',
    '!!',
    '!$',
    "\\'",
    "'\\''",
    '$(id)',
    '\r\n',
  ],
]

function wordsFrom(seed: number, count: number): readonly string[][] {
  const next = random(seed)
  const below = (end: number) => Math.floor(next() * end)
  const word = () => Array.from({ length: below(24) }, () => ALPHABET[below(ALPHABET.length)]).join('')
  return Array.from({ length: count }, () => ['RG.TRIGGER', ...Array.from({ length: 1 + below(4) }, word)])
}

const lineOf = (words: readonly Word[], user: string | null = null) =>
  redisCli('127.0.0.1:1', { tls: false, user }, words)

const OPTIONS = ['-h', '127.0.0.1', '-p', '1']
/** Each argument ended by a NUL, each call by one more. */
const recorded = (calls: readonly (readonly string[])[]) =>
  Buffer.concat(
    calls.map((words) =>
      Buffer.from(
        [...OPTIONS, ...words]
          .map((word) => `${word}\0`)
          .join('')
          .concat('\0'),
      ),
    ),
  )
const STUB = `redis-cli() { printf '%s\\0' "$@"; printf '\\0'; }`

async function output(program: string, args: readonly string[], input: string): Promise<Buffer> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stdin.end(input)
  await once(child, 'close')
  return Buffer.concat(chunks)
}

test('bash runs two thousand lines as they are meant', async () => {
  const calls = wordsFrom(10, 2000)
  const lines = calls.map((words) => lineOf(words))
  expect(lines.filter((line) => !/^[ -~]+$/.test(line))).toEqual([])
  const script = join(folder, 'lines.sh')
  writeFileSync(script, [STUB, ...lines].join('\n'))
  const out = await output('bash', [script], '')
  expect(out.equals(recorded(calls))).toBe(true)
})

test('a user name is quoted as arguments are', async () => {
  const users = wordsFrom(11, 200).map(([, user = '']) => user)
  const script = [STUB, ...users.map((user) => lineOf(['PING'], user))].join('\n')
  const out = await output('bash', ['-s'], script)
  expect(out.equals(recorded(users.map((user) => ['--user', user, 'PING'])))).toBe(true)
})

// At a prompt readline acts on control characters, history is expanded, and each line is read before the next one arrives.
test.each(['C', 'C.UTF-8'])('the prompt of bash takes them as they are meant, in the locale %s', async (locale) => {
  const calls = [
    ...wordsFrom(12, 60),
    ['RG.TRIGGER', 'x\u0015touch pwned\r', '\u001bb\u0017\u0003', '\t\t', '!!', '\u0085\u202e'],
  ]
  const out = join(folder, `out-${locale}`)
  const init = join(folder, 'init.sh')
  // A terminal that does not bracket what is pasted, and a history that can be asked for.
  writeFileSync(
    init,
    [
      'bind "set enable-bracketed-paste off"',
      'set -o history -o histexpand',
      STUB.replaceAll('; ', ` >>'${out}'; `),
      'PS1="@@>"',
    ].join('\n'),
  )
  const child = spawn('script', ['-qec', `bash --noprofile --rcfile ${init} -i`, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, LC_ALL: locale, TERM: 'dumb', HISTFILE: '', INPUTRC: '/dev/null' },
  })
  const lines = [...calls.map((words) => lineOf(words)), 'exit']
  let seen = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    seen += text
    // What is echoed may break over lines: only the prompt itself is looked for.
    for (let at = seen.indexOf('@@>'); at >= 0; at = seen.indexOf('@@>')) {
      seen = seen.slice(at + 3)
      const line = lines.shift()
      if (line !== undefined) child.stdin.write(`${line}\r`)
    }
  })
  await once(child, 'close')
  expect(lines).toEqual([])
  expect(readFileSync(out).equals(recorded(calls))).toBe(true)
})

let redis: StartedProcess
let client: Redis
beforeAll(async () => {
  redis = await startRedis()
  client = new Redis(redis.port, '127.0.0.1', { protocol: 2 })
})
afterAll(async () => {
  client.disconnect()
  await redis.stop()
})

test.each<readonly [string, Word]>([
  ['control characters', 'a\u0015b\u001b[201~\r\n\t'],
  ['a NUL', 'a\0b"\\\''],
  ['bytes that are no text', { base64: Buffer.from([0xff, 0, 0x27, 0xfe, 0x5c, 0x0a]).toString('base64') }],
  ['a script longer than an argument may be', `def f(x):\n\treturn "${'ä!'.repeat(100_000)}"\n`],
])('redis-cli stores %s', async (_, word) => {
  const out = await output('bash', ['-s'], redisCli(`127.0.0.1:${redis.port}`, ACCESS, ['SET', 'k', word]))
  expect(String(out)).toContain('OK')
  const bytes = typeof word === 'string' ? Buffer.from(word) : Buffer.from(word.base64, 'base64')
  expect(bytes.equals((await client.getBuffer('k')) ?? Buffer.alloc(0))).toBe(true)
})
