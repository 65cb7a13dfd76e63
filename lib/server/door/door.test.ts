import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { Door, type DoorOptions, SERVER_OPTIONS } from './door'
import { readTrustedProxies } from './peer'

const ENDPOINTS = [
  { method: 'GET', path: '/api/health' },
  { method: 'POST', path: '/api/session' },
  { method: 'DELETE', path: '/api/session' },
  { method: 'GET', path: '/api/{connection}/executions' },
  { method: 'GET', path: '/api/{connection}/registrations/trends' },
  { method: 'GET', path: '/api/{connection}/registrations/{id}' },
  { method: 'DELETE', path: '/api/{connection}/registrations/{id}' },
  { method: 'POST', path: '/api/{connection}/functions', maxBodyBytes: 1_000_000 },
  { method: 'GET', path: '/api/{connection}/live' },
  { method: 'GET', path: '/metrics' },
] as const

const servers: Server[] = []
const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** A server behind a door, as Next's is. */
async function serve(listener: RequestListener, options: Partial<DoorOptions> = {}): Promise<number> {
  const door = new Door({ endpoints: ENDPOINTS, trusted: false, ...options })
  const server = createServer(SERVER_OPTIONS, door.guard(listener))
  // As Next does.
  server.on('upgrade', () => undefined)
  door.watch(server)
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}

interface Client {
  readonly socket: Socket
  /** What came until now. */
  received(): string
  readonly closed: Promise<void>
}

function dial(port: number, from = '127.0.0.1'): Client {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from })
  sockets.push(socket)
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  socket.on('error', () => undefined)
  return { socket, received: () => text, closed: new Promise((done) => socket.once('close', () => done())) }
}

/** Sends bytes as they are, and resolves with all that comes until the server closes. */
async function exchange(port: number, bytes: string, from?: string): Promise<string> {
  const client = dial(port, from)
  client.socket.write(bytes)
  await client.closed
  return client.received()
}

const ask = (port: number, line: string, headers = 'host: localhost\r\n', from?: string) =>
  exchange(port, `${line} HTTP/1.1\r\n${headers}connection: close\r\n\r\n`, from)

const statusOf = (answer: string) => Number(answer.split(' ', 2)[1])
const headerOf = (answer: string, name: string) => new RegExp(`^${name}: (.*?)\r?$`, 'im').exec(answer)?.[1]
const bodyOf = (answer: string): unknown => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))

const fine: RequestListener = (_request, response) => response.end('fine')

const NAMES = [
  'content-security-policy',
  'x-content-type-options',
  'x-frame-options',
  'referrer-policy',
  'permissions-policy',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
]

function expectSecurity(answer: string): void {
  for (const name of NAMES) expect(headerOf(answer, name), `${name} of ${answer.slice(0, 80)}`).toBeDefined()
  expect(headerOf(answer, 'content-security-policy')).toContain("frame-ancestors 'none'")
  expect(headerOf(answer, 'x-frame-options')).toBe('DENY')
}

