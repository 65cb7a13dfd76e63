import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Authority } from '@/test/certificates'
import { freePorts } from '@/test/free-ports'
import { BUS, type StartedProcess, startAnnouncingCluster, startEngine, startRedis } from '@/test/gears-processes'
import { resp, ScriptedRedis } from '@/test/scripted-redis'
import { closedAfter } from '@/test/watched-connection'
import { type ConnectionTestOptions, parseTarget, type Target, testConnection } from '../index'
import { listenOnLoopback } from '../testing/loopback-server'
import type { ConnectionStep, ConnectionStepName, ConnectionStepState } from '../vocabulary/connection-test'

// Each failure is found by the step that it belongs to, on real servers where they can be made to fail so.

const authority = new Authority()
const stranger = new Authority()
const folder = mkdtempSync(join(tmpdir(), 'gearboard-test-'))
const socket = join(folder, 'redis.sock')
const servers: StartedProcess[] = []
const ports = { plain: 0, tls: 0, expired: 0, lasting: 0, engine: 0, replica: 0 }

const SECRET = 'sesame'

beforeAll(async () => {
  const first = await freePorts(5, BUS)
  const user = ['--user', 'default', 'off', '--user', 'app', 'on', `>${SECRET}`, '~*', '+@all']
  const noClients = ['--tls-auth-clients', 'no']
  const started = await Promise.all([
    startRedis(
      [...authority.server(first + 1), ...user, '--unixsocket', socket, '--bind', '127.0.0.1', '127.0.0.2', '::1'],
      first,
    ),
    startRedis([...authority.server(first + 3, { days: '-1' }), ...noClients], first + 2),
    startRedis([...authority.server(first + 4, { days: '60' }), ...noClients]),
    startEngine(),
  ])
  const [, plain, , engine] = started
  const replica = await startRedis(['--replicaof', '127.0.0.1', String(plain.port)])
  servers.push(...started, replica)
  Object.assign(ports, {
    plain: first,
    tls: first + 1,
    expired: first + 3,
    lasting: first + 4,
    engine: engine.port,
    replica: replica.port,
  })
})

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()))
  for (const each of [authority, stranger]) each.remove()
  rmSync(folder, { recursive: true })
})

async function tested(url: string, more: Partial<Target> = {}, options: ConnectionTestOptions = {}) {
  const steps: ConnectionStep[] = []
  for await (const step of testConnection({ ...parseTarget(url), ...more }, options)) steps.push(step)
  expect(JSON.stringify(steps)).not.toContain(SECRET)
  const [bad] = steps.filter(({ state }) => state === 'failed')
  // Only the first failure is one.
  if (bad) expect(steps.slice(steps.indexOf(bad) + 1).every(({ state }) => state === 'not_tried')).toBe(true)
  return { steps, bad, states: Object.fromEntries(steps.map(({ step, state }) => [step, state])) }
}

const helpOf = (step: ConnectionStep | undefined) =>
  (step?.help ?? []).map(({ text, command }) => `${text} ${command ?? ''}`).join('\n')

/** The first failure is this step's, in these words, with this help. */
async function fails(
  [url, more]: readonly [string, Partial<Target>],
  step: ConnectionStepName,
  detail: RegExp,
  help: RegExp = /./,
) {
  const { bad } = await tested(url, more)
  expect(bad).toMatchObject({ step, detail: expect.stringMatching(detail) })
  expect(helpOf(bad)).toMatch(help)
}

const secured = (host = '127.0.0.1', password = SECRET) => `rediss://app:${password}@${host}:${ports.tls}`
const ours = () => ({ ca: authority.certificate, ...authority.pair() })

