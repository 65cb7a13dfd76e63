import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ERROR_CODES } from '@gearboard/gears/vocabulary/errors'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { contract } from '@/lib/api/contract'
import type { AnyEndpoint } from '@/lib/api/endpoint'
import { HIDDEN_KINDS } from '@/lib/model/people/grant'
import { ROLES } from '@/lib/model/people/role'
import { sessionCookie } from '@/lib/server/auth/session-cookie'
import { HTTP_STATUS } from '@/lib/server/errors'
import { RateLimit } from '@/lib/server/rate-limit'
import { runtime } from '@/lib/server/runtime'
import { type StartedProcess, startEngine } from '@/test/gears-processes'
import { serve } from './serve'
import { Dice, type FieldValues, RequestMaker } from './testing/fuzz'

/*
 * Requests made from the schemas of the contract, to every endpoint, as everybody: `GEARBOARD_FUZZ_REQUESTS=200000 GEARBOARD_FUZZ_SEED=7`
 * makes more, or others. What fails names its seed and number, by which it is made again.
 */
const REQUESTS = Number(process.env.GEARBOARD_FUZZ_REQUESTS ?? 20_000)
const SEED = Number(process.env.GEARBOARD_FUZZ_SEED ?? 1)
/** Requests under way at a time: some wait for the server. */
const AT_ONCE = 32
/** What takes longer hangs, ms; a test event may watch for 10 s, and a blocking run may wait for the engine. */
const HANG_MS = 60_000
/** Requests. */
const RENEWED_AFTER = 500
const MOST_READ_CHARS = 300_000

const ORIGIN = 'http://localhost:3000'
const directory = mkdtempSync(join(tmpdir(), 'gearboard-fuzz-'))
/** What no answer may hold. */
const SECRETS = [
  'connection-secret-7f3a',
  'sentinel-secret-91bd',
  'tls-key-secret-55e0',
  'gearboard-password-c01d',
] as const

const KNOWN = 'orders'
const UNKNOWN = 'nowhere'

/** Everybody who may ask: on all connections, on one that is down alone, on none, a viewer from whom all is hidden, and who is not signed in. */
const PERSONS = [
  ...ROLES.map((role) => ({ name: role, role, connections: ['*'] })),
  { name: 'elsewhere', role: 'admin', connections: ['stock'] },
  { name: 'blind', role: 'viewer', connections: ['*'], hides: HIDDEN_KINDS },
] as const
const NOBODY = 'nobody'
const SIGNED_OUT = 'signed out'
const ASKERS = ['admin', 'developer', 'operator', 'viewer', 'blind', 'elsewhere', NOBODY, SIGNED_OUT] as const
/** Who may not know of the connection that is there. */
const STRANGERS: readonly string[] = ['elsewhere', NOBODY, SIGNED_OUT]

const endpoints = Object.entries<AnyEndpoint>(contract)
const [first = ['', contract.health], ...others] = endpoints
const cookies = new Map<string, string>()

let engine: StartedProcess

const signIn = async (name: string) => {
  const token = await runtime().signIn.sessions.begin({ kind: 'oidc', name, groups: [] }, null)
  return sessionCookie(token, '/', 3600, false).split(';')[0] ?? ''
}

const signAllIn = async () => {
  for (const name of ASKERS) if (name !== SIGNED_OUT) cookies.set(name, await signIn(name))
}

beforeAll(async () => {
  engine = await startEngine()
  const down = 'redis://127.0.0.1:1'
  const config = join(directory, 'gearboard.config.json')
  const connections = [
    { name: KNOWN, url: `redis://127.0.0.1:${engine.port}` },
    { name: 'live', label: 'Büro live', url: down, production: true, password: SECRETS[0] },
    { name: 'stock', url: 'redis+sentinel://127.0.0.1:1/m', sentinel: { password: SECRETS[1] } },
  ]
  const grants = PERSONS.map(({ name, ...grant }) => ({ who: `user:${name}`, ...grant }))
  writeFileSync(config, JSON.stringify({ connections, grants }))
  vi.stubEnv('GEARBOARD_CONFIG', config)
  vi.stubEnv('GEARBOARD_DATA', directory)
  vi.stubEnv('GEARBOARD_LOCAL_USERS', '1')
  vi.stubEnv('GEARBOARD_PASSWORD', SECRETS[3])
  Reflect.set(runtime(), 'requestsOfASession', new RateLimit({ perSecond: 1e9, burst: 1e9 }))
  await signAllIn()
}, 60_000)

afterAll(async () => {
  await runtime().end()
  Reflect.deleteProperty(globalThis, Symbol.for('gearboard.runtime'))
  vi.unstubAllEnvs()
  await engine.stop()
  rmSync(directory, { recursive: true, force: true })
})

