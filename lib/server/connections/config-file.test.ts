import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Authority } from '@/test/certificates'
import { SettingsError } from '../settings'
import { configFileSchema, parseConfigFile } from './config-file'
import { readText } from './references'

const FILES = new Map([
  ['/run/secrets/redis', 'from a file\n'],
  ['/run/secrets/url', 'rediss://db.example:6380'],
])

const read = (config: unknown, env: Record<string, string> = {}) =>
  parseConfigFile(typeof config === 'string' ? config : JSON.stringify(config), 'gearboard.config.json', {
    env,
    readText: (path) => FILES.get(path) ?? readText(path, 1000),
  })

/** The lines of the error, without the name of the file. */
function problemsOf(config: unknown, env: Record<string, string> = {}): readonly string[] {
  try {
    read(config, env)
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    return error.message.split('\n').map((line) => line.replace('gearboard.config.json: ', ''))
  }
  return []
}

const connection = (more: Record<string, unknown> = {}) => ({ name: 'orders', url: 'redis://127.0.0.1:6379', ...more })
const problemsWith = (more: Record<string, unknown>, env: Record<string, string> = {}) =>
  problemsOf({ connections: [connection(more)] }, env)

test('a file names connections and grants, and what it leaves out has defaults', () => {
  expect(
    read({
      $schema: './docs/gearboard.config.schema.json',
      connections: [
        connection(),
        connection({ name: 'stock', url: 'redis://h:1', labels: ['team:stock', 'eu'], production: true }),
      ],
      grants: [
        { who: 'group:sre', connections: ['*'], role: 'operator' },
        { who: 'everyone', connections: ['label:eu'], role: 'viewer', hides: ['results'] },
      ],
    }),
  ).toMatchObject({
    connections: [
      { name: 'orders', cluster: 'auto', readOnly: false, production: false, labels: [] },
      { name: 'stock', labels: ['team:stock', 'eu'], production: true },
    ],
    grants: [
      { who: { kind: 'group', name: 'sre' }, role: 'operator' },
      { who: { kind: 'everyone' }, role: 'viewer', hides: ['results'] },
    ],
  })
  expect(read({})).toEqual({ connections: [], grants: [] })
})

describe('secrets', () => {
  test('come from the environment and from files', () => {
    const { connections } = read(
      {
        connections: [
          connection({ password: `\${REDIS_PASS}`, username: `\${WHO}-app` }),
          connection({ name: 'b', password: 'file:/run/secrets/redis' }),
          connection({ name: 'c', url: 'file:/run/secrets/url' }),
          connection({ name: 'd', password: `a$\${b}` }),
        ],
      },
      { REDIS_PASS: 'from outside', WHO: 'orders' },
    )
    expect(connections.map(({ password }) => password)).toEqual(['from outside', 'from a file', undefined, `a\${b}`])
    expect(connections[0]?.username).toBe('orders-app')
    expect(connections[2]?.url).toBe('rediss://db.example:6380')
  })

  test.each([
    [{ password: `\${NONE}` }, [`connections[0].password: refers to \${NONE}, and the environment has no NONE`]],
    [{ password: `x\${A}\${B}` }, [`connections[0].password: refers to \${B}, and the environment has no B`]],
    [
      { password: 'file:/run/secrets/none' },
      [
        'connections[0].password: refers to the file "/run/secrets/none", which cannot be read: ENOENT: no such file or directory',
      ],
    ],
    [
      { tls: { ca: 'file:/run' } },
      ['connections[0].tls.ca: refers to the file "/run", which cannot be read: it is a directory'],
    ],
  ])('%j says what it refers to', (more, problems) => {
    expect(problemsWith(more, { A: '1' })).toEqual(problems)
  })

  test('are in no message', () => {
    const secret = 'hunter2-hunter2'
    const wrong = [
      { password: secret, url: `redis://u:${secret}@h:1` },
      { url: `redis://:${secret}@h:port` },
      { password: [secret] },
      { tls: { key: secret } },
      { password: secret.repeat(100) },
      { natMap: { [secret]: secret } },
      { passwort: secret },
    ]
    for (const more of wrong) {
      const problems = problemsWith(more)
      expect(problems).not.toEqual([])
      expect(problems.join('\n').replaceAll(`natMap.${secret}`, '')).not.toContain(secret)
    }
  })
})

test('docs/gearboard.config.schema.json is the schema', async () => {
  const schema = z.toJSONSchema(configFileSchema, { io: 'input', unrepresentable: 'any' })
  const text = JSON.stringify(
    { ...schema, title: 'gearboard.config.json: connections and grants of Gearboard' },
    null,
    2,
  )
  await expect(`${text}\n`).toMatchFileSnapshot('../../../docs/gearboard.config.schema.json')
})