describe('on RedisGears', () => {
  test('every step is done', async () => {
    const { states, steps } = await tested(`redis://127.0.0.1:${ports.engine}`)
    const good: Readonly<Partial<Record<ConnectionStepName, ConnectionStepState>>> = {
      settings: 'ok',
      address: 'ok',
      connect: 'ok',
      tls: 'ok',
      sign_in: 'ok',
      ping: 'ok',
      role: 'ok',
      cluster: 'not_tried',
      module: 'ok',
      permissions: 'ok',
    }
    expect(states).toEqual(good)
    expect(steps.find(({ step }) => step === 'module')?.detail).toMatch(/^RedisGears 1\.2\.\d+ on Redis 7/)
  })

  test('a user who may not do all is told what is missing, with the line that grants it', async () => {
    const admin = new Redis(ports.engine, '127.0.0.1', { protocol: 2 })
    closedAfter(() => admin.disconnect())
    await admin.call('ACL', 'SETUSER', 'narrow', 'on', `>${SECRET}`, '~*', '+@all', '-rg.pyexecute', '-rg.trigger')
    const url = `redis://narrow:${SECRET}@127.0.0.1:${ports.engine}`
    const permissions = async (options: ConnectionTestOptions = {}) =>
      (await tested(url, {}, options)).steps.find(({ step }) => step === 'permissions')
    const told = await permissions()
    expect(told).toMatchObject({ state: 'warned', detail: /Running and registering scripts/ })
    expect(helpOf(told)).toMatch(/ACL SETUSER narrow (\+rg\.trigger \+rg\.pyexecute|\+rg\.pyexecute \+rg\.trigger)$/m)
    expect(await permissions({ level: 'watch' })).toMatchObject({ state: 'ok' })
    // Without ACL DRYRUN the commands are queued and discarded; without MULTI nothing is known.
    await admin.call('ACL', 'SETUSER', 'narrow', '-acl')
    expect(await permissions()).toMatchObject({ state: 'warned', detail: /Running and registering scripts/ })
    await admin.call('ACL', 'SETUSER', 'narrow', '-rg.dumpexecutions')
    expect(await permissions({ level: 'watch' })).toMatchObject({ state: 'failed', detail: /List of executions/ })
    await admin.call('ACL', 'SETUSER', 'narrow', '-multi')
    expect(await permissions()).toMatchObject({ state: 'unknown' })
    expect(await admin.call('RG.DUMPREGISTRATIONS')).toEqual([])
  })
})

describe('the way to a server', () => {
  test('is followed to the module, which Debian’s has not', async () => {
    for (const [url, more] of [
      [secured(), { tls: ours() }],
      [`unix://app:${SECRET}@${socket}`, {}],
      [`redis://app:${SECRET}@[::1]:${ports.plain}`, {}],
    ] as const) {
      const { bad, states } = await tested(url, more)
      expect(bad).toMatchObject({ step: 'module', detail: /module RedisGears .* is not loaded/ })
      expect(helpOf(bad)).toMatch(/--loadmodule/)
      expect(states).toMatchObject({ sign_in: 'ok', ping: 'ok', permissions: 'not_tried' })
    }
  })

  test('warns of certificates that expire within 30 days, and of one that is not checked', async () => {
    const tls = async (port: number, settings: Target['tls'] = { ca: authority.certificate }) =>
      (await tested(`rediss://127.0.0.1:${port}`, { tls: settings ?? true })).steps.find(({ step }) => step === 'tls')
    expect(await tls(ports.tls, ours())).toMatchObject({
      state: 'warned',
      detail: /^Encrypted with TLSv1\.[23]\. The certificate of the server expires on \d{4}-\d\d-\d\d\. The client /,
    })
    expect(await tls(ports.lasting)).toMatchObject({ state: 'ok', help: [] })
    const unchecked = await tls(ports.expired, { verify: false })
    expect(unchecked).toMatchObject({ state: 'warned', detail: /expired on/ })
    expect(helpOf(unchecked)).toMatch(/tls\.verify is false/)
  })

  const CASES: readonly (readonly [
    string,
    () => readonly [string, Partial<Target>],
    ConnectionStepName,
    RegExp,
    RegExp,
  ])[] = [
    ['a wrong field', () => [secured(), { tls: { ca: 'x' } }], 'settings', /^tls\.ca: /, /^$/],
    ['a name that is none', () => ['redis://redis.invalid:1', {}], 'address', /does not resolve/, /Check the name/],
    ['a missing socket', () => [`unix://${folder}/none.sock`, {}], 'address', /^There is no/, /unixsocket/],
    ['a file', () => [`unix://${authority.certificateFile}`, {}], 'address', /is no socket/, /unixsocket/],
    ['nobody there', () => [`redis://127.9.9.1:${ports.plain}`, {}], 'connect', /ECONNREFUSED/, /running/],
    ['TLS alone', () => [`redis://app:${SECRET}@127.0.0.1:${ports.tls}`, {}], 'tls', /speaks TLS/, /rediss:/],
    ['no TLS', () => [`rediss://app:${SECRET}@127.0.0.1:${ports.plain}`, {}], 'tls', /does not speak TLS/, /redis:/],
    [
      'another authority',
      () => [secured(), { tls: { ca: stranger.certificate } }],
      'tls',
      /unknown authority/,
      /Set the CA certificate of the connection/,
    ],
    [
      'another name',
      () => [secured('127.0.0.2'), { tls: ours() }],
      'tls',
      /for another name/,
      /Or set the server name of the connection/,
    ],
    [
      'an expired certificate',
      () => [`rediss://127.0.0.1:${ports.expired}`, { tls: { ca: authority.certificate } }],
      'tls',
      /has expired/,
      /new certificate/,
    ],
    [
      'no client certificate',
      () => [secured(), { tls: { ca: authority.certificate } }],
      'tls',
      /requires a client/,
      /Set the client certificate of the connection/,
    ],
    [
      'a strange client',
      () => [secured(), { tls: { ...ours(), ...stranger.pair() } }],
      'tls',
      /not accept .* of this client/,
      /tls-ca/,
    ],
    ['a wrong password', () => [secured('127.0.0.1', 'wrong'), { tls: ours() }], 'sign_in', /WRONGPASS/, /ACL LIST/],
    ['no password', () => [`redis://127.0.0.1:${ports.plain}`, {}], 'sign_in', /NOAUTH/, /password/],
    [
      'a replica',
      () => [`redis://127.0.0.1:${ports.replica}`, {}],
      'role',
      /is a replica of 127\.0\.0\.1:/,
      /to the master/,
    ],
  ]

  test.each(CASES)('says of %s what is wrong and what helps', async (_, target, step, detail, help) =>
    fails(target(), step, detail, help),
  )
})

