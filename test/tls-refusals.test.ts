import { afterAll, describe, expect, test } from 'vitest'
import { commands, RedisGears } from '@/lib/gears'
import { refusalInWords } from '@/lib/model/server-refusal'
import { Authority } from './certificates'
import { freePorts } from './free-ports'
import { BUS, startRedis } from './gears-processes'
import { closedAfter, status, watch } from './watched-connection'

// A certificate that does not fit is no silence: who refused whom, and why, against a real redis-server.

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
      refusal: 'certificate',
      address: `127.0.0.1:${port}`,
      message: 'self-signed certificate in certificate chain',
    })
    await expect(connection.known()).rejects.toMatchObject({ code: 'rejected', refusal: 'certificate' })
    expect(await trusting(port)).toBe('PONG')
    expect(await trusting(port, 'localhost')).toBe('PONG')
  })

  test.each([
    ['of another host', { names: 'DNS:elsewhere.example' }, NO_CLIENTS, /^Hostname\/IP does not match/],
    ['of the name, where the address is asked for', { names: 'DNS:localhost' }, NO_CLIENTS, /^Hostname\/IP does not/],
    ['that has expired', { expired: true }, NO_CLIENTS, /^certificate has expired$/],
    ['that the server wants of its clients', {}, [], /^TLS: tlsv13 alert certificate required$/],
  ])('%s', async (_, wanted, more, message) => {
    expect(await trusting(await redis(wanted, ...more))).toMatchObject({
      code: 'unreachable',
      refusal: 'certificate',
      message: expect.stringMatching(message),
    })
  })
})

test.each([
  ['of TLS 1.1 alone', [...NO_CLIENTS, '--tls-protocols', 'TLSv1.1'], 'tlsv1 alert protocol version'],
  ['of TLS 1.2 that wants a certificate', ['--tls-protocols', 'TLSv1.2'], 'sslv3 alert handshake failure'],
  [
    'without a cipher in common',
    [...NO_CLIENTS, '--tls-protocols', 'TLSv1.2', '--tls-ciphers', 'ECDHE-RSA-AES128-SHA'],
    'sslv3 alert handshake failure',
  ],
])('a server %s ends the handshake, and that alone is said', async (_, more, reason) => {
  const port = await redis({}, ...more)
  const connection = watch(port, { GEARBOARD_URL: `rediss://127.0.0.1:${port}` })
  const { error } = await status(connection, 'refused')
  expect(error).toMatchObject({ refusal: 'tls_handshake', message: `TLS: ${reason}` })
  expect(refusalInWords('tls_handshake')).toBe('ends the TLS handshake')
})