test('the example in docs/connections.md is one', () => {
  const document = readFileSync(join(import.meta.dirname, '../../../docs/connections.md'), 'utf8')
  const [, example = ''] = /^```json\n([\s\S]*?)\n```$/m.exec(document) ?? []
  const pair = authority.pair()
  const files = new Map([
    ['/run/secrets/ca.pem', authority.certificate],
    ['/run/secrets/client.pem', pair.cert],
    ['/run/secrets/client.key', pair.key],
    ['/run/secrets/carts', 'sesame'],
  ])
  const { connections, grants } = parseConfigFile(example, 'gearboard.config.json', {
    env: { ORDERS_PASSWORD: 'sesame', SENTINEL_PASSWORD: 'sesame' },
    readText: (path) => files.get(path) ?? '',
  })
  expect(connections.map(({ name }) => name)).toEqual(['orders', 'carts'])
  expect(grants).toHaveLength(3)
})

const authority = new Authority()
afterAll(() => authority.remove())

describe('a wrong field names itself', () => {
  test.each<[unknown, readonly string[]]>([
    ['{"connections": [\n{"name": "a",}\n]}', ['line 2: this is no JSON']],
    ['', ['this is no JSON']],
    ['[]', ['the file: must be an object']],
    [{ connection: [] }, ['connection: is no field']],
    [{ connections: {} }, ['connections: must be an array']],
    [{ connections: [{ url: 'redis://h' }] }, ['connections[0].name: is missing; it must be a string']],
    [
      { connections: [connection(), connection({ name: 'Orders' })] },
      ['connections[1].name: is the name of connections[0] already'],
    ],
    [
      { connections: [connection({ name: 'api' })] },
      ['connections[0].name: is an address of Gearboard itself; choose another name'],
    ],
    [
      { connections: [connection({ name: 'a/b' })] },
      [
        'connections[0].name: must be 1 to 40 letters, digits, dots, dashes or underscores, and begin with a letter or digit',
      ],
    ],
    [
      { grants: [{ who: 'ada', connections: ['*'], role: 'admin' }] },
      ['grants[0].who: must be everyone, or user: or group: and a name'],
    ],
    [
      { grants: [{ who: 'user:ada', connections: [], role: 'admin' }] },
      ['grants[0].connections: must have an entry; * is all connections'],
    ],
    [
      { grants: [{ who: 'user:ada', connections: ['*'], role: 'root' }] },
      ['grants[0].role: must be one of viewer, operator, developer, admin'],
    ],
    [
      { grants: [{ who: 'user:ada', connections: ['*'], role: 'operator', hides: ['results'] }] },
      ['grants[0].hides: is for viewers: whoever may act can read what functions return'],
    ],
  ])('%j', (config, problems) => {
    expect(problemsOf(config)).toEqual(problems)
  })

  test.each<[Record<string, unknown>, readonly string[]]>([
    [{ readonly: true }, ['connections[0].readonly: is no field']],
    [{ readOnly: 'yes' }, ['connections[0].readOnly: must be true or false']],
    [{ colour: 'mauve' }, ['connections[0].colour: must be one of blue, green, amber, red, violet, cyan, pink, grey']],
    [{ labels: ['a b'] }, ['connections[0].labels[0]: must be 1 to 63 letters, digits or . _ : = / -']],
    [{ tls: {} }, ['connections[0].tls: needs a URL with rediss:// or rediss+sentinel://']],
    [{ sentinel: { password: 'x' } }, ['connections[0].sentinel: needs a URL with redis+sentinel://']],
    [{ url: 'redis://u:p@h', username: 'v' }, ['connections[0].username: is in the URL already; name it once']],
    [{ natMap: { a: 'b:1' } }, ['connections[0].natMap.a: must be host:port, an IPv6 address in brackets']],
    [
      { url: 'rediss://h', tls: { cert: authority.certificate } },
      ['connections[0].tls.key: it is missing; a client certificate needs its key'],
    ],
  ])('%j', (more, problems) => {
    expect(problemsWith(more)).toEqual(problems)
  })

  test('a file that is not what it should be, all the way down', () => {
    const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`
    expect(problemsOf(deep).length).toBeGreaterThan(0)
    expect(problemsOf({ connections: Array.from({ length: 501 }, (_, n) => connection({ name: `c${n}` })) })).toEqual([
      'connections: must have at most 500 entries',
    ])
  })
})