test('several addresses of which one answers are a warning, and that one is tested', async () => {
  const { states, steps } = await tested(`redis://127.9.9.1:1,127.0.0.1:${ports.engine}`)
  expect(states).toMatchObject({ connect: 'warned', module: 'ok' })
  expect(steps.find(({ step }) => step === 'connect')?.detail).toMatch(
    /accepts connections\. 127\.9\.9\.1:1: connect ECONN/,
  )
})

describe('a cluster', () => {
  const HOSTS = ['127.9.9.1', '127.9.9.2', '127.9.9.3'] as const

  test('whose nodes announce addresses that lead nowhere needs natMap', async () => {
    const nodes = await startAnnouncingCluster(HOSTS)
    servers.push(...nodes)
    const url = `redis://127.0.0.1:${nodes[0]?.port}`
    await fails([url, {}], 'cluster', /^3 of 3 announced masters cannot be reached\. 127\.9\.9\.1:/, /natMap/)
    const natMap = Object.fromEntries(nodes.map(({ port }, i) => [`${HOSTS[i]}:${port}`, `127.0.0.1:${port}`]))
    const [, second = '', third = ''] = Object.keys(natMap)
    const swapped = { ...natMap, [second]: natMap[third] ?? '', [third]: natMap[second] ?? '' }
    await fails([url, { natMap: swapped }], 'cluster', /^2 of 3 .*: another node answers there, c{40}/, /natMap/)
    await expect
      .poll(async () => (await tested(url, { natMap })).states, { timeout: 20_000 })
      .toMatchObject({
        cluster: 'ok',
        module: 'failed',
      })
  })
})

describe('what a server says of itself', () => {
  test.each([
    ['LOADING Redis is loading the dataset in memory', 'ping', /LOADING/, /Wait until its data set/],
    ['BUSY Redis is busy running a script.', 'ping', /BUSY/, /SCRIPT KILL/],
    [
      "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
      'ping',
      /MASTERDOWN/,
      /to the master/,
    ],
  ] as const)('%s', async (words, step, detail, help) => {
    const server = await ScriptedRedis.start()
    closedAfter(() => server.replay.stop())
    server.instead.set('PING', resp(`-${words}`))
    await fails([`redis://127.0.0.1:${server.port}`, {}], step, detail, help)
  })

  test('NOPERM for PING, INFO and MODULE is no failure, and has its line', async () => {
    const server = await ScriptedRedis.start()
    closedAfter(() => server.replay.stop())
    for (const words of ['PING', 'INFO', 'MODULE LIST'])
      server.instead.set(
        words,
        resp(`-NOPERM this user has no permissions to run the '${words.toLowerCase()}' command`),
      )
    const { states, steps } = await tested(`redis://app:${SECRET}@127.0.0.1:${server.port}`)
    expect(states).toMatchObject({ ping: 'warned', role: 'unknown', module: 'unknown' })
    expect(steps.flatMap(({ help }) => help.flatMap(({ command }) => command ?? []))).toEqual(
      expect.arrayContaining([
        `redis-cli -h 127.0.0.1 -p ${server.port} ACL SETUSER app +ping`,
        `redis-cli -h 127.0.0.1 -p ${server.port} ACL SETUSER app +info`,
      ]),
    )
  })
})

test('a server that accepts and says nothing ends with the signal, and leaves no connection', async () => {
  const open = new Set<unknown>()
  const silent = createServer((client) => {
    open.add(client)
    client.on('error', () => undefined).once('close', () => open.delete(client))
  })
  const port = await listenOnLoopback(silent)
  closedAfter(() => silent.close())
  const ending = new AbortController()
  const seen: ConnectionStep[] = []
  for await (const step of testConnection(parseTarget(`redis://127.0.0.1:${port}`), { signal: ending.signal })) {
    seen.push(step)
    if (step.step === 'connect') ending.abort()
  }
  expect(seen.map(({ step, state }) => [step, state]).slice(2, 5)).toEqual([
    ['connect', 'ok'],
    ['tls', 'not_tried'],
    ['sign_in', 'not_tried'],
  ])
  await expect.poll(() => open.size).toBe(0)
})
