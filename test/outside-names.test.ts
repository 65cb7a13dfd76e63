import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GearsEngine, openGears, type SendCommand } from '@/packages/engine/test/gears-harness'
import { parseMarker } from '@/packages/engine/wheels/marker'

/** Names that every plain object has, or that mean something to it: who looks a name up that comes from outside must not find them. */
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__', 'isPrototypeOf']

const ROOT = join(import.meta.dirname, '..')

describe('tables from names to what they mean', () => {
  /** Their keys are single characters, or what a regular expression let through. */
  const OF_CHARACTERS = ['ESCAPES', 'UNESCAPED', 'NAMED', 'SIGNS', 'SIZES', 'ENTITIES', 'RESP2']

  it('are maps, since names come from outside', () => {
    const found = ['packages', 'lib', 'app', 'components'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|\/test(?:ing)?\//.test(file))
        .flatMap((file) =>
          [
            ...readFileSync(join(ROOT, folder, file), 'utf8').matchAll(
              /^const ([A-Z][A-Z0-9_]+): (?:Readonly<)?Record<string,/gm,
            ),
          ]
            .map(([, name = '']) => name)
            .filter((name) => !OF_CHARACTERS.includes(name))
            .map((name) => `${folder}/${file}: ${name}`),
        ),
    )
    expect(found).toEqual([])
  })
})

describe('a command of the engine', () => {
  /** They end the connection or the engine, or make it one of another kind. */
  const APART =
    /^(shutdown|debug|monitor|[ps]?(un)?subscribe|quit|reset|sync|psync|multi|hello|auth|replicaof|slaveof)$/
  const SUBCOMMANDS = [
    ['CONFIG', 'GET'],
    ['CONFIG', 'SET'],
    ['ACL', 'CAT'],
    ['ACL', 'GETUSER'],
    ['ACL', 'SETUSER'],
    ['ACL', 'DRYRUN', 'default'],
    ['CLIENT', 'LIST', 'TYPE'],
    ['CLIENT', 'KILL', 'TYPE'],
    ['COMMAND', 'INFO'],
    ['COMMAND', 'DOCS'],
    ['COMMAND', 'GETKEYS'],
    ['COMMAND', 'LIST', 'FILTERBY'],
    ['XINFO', 'STREAM'],
    ['OBJECT', 'ENCODING'],
    ['MEMORY', 'USAGE'],
    ['GEODIST', 'place', 'a', 'b'],
    ['GEOSEARCH', 'place', 'FROMMEMBER', 'a', 'BYRADIUS', '1'],
    ['SET', 'key', 'value'],
    ['SCAN', '0', 'TYPE'],
    ['EVAL', 'return redis.call(KEYS[1], ARGV[1])', '1'],
  ]
  let engine: GearsEngine
  let send: SendCommand

  beforeAll(async () => {
    engine = await openGears()
    send = await engine.connect()
  })
  afterAll(() => engine?.stop())

  it('keeps them as values of configuration', async () => {
    for (const name of NAMES) {
      expect(await send('RG.CONFIGGET', name)).toEqual([{ '-': `(error) Unsupported config parameter: ${name}` }])
      expect(await send('RG.CONFIGSET', name, 'here')).toEqual([
        { '+': 'OK - value was saved in extra config dictionary' },
      ])
      expect(await send('RG.CONFIGGET', name)).toEqual(['here'])
      const script = `GB('ShardsIDReader').map(lambda x: configGet('${name}')).run()`
      expect(await send('RG.PYEXECUTE', script)).toEqual([['here'], []])
    }
  })

  it('takes them as names, and none is an internal error', async () => {
    const listed = await send('COMMAND', 'LIST')
    const commands = (Array.isArray(listed) ? listed : []).map(String).filter((name) => !APART.test(name))
    expect(commands.length).toBeGreaterThan(200)
    const failed: string[] = []
    for (const words of [...commands.map((name) => [name]), ...SUBCOMMANDS]) {
      for (const name of NAMES) {
        for (const args of [[name], [name, name], [name, name, name]]) {
          const reply = JSON.stringify(await send(...words, ...args))
          if (/internal error|is not a function|native code/i.test(reply))
            failed.push(`${words.join(' ')} ${name}: ${reply}`)
        }
      }
    }
    expect(failed).toEqual([])
  })
})

describe('a marker of a requirement', () => {
  it('knows no variable and no operator by them', () => {
    for (const name of NAMES) {
      expect(() => parseMarker(`${name} == "3"`)({ python_version: '3.14' })).toThrow(/marker/i)
      expect(() => parseMarker(`python_version ${name} "3"`)({ python_version: '3.14' })).toThrow(/marker/i)
    }
  })
})