describe('security headers', () => {
  test.each([
    ['GET /', 200],
    ['GET /default/overview?x=%zz', 200],
    ['HEAD /default/overview', 200],
    ['GET /_next/static/chunks/a.js', 200],
    ['GET /icon.svg', 200],
    ['GET /api/health', 200],
    ['GET /api/default/executions', 200],
    ['GET /api/default/live', 200],
    ['GET /metrics', 200],
    ['OPTIONS /api/session', 200],
    ['GET /api', 404],
    ['GET /api/', 404],
    ['GET /api/nope', 404],
    ['GET /api/default/nope/deeper', 404],
    ['POST /api/default', 404],
    ['GET /_next/image', 404],
    ['GET /_next/image?url=%2Ficon.svg&w=64&q=75', 404],
    ['GET /_next/imagexyz', 404],
    ['TRACE /', 405],
    ['TRACE /api/health', 405],
    ['PATCH /api/session', 405],
    ['PUT /metrics', 405],
    ['POST /default/overview', 405],
    ['OPTIONS /default/overview', 405],
    ['FOO /', 405],
    ['GET /%', 400],
    ['GET /%zz/overview', 400],
    ['GET /default/executions/%E0%A4%A', 400],
    ['GET /api/default/executions/%ff', 400],
    ['GET /api/%c0%ae/executions', 400],
    ['GET http://localhost/', 400],
    ['OPTIONS *', 400],
  ])('are on the answer to %s, which is %i', async (line, status) => {
    const answer = await ask(await serve(fine), line)
    expectSecurity(answer)
    expect(statusOf(answer)).toBe(status)
    if (status !== 200) expect(bodyOf(answer)).toMatchObject({ error: { code: expect.any(String) } })
  })

  test.each([
    ['no HTTP at all', 'hello\r\n\r\n', 405],
    ['another HTTP', 'GET / HTTP/9.9\r\nhost: a\r\n\r\n', 400],
    ['a header without a name', 'GET / HTTP/1.1\r\n: a\r\n\r\n', 400],
    ['no Host', 'GET / HTTP/1.1\r\nconnection: close\r\n\r\n', 400],
    ['two Hosts', 'GET / HTTP/1.1\r\nhost: a\r\nHost: b\r\nconnection: close\r\n\r\n', 400],
    ['a Host that is none', 'GET / HTTP/1.1\r\nhost: a/b<c>\r\nconnection: close\r\n\r\n', 400],
    ['headers too large', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'both lengths',
      'POST /api/session HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n',
      400,
    ],
    ['a body for a page', 'GET / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc', 413],
    [
      'a body for a question',
      'GET /api/default/executions HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n',
      413,
    ],
    ['a body too large', 'POST /api/session HTTP/1.1\r\nhost: a\r\ncontent-length: 65537\r\n\r\n', 413],
    ['one too large for a script', 'POST /api/a/functions HTTP/1.1\r\nhost: a\r\ncontent-length: 1000001\r\n\r\n', 413],
  ])('are on the refusal of %s', async (_, bytes, status) => {
    const answer = await exchange(await serve(fine), bytes)
    expectSecurity(answer)
    expect(statusOf(answer)).toBe(status)
    expect(bodyOf(answer)).toMatchObject({ error: { code: 'invalid_request' } })
  })

  test('of the API let it load nothing; those of a page let it load its own files', async () => {
    const port = await serve(fine)
    const policyOf = async (path: string) => headerOf(await ask(port, `GET ${path}`), 'content-security-policy')
    expect(await policyOf('/api/health')).toBe(
      "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
    expect(await policyOf('/_next/static/chunks/a.js')).toContain("default-src 'none'")
    expect(await policyOf('/')).toContain("style-src-elem 'self' 'nonce-")
    for (const path of ['/', '/_next/static/chunks/a.js', '/api/health']) {
      expect((await policyOf(path))?.replace("style-src-attr 'unsafe-inline'", '')).not.toMatch(/unsafe|http|\*/)
    }
  })

  test.each([
    ['of a page have a new nonce each time, which Next and the layout get', '/default/overview'],
    ['of what is no file of Next either', '/icon.svg'],
    ['of a page that the client asks for with a policy of its own', '/login'],
  ])('%s', async (_, path) => {
    const port = await serve(({ headers }, response) => response.end(JSON.stringify(headers)))
    const own = "host: localhost\r\nx-nonce: mine\r\ncontent-security-policy: script-src 'nonce-mine'\r\n"
    const [first, second] = [await ask(port, `GET ${path}`, own), await ask(port, `GET ${path}`, own)]
    const nonceOf = (answer: string) =>
      /script-src 'self' 'nonce-([\w+/=]{24})'/.exec(headerOf(answer, 'content-security-policy') ?? '')?.[1]
    expect(nonceOf(first)).toBeDefined()
    expect(nonceOf(first)).not.toBe(nonceOf(second))
    expect(bodyOf(first)).toMatchObject({
      'x-nonce': nonceOf(first),
      'content-security-policy': headerOf(first, 'content-security-policy'),
    })
  })

  test('what a client sends as a policy or nonce does not reach the API', async () => {
    const port = await serve(({ headers }, response) => response.end(JSON.stringify(headers)))
    const own =
      "host: a\r\nx-nonce: mine\r\ncontent-security-policy: a\r\ncontent-security-policy-report-only: script-src 'nonce-mine'\r\n"
    for (const path of ['/api/health', '/_next/static/a.js'])
      expect(Object.keys(bodyOf(await ask(port, `GET ${path}`, own)) ?? {})).not.toContain('x-nonce')
    const headers = bodyOf(await ask(port, 'GET /', own))
    expect(headers).not.toHaveProperty('content-security-policy-report-only')
  })

  test.each([
    ['a proxy of ours that was asked by TLS', true, 'host: own.example\r\nx-forwarded-proto: https\r\n', true],
    ['the same, in plain', true, 'host: own.example\r\nx-forwarded-proto: http\r\n', false],
    ['any other client', false, 'host: own.example\r\nx-forwarded-proto: https\r\n', false],
    ['this machine', true, 'host: localhost:8443\r\nx-forwarded-proto: https\r\n', false],
    [
      'a proxy that names our host',
      true,
      'host: [::1]:1\r\nx-forwarded-host: a.example\r\nx-forwarded-proto: https\r\n',
      true,
    ],
  ])('keep browsers to TLS where %s asks', async (_, trusted, headers, kept) => {
    const port = await serve(fine, { trusted })
    for (const path of ['/', '/api/health', '/api/none']) {
      const answer = await ask(port, `GET ${path}`, headers)
      expect(headerOf(answer, 'strict-transport-security')).toBe(kept ? 'max-age=31536000' : undefined)
    }
  })

  test('a refused method says which there are, of the path that Next would choose', async () => {
    const port = await serve(fine)
    const allowed = async (line: string) => headerOf(await ask(port, line), 'allow')
    expect(await allowed('PUT /api/session')).toBe('POST, OPTIONS, DELETE')
    expect(await allowed('DELETE /api/default/registrations/trends')).toBe('GET, HEAD, OPTIONS')
    expect(await allowed('POST /')).toBe('GET, HEAD')
    expect(statusOf(await ask(port, 'DELETE /api/default/registrations/x'))).toBe(200)
  })

  test('a request to change the protocol is answered as any other', async () => {
    const upgrade = 'host: localhost\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n'
    const answer = await exchange(await serve(fine), `GET / HTTP/1.1\r\n${upgrade}connection: upgrade, close\r\n\r\n`)
    expectSecurity(answer)
    expect(statusOf(answer)).toBe(200)
  })
})

describe('one request of a connection at a time', () => {
  /** Answers when the test lets it. */
  function slow() {
    const begun: { readonly url: string; readonly end: () => void }[] = []
    const listener: RequestListener = ({ url = '' }, response) =>
      void begun.push({ url, end: () => response.end(`answer to ${url}\n`) })
    return { begun, listener }
  }

  const pipelined = (count: number, path = (at: number) => `/api/default/executions?n=${at}`) =>
    Array.from({ length: count }, (_, at) => `GET ${path(at)} HTTP/1.1\r\nhost: localhost\r\n\r\n`).join('')

  test('the next one begins when the last one is answered, in order, and all are', async () => {
    let running = 0
    let most = 0
    const client = dial(
      await serve(({ url = '' }, response) => {
        most = Math.max(most, ++running)
        setImmediate(() => {
          running--
          response.end(`answer to ${url}\n`)
        })
      }),
    )
    client.socket.write(pipelined(5000))
    await expect.poll(() => client.received().match(/answer to \S+/g)?.length).toBe(5000)
    expect(client.received().match(/n=\d+/g)).toEqual(Array.from({ length: 5000 }, (_, at) => `n=${at}`))
    expect(most).toBe(1)
  })

  test('another connection is answered meanwhile', async () => {
    const { begun, listener } = slow()
    const port = await serve((request, response) =>
      request.url === '/api/health' ? response.end('fine') : listener(request, response),
    )
    dial(port).socket.write(pipelined(500))
    await expect.poll(() => begun.length).toBe(1)
    expect(await ask(port, 'GET /api/health')).toContain('fine')
    expect(begun).toHaveLength(1)
  })

  test('what waits goes with its connection', async () => {
    const { begun, listener } = slow()
    const port = await serve(listener)
    const client = dial(port)
    client.socket.write(pipelined(50))
    await expect.poll(() => begun.length).toBe(1)
    client.socket.destroy()
    const next = dial(port)
    next.socket.write(pipelined(1, () => '/last'))
    await expect.poll(() => begun.map(({ url }) => url)).toContain('/last')
    expect(begun).toHaveLength(2)
  })

  test('after an answer that closes the connection nothing more of it begins', async () => {
    let begun = 0
    const port = await serve((_request, response) => {
      begun++
      response.setHeader('connection', 'close')
      response.end('last')
    })
    const answer = await exchange(port, pipelined(20))
    expect(answer.match(/last/g)).toHaveLength(1)
    expect(begun).toBe(1)
  })

  test('of what comes behind, no more is read than once', async () => {
    let asked: Socket | undefined
    const port = await serve((request, response) => {
      if (request.url === '/api/health') response.end('fine')
      else asked = request.socket
    })
    dial(port).socket.write(pipelined(100_000, () => '/'))
    await expect.poll(() => asked).toBeDefined()
    for (let turn = 0; turn < 20; turn++) await ask(port, 'GET /api/health')
    expect(asked?.bytesRead).toBeLessThan(200_000)
    expect(asked?.destroyed).toBe(false)
  })

  test('a body that comes after the wait arrives', async () => {
    const { begun, listener } = slow()
    const port = await serve((request, response) => {
      if (request.method === 'GET') return void listener(request, response)
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => response.end(`body ${body}`))
    })
    const client = dial(port)
    client.socket.write(
      `${pipelined(1)}POST /api/session HTTP/1.1\r\nhost: a\r\ncontent-length: 6\r\nconnection: close\r\n\r\nabc`,
    )
    await expect.poll(() => begun.length).toBe(1)
    begun[0]?.end()
    await expect.poll(client.received).toContain('answer to')
    client.socket.write('def')
    await client.closed
    expect(client.received()).toContain('body abcdef')
  })
})

