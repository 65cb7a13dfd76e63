import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Authority } from '@/test/certificates'
import { freePorts } from '@/test/free-ports'
import { BUS, type StartedProcess, startAnnouncingCluster, startRedis, startSentinel } from '@/test/gears-processes'
import { closedAfter } from '@/test/watched-connection'
import { commands } from '..'
import { RedisGears } from '../gears'
import { parseTarget, type Target } from './target'

// Real servers as companies run them: each way to them works, and what keeps us out is named. The tests share the servers.

const authority = new Authority()
const stranger = new Authority()
const folder = mkdtempSync(join(tmpdir(), 'gearboard-reach-'))
const socket = join(folder, 'redis.sock')
const servers: StartedProcess[] = []
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()))
  for (const each of [authority, stranger]) each.remove()
  rmSync(folder, { recursive: true })
})

async function started(server: Promise<StartedProcess>): Promise<number> {
  servers.push(await server)
  return (await server).port
}

/** Sends PING and MODULE LIST: what the client says, or why it cannot. */
async function reaching(url: string, more: Partial<Target> = {}) {
  const gears = new RedisGears({ ...parseTarget(url), ...more })
  closedAfter(() => gears.close())
  return gears.send(commands.ping).catch((error: unknown) => error)
}

/** TLS with client certificates on `tls`; without TLS on `plain`, by IPv6, and on a socket: only the user `app` may enter. */
const ports = { plain: 0, tls: 0, expired: 0 }

beforeAll(async () => {
  const plain = await freePorts(2, BUS)
  const other = await freePorts(2, BUS)
  const user = ['--user', 'default', 'off', '--user', 'app', 'on', '>secret', '~*', '+@all']
  await Promise.all([
    started(
      startRedis(
        [...authority.server(plain + 1), ...user, '--unixsocket', socket, '--bind', '127.0.0.1', '127.0.0.2', '::1'],
        plain,
      ),
    ),
    started(startRedis([...authority.server(other + 1, { days: '-1' }), '--tls-auth-clients', 'no'], other)),
  ])
  Object.assign(ports, { plain, tls: plain + 1, expired: other + 1 })
})

const USER = 'app:secret@'
const secured = (host = '127.0.0.1') => `rediss://${USER}${host}:${ports.tls}`

describe('TLS with a client certificate and a user of the ACL', () => {
  const ours = () => ({ ca: authority.certificate, ...authority.pair() })

  test('lets in who has all three', async () => expect(await reaching(secured(), { tls: ours() })).toBe('PONG'))

  test('by a name that the certificate lacks, where the name to check is set', async () => {
    for (const servername of ['localhost', '127.0.0.1'])
      expect(await reaching(secured('127.0.0.2'), { tls: { ...ours(), servername } })).toBe('PONG')
  })

  test('is not checked where that is switched off', async () =>
    expect(await reaching(secured('127.0.0.2'), { tls: { ...authority.pair(), verify: false } })).toBe('PONG'))

  test.each([
    ['another authority', () => ({ ...ours(), ca: stranger.certificate }), 'unknown_authority'],
    ['the known authorities alone', () => authority.pair(), 'unknown_authority'],
    ['no client certificate', () => ({ ca: authority.certificate }), 'client_certificate'],
    [
      'a client certificate of another authority',
      () => ({ ca: authority.certificate, ...stranger.pair() }),
      'client_certificate_refused',
    ],
    [
      'a client certificate that has expired',
      () => ({ ca: authority.certificate, ...authority.pair({ days: '-1' }) }),
      'client_certificate_refused',
    ],
    ['another name to check', () => ({ ...ours(), servername: 'elsewhere.example' }), 'certificate_name'],
    ['another address to check', () => ({ ...ours(), servername: '127.0.0.9' }), 'certificate_name'],
  ])('with %s says so', async (_, tls, refusal) =>
    expect(await reaching(secured(), { tls: tls() })).toMatchObject({ code: 'unreachable', refusal }),
  )

  test('names a certificate for another address, and one that has expired', async () => {
    expect(await reaching(secured('127.0.0.2'), { tls: ours() })).toMatchObject({ refusal: 'certificate_name' })
    const expired = await reaching(`rediss://127.0.0.1:${ports.expired}`, { tls: ours() })
    expect(expired).toMatchObject({ refusal: 'certificate_expired' })
  })

  test('names a wrong password, which the certificate does not replace', async () => {
    for (const user of ['app:wrong@', ':secret@'])
      expect(await reaching(`rediss://${user}127.0.0.1:${ports.tls}`, { tls: ours() })).toMatchObject({
        refusal: 'wrong_password',
      })
  })
})

