import { createServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { commands, RedisGears } from '@gearboard/gears'
import { listenOnLoopback } from '@gearboard/gears/testing/loopback-server'
import { afterAll, describe, expect, test } from 'vitest'
import { Authority } from '@/test/certificates'
import { freePorts } from '@/test/free-ports'
import { BUS, startRedis } from '@/test/gears-processes'
import { closedAfter, status, watch } from '@/test/watched-connection'

// A TLS failure is no silence: our own sentence says which side refused, and why. Against a real redis-server.

const authority = new Authority()
afterAll(() => authority.remove())

const NO_CLIENTS = ['--tls-auth-clients', 'no']

/** The port of a real redis-server that listens with TLS. */
async function redis(wanted: Parameters<Authority['server']>[1], ...more: readonly string[]): Promise<number> {
  const port = await freePorts(2, BUS)
  const server = await startRedis([...authority.server(port + 1, wanted), ...more], port)
  closedAfter(() => server.stop())
  return port + 1
}

/** What a client says that trusts the authority. */
async function trusting(port: number, host = '127.0.0.1') {
  const gears = new RedisGears(`rediss://${host}:${port}`, { tls: { ca: authority.certificate } })
  closedAfter(() => gears.close())
  return gears.send(commands.ping).catch((error: unknown) => error)
}

describe('a certificate', () => {
  test('of an authority that Gearboard does not know is refused in words, and trusted where it does', async () => {
    const port = await redis({}, ...NO_CLIENTS)
    const connection = watch(port, { GEARBOARD_URL: `rediss://127.0.0.1:${port}` })
    const { error } = await status(connection, 'refused')
    expect(error).toMatchObject({
      refusal: 'unknown_authority',
      address: `127.0.0.1:${port}`,
      message:
        'the server has a TLS certificate from an unknown authority (TLS: self-signed certificate in certificate chain)',
    })
    await expect(connection.known()).rejects.toMatchObject({ code: 'rejected', refusal: 'unknown_authority' })
    expect(await trusting(port)).toBe('PONG')
    expect(await trusting(port, 'localhost')).toBe('PONG')
  })

  test.each([
    ['of another host', { names: 'DNS:elsewhere.example' }, NO_CLIENTS, 'certificate_name', 'for another name'],
    ['of the name, where the address is asked for', { names: 'DNS:localhost' }, NO_CLIENTS, 'certificate_name', 'name'],
    ['that has expired', { days: '-1' }, NO_CLIENTS, 'certificate_expired', 'that has expired'],
    ['that is not valid yet', { early: true }, NO_CLIENTS, 'certificate_early', 'not valid yet'],
    ['that the server signed itself', { alone: true }, NO_CLIENTS, 'self_signed', 'self-signed TLS certificate'],
    ['that the server wants of its clients', {}, [], 'client_certificate', 'requires a client certificate'],
  ] as const)('%s', async (_, wanted, more, refusal, words) => {
    expect(await trusting(await redis(wanted, ...more))).toMatchObject({
      code: 'unreachable',
      refusal,
      message: expect.stringMatching(new RegExp(`^the server .*${words}.* \\(TLS: `)),
    })
  })
})

test.each([
  ['of TLS 1.1 alone', [...NO_CLIENTS, '--tls-protocols', 'TLSv1.1'], 'tls_version', 'supports no TLS version'],
  ['of TLS 1.2 that wants a certificate', ['--tls-protocols', 'TLSv1.2'], 'tls_handshake', 'ends the TLS handshake'],
  [
    'without a cipher in common',
    [...NO_CLIENTS, '--tls-protocols', 'TLSv1.2', '--tls-ciphers', 'ECDHE-RSA-AES128-SHA'],
    'tls_handshake',
    'ends the TLS handshake',
  ],
])('a server %s ends the handshake, and no more is said than that tells', async (_, more, refusal, words) => {
  const port = await redis({}, ...more)
  const connection = watch(port, { GEARBOARD_URL: `rediss://127.0.0.1:${port}` })
  const { error } = await status(connection, 'refused')
  expect(error).toMatchObject({ refusal, message: expect.stringContaining(words) })
})

describe('TLS on the one side alone is found out by asking in the other protocol', () => {
  const refused = async (scheme: 'redis' | 'rediss', port: number) =>
    (await status(watch(port, { GEARBOARD_URL: `${scheme}://:secret@127.0.0.1:${port}` }), 'refused')).error

  test('a real server without TLS, which waits for the end of a line for ever', async () => {
    const server = await startRedis(['--requirepass', 'secret'])
    closedAfter(() => server.stop())
    expect(await refused('rediss', server.port)).toMatchObject({
      refusal: 'plain_expected',
      message: `127.0.0.1:${server.port} does not speak TLS on this port`,
    })
  })

  test('a real server with TLS, which hangs up without a word', async () => {
    const port = await redis({})
    expect(await refused('redis', port)).toMatchObject({
      refusal: 'tls_expected',
      message: `127.0.0.1:${port} speaks TLS`,
    })
  })

  test('a server that hangs up on TLS and answers without it', async () => {
    const server = createServer((socket: Socket) => {
      socket.on('error', () => undefined)
      socket.once('data', (bytes) => socket.end(bytes[0] === 0x16 ? '' : '-NOAUTH Authentication required.\r\n'))
    })
    const port = await listenOnLoopback(server)
    closedAfter(() => server.close())
    expect((await refused('rediss', port))?.refusal).toBe('plain_expected')
  })

  test('what hangs up on both is said to do that alone', async () => {
    const server = createServer((socket: Socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => socket.destroy())
    })
    const port = await listenOnLoopback(server)
    closedAfter(() => server.close())
    expect((await refused('redis', port))?.refusal).toBe('hung_up')
    expect((await refused('rediss', port))?.refusal).toBe('tls_handshake')
  })

  test('no secret is sent to find it out', async () => {
    const heard: string[] = []
    const secure = createTlsServer(authority.pair(), (socket) =>
      socket.on('data', (bytes) => heard.push(String(bytes))),
    )
    secure.on('tlsClientError', () => undefined)
    const port = await listenOnLoopback(secure)
    closedAfter(() => secure.close())
    expect((await refused('redis', port))?.refusal).toBe('tls_expected')
    expect(heard).toEqual([])
  })
})