describe('places', () => {
  const HOST = 'host: localhost\r\n'
  const OTHER = '127.0.0.2'

  test.each([
    ['pages', '/page', 6, 8],
    ['questions', '/api/default/executions', 48, 64],
  ])('one client has three quarters of those for %s, and others find the rest', async (_, path, own, all) => {
    const begun: string[] = []
    const port = await serve((request, response) => {
      if (request.url === '/api/health') response.end('fine')
      else begun.push(request.socket.remoteAddress ?? '')
    })
    for (let at = 0; at < all + 256; at++) dial(port).socket.write(`GET ${path} HTTP/1.1\r\n${HOST}\r\n`)
    await expect.poll(() => begun.length).toBe(own)
    expect(await ask(port, 'GET /api/health')).toContain('fine')
    // The last of those above may not have arrived yet.
    await expect.poll(async () => statusOf(await Promise.race([ask(port, `GET ${path}`), pause()]))).toBe(503)
    const refused = await ask(port, `GET ${path}`)
    expectSecurity(refused)
    expect(headerOf(refused, 'retry-after')).toBe('1')
    expect(bodyOf(refused)).toMatchObject({ error: { code: 'busy' } })
    expect(begun).toHaveLength(own)
    dial(port, OTHER).socket.write(`GET ${path} HTTP/1.1\r\n${HOST}\r\n`)
    await expect.poll(() => begun.at(-1)).toBe(OTHER)
    expect(await ask(port, 'GET /api/health', HOST, OTHER)).toContain('fine')
  })

  test('who has the least under way is next, however many of another wait', async () => {
    const begun: { readonly from: string; readonly end: () => void }[] = []
    const port = await serve(
      (request, response) =>
        void begun.push({ from: request.socket.remoteAddress ?? '', end: () => response.end('page') }),
    )
    const open = (from: string) => dial(port, from).socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
    for (let at = 0; at < 40; at++) open('127.0.0.1')
    await expect.poll(() => begun.length).toBe(6)
    for (let at = 0; at < 4; at++) open(OTHER)
    await expect.poll(() => begun.length).toBe(8)
    begun[0]?.end()
    begun[1]?.end()
    await expect.poll(() => begun.length).toBe(10)
    expect(begun.filter(({ from }) => from === OTHER)).toHaveLength(4)
  })

  test('a place is free again when its answer is sent, or its client gone', async () => {
    const begun: (() => void)[] = []
    const port = await serve((_request, response) => void begun.push(() => response.end('page')))
    const clients = Array.from({ length: 12 }, () => dial(port))
    for (const { socket } of clients) socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
    await expect.poll(() => begun.length).toBe(6)
    begun[0]?.()
    await expect.poll(() => begun.length).toBe(7)
    for (const { socket } of clients) socket.destroy()
    expect(statusOf(await Promise.race([ask(port, 'GET /api/health'), endAll(begun)]))).toBe(200)
  })

  test('connections of one address make room for each other, and those that are answered stay', async () => {
    const begun: (() => void)[] = []
    const port = await serve(
      (request, response) => {
        if (request.url === '/api/health') response.end('fine')
        else begun.push(() => response.end('late'))
      },
      { socketsOfAPeer: 20 },
    )
    const busy = ask(port, 'GET /late')
    await expect.poll(() => begun.length).toBe(1)
    const other = dial(port, OTHER)
    for (let at = 0; at < 100; at++) dial(port)
    for (const from of ['127.0.0.1', OTHER]) expect(await ask(port, 'GET /api/health', HOST, from)).toContain('fine')
    expect(other.socket.destroyed).toBe(false)
    begun[0]?.()
    expect(await busy).toContain('late')
  })

  const pause = () => new Promise<string>((done) => setTimeout(() => done('HTTP/1.1 0'), 200))
  /** Ends what begins, for as long as something does. */
  const endAll = (begun: (() => void)[]) =>
    new Promise<string>(() => {
      setInterval(() => {
        for (const end of begun.splice(0)) end()
      }, 5).unref()
    })
})