describe('the same server', () => {
  test('through its unix socket, by several connections', async () => {
    const gears = new RedisGears(`unix://${USER}${socket}`)
    closedAfter(() => gears.close())
    expect((await gears.shards()).map(({ address }) => address)).toEqual([socket])
    expect(await gears.send(commands.ping)).toBe('PONG')
    const [shard] = await gears.shards()
    expect(await shard?.sendApart(commands.moduleList)).toEqual([])
    expect(await reaching(`unix://app:wrong@${socket}`)).toMatchObject({ refusal: 'wrong_password', address: socket })
  })

  test.each([
    ['that is missing', join(folder, 'missing.sock'), /ENOENT/],
    ['that is a file', authority.certificateFile, /ECONNREFUSED/],
  ])('through a socket %s', async (_, path, words) =>
    expect(await reaching(`unix://${path}`)).toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(words),
    }),
  )

  test('by IPv6', async () => {
    expect(await reaching(`redis://${USER}[::1]:${ports.plain}`)).toBe('PONG')
    expect(await reaching(`redis://app:wrong@[::1]:${ports.plain}`)).toMatchObject({
      refusal: 'wrong_password',
      address: `[::1]:${ports.plain}`,
    })
  })
})

describe('nodes that announce addresses which lead nowhere', () => {
  const HOSTS = ['127.9.9.1', '127.9.9.2', '127.9.9.3'] as const

  test('are reached where natMap says, and only with it', async () => {
    const nodes = await startAnnouncingCluster(HOSTS)
    servers.push(...nodes)
    const [first = 0, ...others] = nodes.map(({ port }) => port)
    const url = `redis://127.0.0.1:${first}`
    const lost = await reaching(url)
    expect(lost).toMatchObject({ code: 'unreachable', message: /ECONNREFUSED 127\.9\.9\.1/ })
    const natMap = Object.fromEntries(nodes.map(({ port }, i) => [`${HOSTS[i]}:${port}`, `localhost:${port}`]))
    const gears = new RedisGears({ ...parseTarget(url), natMap })
    closedAfter(() => gears.close())
    const replies = await gears.everyShard(commands.clusterMyId)
    expect(replies.map((reply) => ('value' in reply ? reply.value : reply.error))).toEqual(
      ['a', 'b', 'c'].map((letter) => letter.repeat(40)),
    )
    expect((await gears.shards()).map(({ address }) => address)).toEqual(
      [first, ...others].map((port) => `localhost:${port}`),
    )
    const half = new RedisGears({ ...parseTarget(url), natMap: Object.fromEntries(Object.entries(natMap).slice(0, 2)) })
    closedAfter(() => half.close())
    const partly = await half.everyShard(commands.ping)
    expect(partly.map((reply) => ('value' in reply ? reply.value : reply.error.code))).toEqual([
      'PONG',
      'PONG',
      'unreachable',
    ])
  })

  test('a master that sentinels announce, who have a user of their own and no TLS', async () => {
    const port = await freePorts(2, BUS)
    const master = await started(
      startRedis([...authority.server(port + 1), '--requirepass', 'secret', '--bind', '127.0.0.1', '127.0.0.2'], port),
    )
    const sentinel = await started(
      startSentinel(
        'mymaster',
        master,
        'sentinel auth-pass mymaster secret',
        'user default off',
        'user watcher on >own ~* &* +@all',
      ),
    )
    const natMap = { [`127.0.0.1:${master}`]: `127.0.0.2:${port + 1}` }
    const trusted = { ca: authority.certificate, ...authority.pair(), servername: '127.0.0.1' }
    const access = { name: 'mymaster', username: 'watcher', password: 'own' }
    const url = `rediss+sentinel://:secret@127.0.0.1:${sentinel}/mymaster`
    expect(await reaching(url, { tls: trusted, natMap, sentinel: { ...access, tls: false } })).toBe('PONG')
    // Their password is not sent without TLS unasked.
    expect(await reaching(url, { tls: trusted, natMap, sentinel: access })).toMatchObject({ refusal: 'plain_expected' })
    expect(await reaching(url, { tls: trusted, sentinel: { ...access, tls: false } })).toMatchObject({
      code: 'unreachable',
      refusal: 'plain_expected',
      address: `127.0.0.1:${master}`,
    })
  })
})
