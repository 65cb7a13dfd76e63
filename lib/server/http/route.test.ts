import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { CallOptions } from '@/lib/api/call'
import { type Contract, contract } from '@/lib/api/contract'
import type { TriggerReply } from '@/lib/api/contract/functions'
import { type AnyEndpoint, answers, endpoint, type Method } from '@/lib/api/endpoint'
import { handlers } from '@/lib/server/handlers'
import { type Handlers, route } from '@/lib/server/http/route'
import { runtime } from '@/lib/server/runtime'

const data = mkdtempSync(join(tmpdir(), 'gearboard-routes-'))
const ROOT = join(import.meta.dirname, '../../..')
const API_ROUTE = 'app/api/[...path]/route.ts'
const endpoints: readonly (readonly [string, AnyEndpoint])[] = Object.entries(contract)
const writes = endpoints.filter(([, endpoint]) => endpoint.method !== 'GET' && endpoint.access !== 'open')

// Node wants `duplex` for a body that is a stream; the types of the DOM do not know it.
const HALF = { duplex: 'half' } as const

type NextRoute = (request: Request, context: { params: Promise<unknown> }) => Promise<Response>

/** As Next calls the one route of the API. */
async function call(request: Request): Promise<Response> {
  const module: Record<string, NextRoute | undefined> = await import(join(ROOT, API_ROUTE))
  // Next answers HEAD with what GET answers.
  const answer = module[request.method === 'HEAD' ? 'GET' : request.method]
  if (!answer) throw new Error(`${API_ROUTE} has no ${request.method}`)
  const path = new URL(request.url).pathname.split('/').slice(2).map(decodeURIComponent)
  return answer(request, { params: Promise.resolve({ path }) })
}

const METHODS: readonly Method[] = ['GET', 'POST', 'PUT', 'DELETE']

const pathOf = ({ path }: AnyEndpoint) => path.replace('{connection}', 'default').replace(/\{\w+\}/g, 'x')

const BODIES: Readonly<Record<string, unknown>> = {
  submit: { script: 'GB().run()' },
  checkScript: { script: 'x' },
  injectEvent: { key: 'gearboard:test:x', type: 'del' },
  setConfig: { value: '1' },
  signIn: { password: 'wrong' },
  setUp: { token: 'x', name: 'ada', password: 'correct horse' },
  addUser: { name: 'ada', password: 'short' },
  changeUser: { groups: [] },
  setUserPassword: { password: 'correct horse' },
  addGrant: { who: 'nobody', connections: ['*'], role: 'viewer' },
  changeGrant: { who: 'everyone', connections: ['*'], role: 'viewer' },
  changeOwnPassword: { current: 'x', password: 'correct horse' },
  makeToken: { name: 'ci', connections: ['*'], role: 'viewer', days: 0 },
  trigger: {},
}