describe('requests in a second', () => {
  const from = (address: string) => `host: a\r\nx-forwarded-for: ${address}\r\n`
  const served = (more: Partial<DoorOptions> = {}) =>
    serve(fine, { trusted: true, requestsOfAClient: { perSecond: 0.001, burst: 3 }, ...more })

  test.each([
    ['an address', '203.0.113.9', '203.0.113.9', '203.0.113.10'],
    ['an IPv6 network', '2001:db8::1', '2001:db8::ffff:2', '2001:db8:0:1::1'],
  ])('of %s are limited, and others are not', async (_, one, same, other) => {
    const port = await served()
    const statuses: number[] = []
    for (const path of ['/', '/api/default/executions', '/_next/static/a.js']) {
      statuses.push(statusOf(await ask(port, `GET ${path}`, from(one))))
    }
    expect(statuses).toEqual([200, 200, 200])
    const refused = await ask(port, 'GET /', from(same))
    expect(statusOf(refused)).toBe(429)
    expectSecurity(refused)
    expect(headerOf(refused, 'retry-after')).toMatch(/^\d+$/)
    expect(bodyOf(refused)).toMatchObject({ error: { code: 'too_many_requests' } })
    expect(statusOf(await ask(port, 'GET /api/health', from(one)))).toBe(200)
    expect(statusOf(await ask(port, 'GET /', from(other)))).toBe(200)
  })

  test('of this machine are not, nor is what a client claims to be', async () => {
    const port = await served({ trusted: false })
    for (let at = 0; at < 6; at++) expect(statusOf(await ask(port, 'GET /', from('203.0.113.9')))).toBe(200)
  })
})