/** What leads nowhere but to this machine, grants nothing to those who have none, and installs nothing. */
async function fieldValues(): Promise<FieldValues> {
  const script = "GB('CommandReader', desc='x').register(trigger='fuzz', mode='async_local')"
  const started = await send({
    asker: 'admin',
    method: 'POST',
    path: `/api/${KNOWN}/functions`,
    body: JSON.stringify({ script: "GB('ShardsIDReader').run()" }),
  })
  const registered = await send({
    asker: 'admin',
    method: 'POST',
    path: `/api/${KNOWN}/functions`,
    body: JSON.stringify({ script }),
  })
  const [execution, registration] = [JSON.parse(started.text), JSON.parse(registered.text)]
  const listed = JSON.parse((await send({ asker: 'admin', method: 'GET', path: `/api/${KNOWN}/registrations` })).text)
  const identity = listed.registrations[0]?.identity ?? 'x'
  const ids = [execution.executionId, registration.registrations[0], '1', 'x', 'fuzz', 'admin'] as const
  const urls = [
    'redis://127.0.0.1:1',
    'rediss://127.0.0.1:1',
    'redis+sentinel://127.0.0.1:1/m',
    'unix:///tmp/none.sock',
    'redis://[::1]:1',
    'http://127.0.0.1:1/hook',
    'ftp://127.0.0.1',
    'redis://',
  ] as const
  return new Map<string, readonly [unknown, ...unknown[]]>([
    ['connection', [KNOWN, KNOWN, KNOWN, 'live', 'stock', UNKNOWN, 'shop']],
    ['id', ids],
    ['name', ['fuzz', 'shop', 'zoe', 'ProfileExecutions', 'x']],
    ['key', ['gearboard:test:fuzz', 'MaxExecutions', 'ProfileExecutions', 'fuzz', 'x']],
    ['seen', [identity, `${identity},${identity}`, 'x']],
    ['registration', ids],
    ['url', urls],
    ['host', ['127.0.0.1']],
    ['port', [1]],
    ['natMap', [{}, { '10.0.0.1:6379': '127.0.0.1:1' }, { x: 'y' }]],
    ['tls', [{ verify: false }, {}, { ca: '-----BEGIN x' }, { key: SECRETS[2] }]],
    ['who', ['user:zoe', 'group:none', 'user:', 'nobody']],
    ['script', ['GB().run()', '1', script, 'raise Exception("x")', 'GB(', 'GB().map(lambda x: x).run("*")']],
    ['requirements', [[], ['-r x'], ['']]],
    ['type', ['set', 'hash', 'list', 'string', 'stream', 'del', 'none']],
    ['watchMs', [200, 250, 199, 10_001]],
    ['from', [0, 1_700_000_000_000, 8.64e15, -1]],
    ['to', [1_700_000_000_001, 1_790_000_000_000, 8.64e15, 8.64e15 + 1]],
    ['password', [SECRETS[3], 'wrong', 'a password long enough']],
    ['plan', ['x']],
    ['format', ['csv', 'jsonl', 'xml']],
    ['kind', ['activity', 'memory', 'webhook', 'email', 'failures', 'x']],
  ])
}

interface SentRequest {
  readonly asker: string
  readonly method: string
  /** Escaped, with its query. */
  readonly path: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

interface FuzzAnswer {
  readonly status: number
  readonly headers: string
  readonly text: string
}

async function send({ asker, method, path, body, headers = {} }: SentRequest): Promise<FuzzAnswer> {
  const { pathname } = new URL(path, ORIGIN)
  // Who signs out does so in a session that no other request uses.
  const leaves = method === 'DELETE' && pathname === '/api/session' && cookies.has(asker)
  const cookie = leaves ? await signIn(asker) : cookies.get(asker)
  const request = new Request(`${ORIGIN}${path}`, {
    method,
    headers: {
      host: 'localhost:3000',
      origin: ORIGIN,
      'content-type': 'application/json',
      ...(cookie !== undefined && { cookie }),
      ...headers,
    },
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(HANG_MS),
  })
  // As Next hands the path to the API.
  const response = await serve(request, pathname.split('/').slice(2).map(decodeURIComponent))
  const read = response.body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  // A live stream has no end: its first message is enough.
  const most = pathname.endsWith('/live') && response.ok ? 1 : MOST_READ_CHARS
  for (
    let chunk = await read?.read();
    chunk && !chunk.done;
    chunk = text.length < most ? await read?.read() : undefined
  )
    text += decoder.decode(chunk.value, { stream: true })
  await read?.cancel()
  const told = [...response.headers].filter(([name]) => name !== 'x-request-id')
  return { status: response.status, headers: JSON.stringify(told), text }
}

function made(maker: RequestMaker, fields: FieldValues): SentRequest {
  const { dice } = maker
  // Half of the requests are of those who may do most: the others are refused early.
  const asker = dice.chance(0.5) ? dice.pick(['admin', 'admin', 'developer']) : dice.pick(ASKERS)
  const [, endpoint] = dice.pick([first, ...others])
  const at = (name: string) => {
    const known = fields.get(name)
    const value = known && dice.chance(0.85) ? String(dice.pick(known)) : maker.text()
    // A URL takes these for steps, and nobody gets here with an empty one.
    return value === '' || value === '.' || value === '..'
      ? '-'
      : encodeURIComponent(new TextDecoder().decode(Buffer.from(value)))
  }
  const path = endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) => at(name)) + maker.query(endpoint.query)
  const method = dice.chance(0.97) ? endpoint.method : dice.pick(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'])
  const confirms = dice.chance(0.5) && { 'x-gearboard-confirm': dice.pick(['B%C3%BCro%20live', 'live', '%', '']) }
  if (method === 'GET' || (!endpoint.body && dice.chance(0.8))) return { asker, method, path, headers: { ...confirms } }
  const { text, type } = maker.body(endpoint)
  return { asker, method, path, body: text, headers: { 'content-type': type, ...confirms } }
}