/** Asks an endpoint as a client on this machine does. */
async function ask(name: string, endpoint: AnyEndpoint, headers: Record<string, string> = {}): Promise<Response> {
  const body = BODIES[name]
  const request = new Request(`http://localhost:3000${pathOf(endpoint)}`, {
    method: endpoint.method,
    headers: { host: 'localhost:3000', ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return call(request)
}

const NOBODY = {
  signedIn: false,
  passwordRequired: true,
  ways: { password: true, users: false, proxy: false, oidc: null, setup: false },
  kind: null,
  name: null,
  role: null,
  connections: [],
}

const codeOf = async (response: Response) => ({ status: response.status, code: (await response.json())?.error?.code })

async function forget(): Promise<void> {
  await runtime().end()
  Reflect.deleteProperty(globalThis, Symbol.for('gearboard.runtime'))
}

// No server listens there: what passes the gate answers `unreachable`.
beforeEach(() => {
  vi.stubEnv('GEARBOARD_URL', 'redis://127.0.0.1:1')
  vi.stubEnv('GEARBOARD_DATA', data)
})
afterEach(async () => {
  await forget()
  vi.unstubAllEnvs()
})
afterAll(() => rmSync(data, { recursive: true, force: true }))

describe('the contract and the handlers', () => {
  test.each(endpoints)('%s is served', async (name, endpoint) => {
    expect(Object.entries(handlers).find(([each]) => each === name)?.[1]).toBeTypeOf('function')
    const options = await call(new Request(`http://localhost:3000${pathOf(endpoint)}`, { method: 'OPTIONS' }))
    expect(options.headers.get('allow')?.split(', ')).toContain(endpoint.method)
  })

  test('nothing is served that the contract does not name', async () => {
    const files = readdirSync(join(ROOT, 'app/api'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('route.ts'))
      .map((name) => join('app/api', name))
    expect(files).toEqual([API_ROUTE])
    expect(Object.keys(handlers).sort()).toEqual(Object.keys(contract).sort())
    for (const path of new Set(endpoints.map(([, endpoint]) => pathOf(endpoint)))) {
      const served = endpoints.flatMap(([, endpoint]) => (pathOf(endpoint) === path ? [endpoint.method] : []))
      for (const method of METHODS.filter((each) => !served.includes(each))) {
        const answer = await call(new Request(`http://localhost:3000${path}`, { method }))
        expect(await codeOf(answer), `${method} ${path}`).toEqual({ status: 405, code: 'invalid_request' })
        expect(answer.headers.get('allow')?.split(', ')).toEqual(expect.arrayContaining(served))
      }
    }
  })

  test.each([
    '/api/nothing',
    '/api/default',
    '/api/default/executions/x/nothing',
    '/api/default//x',
    '/api/health/x',
    '/api/__proto__',
    '/api/default/constructor',
  ])('%s is not found, in the shape of every error', async (path) => {
    for (const method of METHODS) {
      const answer = await call(new Request(`http://localhost:3000${path}`, { method }))
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(await codeOf(answer)).toEqual({ status: 404, code: 'not_found' })
    }
  })

  test.each([
    ['/api/health', 'GET, HEAD, OPTIONS'],
    ['/api/session', 'DELETE, OPTIONS, POST'],
    ['/api/default/views', 'GET, HEAD, OPTIONS, POST'],
    ['/api/default/config/MaxExecutions', 'OPTIONS, PUT'],
  ])('OPTIONS of %s: %s', async (path, allow) => {
    const answer = await call(new Request(`http://localhost:3000${path}`, { method: 'OPTIONS' }))
    expect([answer.status, answer.headers.get('allow'), await answer.text()]).toEqual([204, allow, ''])
  })

  test('HEAD is answered as GET is, and only where there is GET', async () => {
    const head = (path: string) =>
      call(new Request(`http://localhost:3000${path}`, { method: 'HEAD', headers: { host: 'localhost:3000' } }))
    expect((await head('/api/health')).status).toBe(200)
    expect((await head('/api/default/executions?since=-1')).status).toBe(400)
    expect((await head('/api/session')).status).toBe(405)
  })

  test('a handler that is missing, or answers something else, does not compile', () => {
    const { health, ...others } = handlers
    // @ts-expect-error health is missing
    const missing: Handlers = others
    const wrong: Handlers = {
      ...handlers,
      // @ts-expect-error `connections` answers with connections and the time
      connections: async () => ({ connections: [] }),
      // @ts-expect-error the path has no {id}
      cluster: async ({ params }) => handlers.cluster({ ...params, id: params.id }),
    }
    expect([health, missing, wrong]).toHaveLength(3)
  })

  test('a write that does not say whether production asks for its name does not compile', () => {
    const words = { method: 'POST', action: 'X', access: 'operate', summary: '', reply: answers<null>() } as const
    const made = [
      endpoint({ ...words, path: '/api/{connection}/x', confirm: 'connection' }),
      endpoint({ ...words, path: '/api/{connection}/x', confirm: null }),
      // @ts-expect-error it says nothing
      endpoint({ ...words, path: '/api/{connection}/x' }),
      // @ts-expect-error the path has no {name}
      endpoint({ ...words, path: '/api/{connection}/x', confirm: 'name' }),
      // @ts-expect-error nor has it what a read cannot ask for
      endpoint({ ...words, path: '/api/{connection}/x', method: 'GET', action: undefined, confirm: 'connection' }),
    ]
    // @ts-expect-error the caller does not say what was typed
    const call: CallOptions<Contract['refreshCluster']> = { params: { connection: 'x' } }
    expect([...made, call]).toHaveLength(6)
  })
})

describe.each(writes)('%s, a write', (name, endpoint) => {
  test('is refused in read-only mode, if it is one to the server', async () => {
    vi.stubEnv('GEARBOARD_READ_ONLY', '1')
    const answer = await codeOf(await ask(name, endpoint))
    if (endpoint.ownRecord) expect(answer.code).not.toBe('read_only')
    else expect(answer).toEqual({ status: 403, code: 'read_only' })
  })

  test.each([
    [{ origin: 'http://evil.example' }],
    [{ origin: 'null' }],
    [{ origin: 'http://localhost:3001' }],
    [{ origin: 'https://localhost:3000' }],
    [{ origin: 'http://localhost' }],
    [{ origin: 'http://127.0.0.1:3000' }],
    [{ origin: 'http://localhost:3000.evil.example' }],
    [{ origin: '' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site', origin: 'http://localhost:3001' }],
    [{ 'sec-fetch-site': 'same-origin', origin: 'http://evil.example' }],
  ])('is refused from elsewhere: %o', async (headers) => {
    expect(await codeOf(await ask(name, endpoint, headers))).toEqual({ status: 403, code: 'forbidden' })
  })

  // It needs no RedisGears, nothing that is there and no body.
  const isCarriedOut = name === 'enableDefaultAlertRules'

  test('passes the gate from our own page and from no browser', async () => {
    const ownPage = { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-origin' }
    for (const headers of [ownPage, undefined]) {
      const { code } = await codeOf(await ask(name, endpoint, headers))
      expect(isCarriedOut ? [undefined] : ['unreachable', 'not_found', 'invalid_request']).toContain(code)
    }
  })

  test('needs a sign-in where there is a password', async () => {
    vi.stubEnv('GEARBOARD_PASSWORD', 'correct horse')
    expect(await codeOf(await ask(name, endpoint))).toEqual({ status: 401, code: 'unauthenticated' })
  })

  test('is on record, carried out or refused, with who, what and why', async () => {
    const lastEntry = async () => {
      const { store } = runtime().history
      await store.flush()
      return store.audit.page({ connection: 'default', own: true, limit: 1 }).entries[0]
    }
    await ask(name, endpoint, { 'x-gearboard-peer': '192.0.2.7', 'x-forwarded-for': '10.0.0.1' })
    const expected = {
      action: name,
      connection: endpoint.path.includes('{connection}') ? 'default' : null,
      who: 'anonymous',
      ip: '192.0.2.7',
    }
    const refused = { error: expect.any(String), outcome: expect.stringMatching(/^(failed|refused)$/) }
    expect(await lastEntry()).toMatchObject({
      ...expected,
      ...(isCarriedOut ? { outcome: 'ok', error: null } : refused),
    })
    await ask(name, endpoint, { origin: 'http://evil.example' })
    expect(await lastEntry()).toMatchObject({ ...expected, ...refused, ip: null, outcome: 'refused' })
  })
})

describe('reads', () => {
  const reads = endpoints.filter(([, endpoint]) => endpoint.method === 'GET' && endpoint.access !== 'open')

  test.each(reads)('%s needs a sign-in where there is a password', async (name, endpoint) => {
    vi.stubEnv('GEARBOARD_PASSWORD', 'correct horse')
    expect(await codeOf(await ask(name, endpoint))).toEqual({ status: 401, code: 'unauthenticated' })
  })

  test.each(endpoints)(
    '%s does not answer to another name than this machine’s (DNS rebinding)',
    async (name, endpoint) => {
      expect(await codeOf(await ask(name, endpoint, { host: 'evil.example:3000' }))).toEqual({
        status: 403,
        code: 'forbidden',
      })
    },
  )

  test('wherever it listens, without a password it answers to no other name', async () => {
    vi.stubEnv('HOST', '0.0.0.0')
    vi.stubEnv('GEARBOARD_INSECURE', '1')
    vi.stubEnv('GEARBOARD_ALLOWED_HOSTS', 'gearboard.example')
    const status = async (host: string) => (await ask('health', contract.health, { host })).status
    for (const host of [
      'evil.example',
      'evil.example:3000',
      'gearboard',
      'sub.gearboard.example',
      '127.0.0.1.evil.example',
    ])
      expect(await status(host), host).toBe(403)
    for (const host of ['localhost:3000', '127.0.0.1:1', '192.168.1.4:3000', '[::1]:3000', 'gearboard.example:3000'])
      expect(await status(host), host).toBe(200)
  })

  test('nothing is served where it may not listen', async () => {
    vi.stubEnv('HOST', '0.0.0.0')
    const { status } = await codeOf(await ask('connections', contract.connections))
    expect(status).toBe(403)
  })

  test('a server that nobody reached is an error, not an empty list', async () => {
    expect(await codeOf(await ask('executions', contract.executions))).toEqual({ status: 503, code: 'unreachable' })
  })

  test('a connection that is none is not found; a query that is wrong names its field', async () => {
    const at = (url: string) => call(new Request(url, { headers: { host: 'localhost' } }))
    expect(await codeOf(await at('http://localhost/api/no/executions'))).toEqual({
      status: 404,
      code: 'not_found',
    })
    const answer = await at('http://localhost/api/default/executions?since=-1')
    expect(answer.status).toBe(400)
    expect((await answer.json()).error.details).toEqual([{ at: 'since', message: expect.any(String) }])
  })

  test('a stream goes on from what the browser had last, though its address is of another version', async () => {
    const { version } = runtime().connections.get('default')?.hub.feed ?? { version: 0 }
    const ending = new AbortController()
    const request = new Request(`http://localhost:3000/api/default/live?since=${version}`, {
      headers: { host: 'localhost:3000', 'last-event-id': '1' },
      signal: ending.signal,
    })
    const answer = await call(request)
    let text = ''
    for await (const chunk of answer.body ?? []) {
      text += Buffer.from(chunk).toString()
      if (text.includes('event: delta')) break
    }
    ending.abort()
    expect(text).toContain('"full":true')
  })

  test('answers are not stored anywhere and carry the id of their request', async () => {
    const answer = await ask('health', contract.health)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  })
})

describe('names that every plain object has', () => {
  const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'] as const
  const queries = (endpoint: AnyEndpoint): readonly string[] =>
    endpoint.query && 'shape' in endpoint.query && endpoint.query.shape instanceof Object
      ? Object.keys(endpoint.query.shape)
      : []

  async function asked(endpoint: AnyEndpoint, connection: string, name: string) {
    const query = new URLSearchParams(queries(endpoint).map((key) => [key, name]))
    const path = endpoint.path.replace('{connection}', connection).replace(/\{\w+\}/g, name)
    const text = JSON.stringify({ script: name, key: name, type: name, value: name, name, query: name, args: [name] })
    const body = text.replace('{', `{"__proto__":{"${name}":1},`)
    const request = new Request(`http://localhost:3000${path}?${query}`, {
      method: endpoint.method,
      headers: { host: 'localhost:3000', 'content-type': 'application/json', 'last-event-id': name },
      ...(endpoint.body && { body }),
    })
    const answer = await call(request)
    if (answer.ok) await answer.body?.cancel()
    return answer.status
  }

  test.each(endpoints)('%s finds nothing by them, and breaks on none', async (_, endpoint) => {
    for (const name of NAMES) {
      expect(await asked(endpoint, 'default', name)).not.toBe(500)
      if (endpoint.path.includes('{connection}') && endpoint.access !== 'open')
        expect([400, 404]).toContain(await asked(endpoint, name, name))
    }
  })
})

describe('sign-in', () => {
  beforeEach(() => vi.stubEnv('GEARBOARD_PASSWORD', 'correct horse'))

  async function signIn(password: string, headers: Record<string, string> = {}): Promise<Response> {
    const request = new Request('http://localhost:3000/api/session', {
      method: 'POST',
      headers: { host: 'localhost:3000', 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ password }),
    })
    return call(request)
  }

  test('opens what needs it, by a cookie that scripts and other sites cannot use', async () => {
    const answer = await signIn('correct horse')
    expect(await answer.json()).toMatchObject({ signedIn: true, passwordRequired: true, name: 'admin', role: 'admin' })
    const set = answer.headers.get('set-cookie') ?? ''
    expect(set).toMatch(/HttpOnly/i)
    expect(set).toMatch(/SameSite=Strict/i)
    const cookie = set.split(';')[0] ?? ''
    expect((await ask('connections', contract.connections, { cookie })).status).toBe(200)
    expect((await ask('connections', contract.connections, { cookie: `${cookie.slice(0, -4)}AAAA` })).status).toBe(401)
    const write = await ask('dropExecution', contract.dropExecution, { cookie })
    expect(await codeOf(write)).toEqual({ status: 403, code: 'forbidden' })
    const own = await ask('dropExecution', contract.dropExecution, { cookie, origin: 'http://localhost:3000' })
    expect((await codeOf(own)).code).not.toBe('forbidden')
  })

  test('refuses a wrong password, and after five of them the right one for a while', async () => {
    for (let i = 0; i < 5; i++) expect((await signIn('wrong')).status).toBe(401)
    const answer = await signIn('correct horse')
    expect(answer.status).toBe(429)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('who is not let in fills the audit log with 60 lines a minute at most', async () => {
    const cookie = (await signIn('correct horse')).headers.get('set-cookie')?.split(';')[0] ?? ''
    const { store } = runtime().history
    // On a busy machine the calls take longer than the minute that they are counted in.
    const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now())
    onTestFinished(() => clock.mockRestore())
    const strangers = async (attempts: number) => {
      for (let attempt = 0; attempt < attempts; attempt++) await ask('dropExecution', contract.dropExecution)
      await store.flush()
      const { entries } = store.audit.page({ connection: 'default', own: true, limit: 500 })
      return entries.filter(({ action, who }) => action === 'dropExecution' && who === 'anonymous').length
    }
    const before = await strangers(0)
    expect(await strangers(70)).toBe(before + 60)
    expect(await strangers(70)).toBe(before + 60)
    await ask('dropExecution', contract.dropExecution, { cookie, origin: 'http://localhost:3000' })
    await store.flush()
    const entries = store.audit.page({ connection: 'default', own: true, limit: 1 }).entries
    // Those who are signed in are recorded beside them.
    expect(entries[0]).toMatchObject({ action: 'dropExecution', who: 'admin' })
  })

  test('one sign-in that asks too fast is refused, without a line in the audit log, and another one is not', async () => {
    const session = async () => (await signIn('correct horse')).headers.get('set-cookie')?.split(';')[0] ?? ''
    const [greedy, other] = [await session(), await session()]
    const { store } = runtime().history
    const headers = { cookie: greedy, origin: 'http://localhost:3000' }
    let answer = await ask('me', contract.me, headers)
    for (let at = 0; at < 5000 && answer.status === 200; at++) answer = await ask('me', contract.me, headers)
    expect(await codeOf(answer)).toEqual({ status: 429, code: 'too_many_requests' })
    expect(answer.headers.get('retry-after')).toBe('1')
    await store.flush()
    const before = store.audit.page({ connection: 'default', limit: 500 }).entries.length
    const statuses = new Set<number>()
    for (let at = 0; at < 20; at++) statuses.add((await ask('dropExecution', contract.dropExecution, headers)).status)
    await store.flush()
    const recorded = store.audit.page({ connection: 'default', limit: 500 }).entries.length - before
    // Some may pass meanwhile.
    expect(statuses).toContain(429)
    expect(recorded).toBeLessThan(20)
    expect((await ask('me', contract.me, { cookie: other })).status).toBe(200)
  })

  test('signing out takes the cookie away', async () => {
    const cookie = (await signIn('correct horse')).headers.get('set-cookie')?.split(';')[0] ?? ''
    const answer = await ask('signOut', contract.signOut, { cookie, origin: 'http://localhost:3000' })
    expect(await answer.json()).toEqual({ ...NOBODY, location: null })
    expect(answer.headers.get('set-cookie')).toMatch(/Max-Age=0/i)
  })

  describe('signing out while something of the session is under way', () => {
    const origin = 'http://localhost:3000'
    const session = async () => (await signIn('correct horse')).headers.get('set-cookie')?.split(';')[0] ?? ''
    const triggerCall = (cookie: string, body: BodyInit, signal?: AbortSignal) =>
      new Request(`${origin}/api/default/triggers/x`, {
        method: 'POST',
        headers: { host: 'localhost:3000', 'content-type': 'application/json', cookie, origin },
        body,
        ...HALF,
        ...(signal && { signal }),
      })
    const params = { connection: 'default', name: 'x' }
    /** A trigger that answers when the test lets it. */
    function waiting() {
      let answer: (reply: TriggerReply) => void = () => undefined
      let begin: () => void = () => undefined
      const reply = new Promise<TriggerReply>((done) => {
        answer = done
      })
      const begun = new Promise<void>((done) => {
        begin = done
      })
      const handler = route(contract.trigger, async () => {
        begin()
        return reply
      })
      return { handler, answer, begun }
    }
    const audited = async () => {
      const { store } = runtime().history
      await store.flush()
      return store.audit.page({ connection: 'default', limit: 50 }).entries.filter(({ action }) => action === 'trigger')
    }

    test('an answer that comes later is not handed out, and what was sent is on record', async () => {
      const cookie = await session()
      const { handler, answer: endWith, begun } = waiting()
      const before = (await audited()).length
      const answer = handler(triggerCall(cookie, '{}'), params)
      await begun
      await ask('signOut', contract.signOut, { cookie, origin })
      const refused = await answer
      expect(refused.status).toBe(401)
      expect(await refused.text()).toContain('The action continues')
      expect(await audited()).toHaveLength(before)
      endWith({ durationMs: 1, error: 'secret' })
      await expect.poll(async () => (await audited()).length).toBe(before + 1)
      expect((await audited())[0]).toMatchObject({ outcome: 'ok', who: 'admin' })
    })

    test.each([
      ['the session ended', 401, /signed out before this was sent/],
      ['the client left', 400, /client left before this was sent/],
    ])('nothing is sent where %s while the body arrived', async (what, status, words) => {
      const cookie = await session()
      const { handler } = waiting()
      const body = new TransformStream<Uint8Array, Uint8Array>()
      const writer = body.writable.getWriter()
      const leaving = new AbortController()
      const answer = handler(triggerCall(cookie, body.readable, leaving.signal), params)
      await writer.write(new TextEncoder().encode('{'))
      if (what === 'the client left') leaving.abort()
      else await ask('signOut', contract.signOut, { cookie, origin })
      await writer.write(new TextEncoder().encode('}')).catch(() => undefined)
      await writer.close().catch(() => undefined)
      const refused = await answer
      expect(refused.status).toBe(status)
      expect(await refused.text()).toMatch(words)
      expect((await audited())[0]).toMatchObject({ outcome: 'refused' })
    })
  })

  test('who is signed in may be asked by anybody', async () => {
    expect(await (await ask('me', contract.me)).json()).toEqual(NOBODY)
  })
})