describe('a base path', () => {
  const told: RequestListener = ({ url, headers }, response) =>
    response.end(JSON.stringify({ url, nonce: headers['x-nonce'] !== undefined }))
  const served = () => serve(told, { basePath: '/gears' })

  test.each([
    ['/gears/default/overview?range=1h', '/gears/default/overview?range=1h', true],
    ['/default/overview', '/gears/default/overview', true],
    ['/gears', '/gears', true],
    ['/gears/', '/gears', true],
    ['/', '/gears', true],
    ['/gears/api/health', '/gears/api/health', false],
    ['/api/health', '/gears/api/health', false],
    ['/gears/_next/static/a.js', '/gears/_next/static/a.js', false],
    ['/gears/metrics', '/gears/metrics', false],
  ])('%s reaches Next as %s', async (path, url, nonce) => {
    expect(bodyOf(await ask(await served(), `GET ${path}`))).toEqual({ url, nonce })
  })

  test.each([
    ['GET /gears/api/nope', 404],
    ['PUT /gears/api/session', 405],
    ['POST /gears/default/overview', 405],
    ['GET /gears/%zz', 400],
    ['GET /gears/_next/image?url=%2Ficon.svg', 404],
  ])('%s is refused as without it: %i', async (line, status) => {
    expect(statusOf(await ask(await served(), line))).toBe(status)
  })

  test.each([
    ['/gears', 200],
    ['/gears/', 200],
    ['/other', 400],
  ])('a proxy that cut off %s is answered with %i', async (prefix, status) => {
    const answer = await ask(await served(), 'GET /login', `host: a\r\nx-forwarded-prefix: ${prefix}\r\n`)
    expect(statusOf(answer)).toBe(status)
  })

  test.each([
    ['/gears', 'GEARBOARD_BASE_PATH=/gears'],
    ['/tools/gears/', 'GEARBOARD_BASE_PATH=/tools/gears'],
    ['"><script>', 'GEARBOARD_BASE_PATH,'],
  ])('that a proxy cut off and nobody set is named: %s', async (prefix, words) => {
    const answer = await ask(await serve(told), 'GET /login', `host: a\r\nx-forwarded-prefix: ${prefix}\r\n`)
    expect(statusOf(answer)).toBe(400)
    expect(answer).toContain(words)
    expect(answer).not.toContain('<script>')
  })
})