const errorBody = (text: string): { readonly code?: string; readonly message?: string } | undefined => {
  try {
    return JSON.parse(text).error
  } catch {
    return undefined
  }
}

/** What is wrong with an answer, in words; undefined: nothing. */
function faultIn({ status, headers, text }: FuzzAnswer): string | undefined {
  const all = `${headers}\n${text}`
  if (status === 500 || /"code":"internal"/.test(text)) return 'an internal error'
  const secret = [...SECRETS, ...cookies.values()].find((each) => all.includes(each))
  if (secret !== undefined) return `the secret ${secret}`
  if (all.includes(directory) || all.includes(process.cwd())) return 'a path of this machine'
  if (/\n\s+at .*:\d+:\d+|node_modules|node:internal/.test(all)) return 'a stack'
  if (status < 400) return undefined
  const error = errorBody(text)
  const code = ERROR_CODES.find((each) => each === error?.code)
  if (code === undefined || typeof error?.message !== 'string') return 'no error of the closed list'
  if (HTTP_STATUS[code] !== status && ![404, 405, 413].includes(status)) return `status ${status} for ${code}`
  if (/Invalid input|[Ee]xpected \w+, received|Unrecognized key|Too (big|small):/.test(error.message))
    return 'words of zod'
  return undefined
}

/**
 * The answer for a connection that is not there, if it differs from that for the one that is. Asked twice: a session may end between two requests.
 */
async function toldBy(sent: SentRequest, answer: FuzzAnswer): Promise<string | undefined> {
  const elsewhere = async () => {
    const nowhere = await send({ ...sent, path: sent.path.replace(`/${KNOWN}/`, `/${UNKNOWN}/`) })
    return JSON.stringify(nowhere).replaceAll(UNKNOWN, KNOWN)
  }
  if ((await elsewhere()) === JSON.stringify(answer)) return undefined
  const [again, other] = [JSON.stringify(await send(sent)), await elsewhere()]
  return again === other ? undefined : other
}

test(
  `${REQUESTS} requests from seed ${SEED}: no internal error, no hang, no leak`,
  async () => {
    const fields = await fieldValues()
    const faults: string[] = []
    const seen = new Map<string, number>()
    let next = 0
    const worker = async () => {
      while (next < REQUESTS && faults.length < 20) {
        const number = next++
        // Sign-ins that succeed end the oldest sessions, of which there are only so many.
        if (number % RENEWED_AFTER === RENEWED_AFTER - 1) await signAllIn()
        // By its number: what one request asks does not depend on how fast others were.
        const maker = new RequestMaker(new Dice(SEED * 1_000_003 + number), fields)
        const sent = made(maker, fields)
        const begun = performance.now()
        const found = async (words: string) => {
          faults.push(`seed ${SEED}, request ${number}: ${words}\n${JSON.stringify(sent).slice(0, 2000)}`)
        }
        try {
          const answer = await send(sent)
          seen.set(String(answer.status), (seen.get(String(answer.status)) ?? 0) + 1)
          const fault = faultIn(answer)
          if (fault !== undefined) await found(`${fault}: ${answer.status} ${answer.text.slice(0, 500)}`)
          if (performance.now() - begun > HANG_MS) await found('it hung')
          if (STRANGERS.includes(sent.asker) && sent.path.startsWith(`/api/${KNOWN}/`)) {
            const told = await toldBy(sent, answer)
            if (told !== undefined) await found(`differs from one that is not there: ${told.slice(0, 500)}`)
          }
        } catch (error) {
          await found(`threw ${error instanceof Error ? error.stack : String(error)}`)
        }
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    expect(faults).toEqual([])
    if (process.env.GEARBOARD_FUZZ_REQUESTS) process.stdout.write(`${JSON.stringify(Object.fromEntries(seen))}\n`)
    // All kinds of answers were seen: the requests are not all refused for one and the same reason.
    for (const status of [200, 400, 401, 403, 404, 409, 422, 428])
      expect(seen.get(String(status)) ?? 0).toBeGreaterThan(10)
  },
  30 * 60_000,
)