describe('patience', () => {
  test.each([
    ['half a body', 'POST /api/session HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{"pass'],
    ['half a chunk', 'POST /api/session HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n9\r\nabc'],
    ['no body at all', 'POST /api/session HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n'],
  ])('ends with %s, in words', async (_, bytes) => {
    const answer = await exchange(await serve(() => undefined, { patienceMs: 200 }), bytes)
    expect(statusOf(answer)).toBe(408)
    expectSecurity(answer)
  })

  test('ends with half a body that was answered already', async () => {
    const port = await serve(fine, { patienceMs: 200 })
    const answer = await exchange(port, 'POST /api/session HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nabc')
    expect(answer).toContain('fine')
  })

  test('ends with half a body that drips', async () => {
    const client = dial(await serve(() => undefined, { patienceMs: 300 }))
    client.socket.write('POST /api/session HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n')
    const drip = setInterval(() => client.socket.writable && client.socket.write('x'), 50)
    await client.closed
    clearInterval(drip)
    expect(statusOf(client.received())).toBe(408)
  })

  test('ends with an answer that is not read, and has none with one that is not ready', async () => {
    let unread: Socket | undefined
    let end: (() => void) | undefined
    const port = await serve(
      (request, response) => {
        if (request.url === '/late') {
          end = () => response.end('late')
        } else {
          unread = request.socket
          response.end(Buffer.alloc(16_000_000))
        }
      },
      { patienceMs: 300 },
    )
    const late = ask(port, 'GET /late')
    await expect.poll(() => end).toBeDefined()
    const deaf = dial(port).socket
    deaf.pause()
    deaf.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
    await expect.poll(() => unread?.destroyed).toBe(true)
    end?.()
    expect(await late).toContain('late')
  })

  test('ends with a connection that says nothing', async () => {
    await dial(await serve(fine, { patienceMs: 200 })).closed
  })
})

describe('who asks', () => {
  const told: RequestListener = ({ headers }, response) => response.end(JSON.stringify(headers))
  const FORWARDED =
    'host: localhost\r\nx-forwarded-for: 203.0.113.9, 192.0.2.7\r\nx-forwarded-host: evil.example, own.example\r\n' +
    'x-forwarded-proto: https\r\nforwarded: for=1.2.3.4\r\nx-gearboard-peer: 6.6.6.6\r\nx-gearboard-ignored: x\r\n'

  test('without a trusted proxy it is the peer, and nothing of a proxy reaches the routes', async () => {
    const headers = bodyOf(await ask(await serve(told), 'GET /', FORWARDED))
    expect(headers).toMatchObject({
      'x-gearboard-peer': '127.0.0.1',
      'x-gearboard-ignored': 'x-forwarded-for, x-forwarded-host, x-forwarded-proto, forwarded',
    })
    expect(Object.keys(headers ?? {}).filter((name) => name.includes('forwarded'))).toEqual([])
  })

  test('behind a trusted one it is the last that this one named', async () => {
    const headers = bodyOf(await ask(await serve(told, { trusted: true }), 'GET /', FORWARDED))
    expect(headers).toMatchObject({
      'x-gearboard-peer': '192.0.2.7',
      'x-forwarded-host': 'own.example',
      'x-forwarded-proto': 'https',
    })
    expect(headers).not.toHaveProperty('x-gearboard-ignored')
  })

  test.each([
    ['10.0.0.0/8', undefined],
    ['127.0.0.1', 'ada'],
  ])('whom a proxy names is believed from listed addresses only: %s', async (list, user) => {
    const options = { trusted: readTrustedProxies(list) ?? false, userHeaders: ['remote-user', 'x-groups'] }
    const sent = 'host: localhost\r\nRemote-User: ada\r\nX-Groups: sre\r\nx-other: 1\r\n'
    const headers = bodyOf(await ask(await serve(told, options), 'GET /', sent))
    const named = { 'remote-user': user, 'x-groups': user && 'sre' }
    const ignored = user === undefined ? 'remote-user, x-groups' : undefined
    expect(headers).toMatchObject({ 'x-other': '1' })
    for (const [name, value] of Object.entries({ ...named, 'x-gearboard-ignored': ignored }))
      if (value === undefined) expect(headers).not.toHaveProperty(name)
      else expect(headers).toMatchObject({ [name]: value })
  })

  test('a proxy is one of ours by its address', async () => {
    const trusted = readTrustedProxies('10.0.0.0/8') ?? false
    const headers = bodyOf(await ask(await serve(told, { trusted }), 'GET /', FORWARDED))
    expect(headers).toMatchObject({ 'x-gearboard-peer': '127.0.0.1' })
  })
})
