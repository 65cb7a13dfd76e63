import { connect } from 'node:net'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { listenOnLoopback } from '@gearboard/gears/testing/loopback-server'
import { steadyMs, wallMs } from '@gearboard/gears/vocabulary/clock'
import { Redis } from 'ioredis'
import SyncDatabase from 'libsql'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { connectionDefinition } from '@/lib/api/contract/connection-definition'
import type { AlertDelivery } from '@/lib/model/alerts/notification'
import type { AlertRule } from '@/lib/model/alerts/rule'
import { aRule } from '@/lib/model/alerts/testing'
import { History } from '@/lib/server/history/history'
import { newDirectory, ROOMY } from '@/lib/server/history/testing/index'
import { Authority } from '@/test/certificates'
import { freePorts } from '@/test/free-ports'
import { type StartedProcess, startEngine } from '@/test/gears-processes'
import { closedAfter, look, status, until, watch } from '@/test/watched-connection'
import { Connection } from '../connection/connection'
import { declaredSetup } from '../connection/setup'
import { readSettings } from '../settings'
import { AlertRules } from './alert-rules'
import { AlertWatch } from './alert-watch'
import { Deliveries } from './deliveries'
import { AlertMutes } from './mutes'
import { ReceiverServer, sendParts } from './testing'

const MINUTE = 60_000

/** The steady clock moves on as a test says; what is sent is due by the clock on the wall. */
function movedClock() {
  let ahead = 0
  return {
    wall: () => wallMs(),
    steady: () => steadyMs() + ahead,
    pass: (ms: number) => {
      ahead += ms
    },
  }
}

interface GearboardOptions {
  readonly directory?: string
  readonly connections?: readonly Connection[]
  readonly declared?: readonly string[]
  readonly send?: (deliveries: readonly AlertDelivery[]) => void
}

/** What alerts need of a Gearboard, over a real history. Nothing looks by itself within a test. */
function gearboard({ directory = newDirectory(), connections = [], declared = [], send }: GearboardOptions = {}) {
  const history = History.open({ data: directory, retention: ROOMY })
  const clocks = movedClock()
  const sent: AlertDelivery[] = []
  const open = new Map(connections.map((connection) => [connection.name, connection]))
  const rules = new AlertRules(history.alertRecords, clocks.steady)
  const receivers = { ids: ['ops'] }
  const alerts = new AlertWatch({
    connections: open,
    isDeclared: (name) => open.has(name) || declared.includes(name),
    history,
    rules,
    receivers,
    mutes: new AlertMutes(history.alertRecords, clocks),
    send: send ?? ((deliveries) => sent.push(...deliveries)),
    clocks,
  })
  let ended = false
  const end = async () => {
    if (ended) return
    ended = true
    await alerts.close()
    await history.close()
  }
  onTestFinished(end)
  /** Looks a while later. */
  const lookAfter = (ms: number) => {
    clocks.pass(ms)
    alerts.look()
  }
  const events = () => sent.map(({ notification: { event, title } }) => `${event}: ${title}`)
  const firing = () => alerts.current.filter(({ state }) => state === 'firing')
  return { history, clocks, rules, receivers, alerts, open, sent, events, firing, lookAfter, end }
}

/** Looks again and again, and lets the wished time pass between, until `done`. */
const untilSeen = (gearboardLooks: () => void, done: () => void) =>
  vi.waitFor(
    () => {
      gearboardLooks()
      done()
    },
    { timeout: 60_000, interval: 100 },
  )

/** Nothing listens there. */
async function unreachable(): Promise<{ readonly connection: Connection; readonly port: number }> {
  const port = await freePorts(1)
  const connection = watch(port)
  await status(connection, 'unreachable')
  return { connection, port }
}

describe('over a restart', () => {
  test('each start and each end reaches the receiver once', async () => {
    const directory = newDirectory()
    const receiver = await ReceiverServer.listen()
    const start = (connections: readonly Connection[]) => {
      const { guard, sender } = sendParts()
      const made = gearboard({ directory, connections, send: (due) => deliveries.take(due) })
      const deliveries = new Deliveries({
        store: made.history.deliveries,
        guard,
        sender,
        open: () => ({ receiver: { id: 'ops', kind: 'webhook', name: 'ops', shape: 'generic', url: receiver.url() } }),
      })
      const end = async () => {
        await made.alerts.close()
        await deliveries.end()
        await made.end()
      }
      onTestFinished(end)
      return { ...made, end }
    }
    const { connection, port } = await unreachable()
    const first = start([connection])
    await first.rules.add(aRule('shard-silent', { threshold: 30, forS: 10 }))
    first.lookAfter(0)
    first.lookAfter(31_000)
    expect(first.firing()).toEqual([])
    first.lookAfter(10_000)
    expect(first.firing()).toMatchObject([{ title: 'default does not answer', connection: 'default' }])
    await vi.waitFor(() => expect(receiver.requests).toHaveLength(1))
    const [incident] = first.firing()
    await first.end()

    const second = start([connection])
    second.lookAfter(0)
    expect(second.firing()).toMatchObject([{ id: incident?.id, unknown: true, notified: ['ops'] }])
    for (let i = 0; i < 5; i++) second.lookAfter(31_000)
    expect(second.firing()).toMatchObject([{ id: incident?.id, unknown: false }])
    await second.end()

    const engine = await startEngine(1, port)
    closedAfter(() => engine.stop())
    await status(connection, 'live')
    const third = start([connection])
    third.lookAfter(0)
    third.lookAfter(5000)
    expect(third.firing()).toEqual([])
    await vi.waitFor(() => expect(receiver.requests).toHaveLength(2))
    await third.end()

    const fourth = start([connection])
    for (let i = 0; i < 3; i++) fourth.lookAfter(31_000)
    await fourth.end()
    const heard = receiver.requests.map(({ headers }) => headers['x-gearboard-event'])
    expect(heard).toEqual(['firing', 'resolved'])
    const history = gearboard({ directory }).history.store
    expect(history.alerts.incidents.ended({ connections: null, own: false }).incidents).toMatchObject([
      { id: incident?.id, ended: 'cleared' },
    ])
  })

  test('what ended while Gearboard was off, and has no connection any longer, ends without a lie', async () => {
    const directory = newDirectory()
    const { connection } = await unreachable()
    const first = gearboard({ directory, connections: [connection] })
    await first.rules.add(aRule('shard-silent', { threshold: 5 }))
    first.lookAfter(0)
    first.lookAfter(6000)
    await first.end()
    expect(first.events()).toEqual(['firing: default does not answer on default'])
    // It is declared, and could not be opened: it may be again.
    const second = gearboard({ directory, declared: ['default'] })
    second.lookAfter(0)
    expect(second.firing()).toMatchObject([{ unknown: true }])
    await second.end()
    const third = gearboard({ directory })
    third.lookAfter(0)
    await third.end()
    expect(third.events()).toEqual(['resolved: default does not answer on default'])
    expect(third.sent[0]?.notification.text).toMatch(/connection was removed.*unknown/)
  })

  test('time in which Gearboard did not run does not count', async () => {
    const directory = newDirectory()
    const { connection } = await unreachable()
    const first = gearboard({ directory, connections: [connection] })
    await first.rules.add(aRule('shard-silent', { threshold: 5, forS: 60 }))
    first.lookAfter(0)
    for (let i = 0; i < 5; i++) first.lookAfter(10_000)
    expect(first.alerts.current).toMatchObject([{ state: 'pending' }])
    await first.end()
    const second = gearboard({ directory, connections: [connection] })
    second.lookAfter(MINUTE)
    second.lookAfter(MINUTE)
    second.lookAfter(MINUTE)
    expect(second.alerts.current).toMatchObject([{ state: 'pending' }])
  })
})

describe('while it fires', () => {
  async function silent(changes: Partial<AlertRule> = {}) {
    const { connection } = await unreachable()
    const made = gearboard({ connections: [connection] })
    const rule = await made.rules.add(aRule('shard-silent', { threshold: 5, ...changes }))
    made.lookAfter(0)
    made.lookAfter(6000)
    const [incident] = made.firing()
    if (!incident) throw new Error('it does not fire')
    return { ...made, rule, incident }
  }

  test('a rule that is switched off, no longer covers it, or is removed ends it and says so', async () => {
    for (const changes of [{ enabled: false }, { connections: ['other'] }, { connections: ['label:x'] }]) {
      const { rule, rules, lookAfter, sent, alerts } = await silent()
      await rules.change(rule.id, { ...rule, ...changes })
      lookAfter(5000)
      await alerts.close()
      expect(sent.map(({ notification: { event, text } }) => [event, text])).toMatchObject([
        ['firing', expect.anything()],
        ['resolved', expect.stringContaining('switched off, or no longer covers it')],
      ])
    }
    const { rule, rules, lookAfter, sent, alerts } = await silent()
    await rules.remove(rule.id)
    lookAfter(5000)
    await alerts.close()
    expect(sent.at(-1)?.notification).toMatchObject({
      event: 'resolved',
      text: expect.stringContaining('rule was removed'),
    })
  })

  test('a new name, severity or threshold continues it, with no second notification', async () => {
    const { rule, rules, lookAfter, sent, alerts, incident, firing } = await silent()
    await rules.change(rule.id, { ...rule, name: 'Down', severity: 'critical', threshold: 6, receivers: [] })
    lookAfter(5000)
    await alerts.close()
    expect(firing()).toMatchObject([{ id: incident.id, rule: { name: 'Down' }, severity: 'critical' }])
    expect(sent).toHaveLength(1)
  })

  test('a connection that is removed ends it', async () => {
    const { open, lookAfter, sent, alerts } = await silent()
    open.clear()
    lookAfter(5000)
    await alerts.close()
    expect(sent.map(({ notification: { event } }) => event)).toEqual(['firing', 'resolved'])
    expect(alerts.current).toEqual([])
  })

  test('a mute holds back the start until it ends, whatever the clock on the wall does, and who heard of the start hears of the end', async () => {
    const { connection } = await unreachable()
    const made = gearboard({ connections: [connection] })
    const { alerts, lookAfter, events, rules } = made
    const rule = await rules.add(aRule('shard-silent', { threshold: 5, forS: 10 }))
    lookAfter(0)
    lookAfter(6000)
    const [pending] = alerts.current
    expect(pending?.state).toBe('pending')
    const muted = await alerts.mute(pending?.id ?? '', 'default', 5, 'ada')
    expect(muted.mutedUntil).toBeGreaterThan(wallMs())
    lookAfter(11_000)
    expect(made.firing()).toHaveLength(1)
    lookAfter(3 * MINUTE)
    await alerts.close()
    expect(events()).toEqual([])
    lookAfter(3 * MINUTE)
    await alerts.close()
    expect(events()).toEqual(['firing: default does not answer on default'])
    await alerts.mute(pending?.id ?? '', 'default', 5, 'ada')
    await rules.remove(rule.id)
    lookAfter(5000)
    await alerts.close()
    expect(events()).toHaveLength(2)
  })

  test('that it is taken care of is kept over a restart; another connection has no such alert', async () => {
    const { alerts, incident, history, lookAfter } = await silent()
    alerts.acknowledge(incident.id, 'default', 'ada')
    expect(() => alerts.acknowledge(incident.id, 'other', 'ada')).toThrow(/no such alert/)
    expect(() => alerts.acknowledge('none', 'default', 'ada')).toThrow(/no such alert/)
    await alerts.close()
    expect(history.store.alerts.incidents.firing()).toMatchObject([{ acknowledged: { by: 'ada' } }])
    lookAfter(5000)
    expect(alerts.current).toMatchObject([{ acknowledged: { by: 'ada' } }])
  })

  test('the first receiver hears of what fires already', async () => {
    const { connection } = await unreachable()
    const made = gearboard({ connections: [connection] })
    const { receivers, rules, lookAfter, alerts, events } = made
    receivers.ids = []
    await rules.add(aRule('shard-silent', { threshold: 5 }))
    lookAfter(0)
    lookAfter(6000)
    expect(made.firing()).toHaveLength(1)
    receivers.ids = ['mail']
    lookAfter(5000)
    lookAfter(5000)
    await alerts.close()
    expect(events()).toEqual(['firing: default does not answer on default'])
  })
})

test('a history that cannot be written fires, and what fires meanwhile is sent once', async () => {
  const directory = newDirectory()
  const { connection } = await unreachable()
  const made = gearboard({ directory, connections: [connection] })
  const { rules, lookAfter, events, history, alerts } = made
  await rules.add(aRule('not-recording'))
  await rules.add(aRule('shard-silent', { threshold: 5 }))
  lookAfter(0)
  expect(made.firing()).toEqual([])
  const release = lockDatabase(directory)
  void history.recordAudit({ ...AUDIT, at: wallMs() })
  await untilSeen(
    () => lookAfter(6000),
    () => expect(events().toSorted()).toHaveLength(2),
  )
  expect(events().toSorted()).toEqual([
    'firing: Gearboard does not record its history',
    'firing: default does not answer on default',
  ])
  expect(history.readIfPossible((store) => store.alerts.incidents.firing())).toEqual([])
  release()
  await untilSeen(
    () => lookAfter(6000),
    () => expect(events()).toHaveLength(3),
  )
  await alerts.close()
  expect(events().at(-1)).toBe('resolved: Gearboard does not record its history')
  expect(history.store.alerts.incidents.firing()).toMatchObject([{ connection: 'default', notified: ['ops'] }])
  expect(history.store.alerts.incidents.ended({ connections: [], own: true }).incidents).toHaveLength(1)
  expect(history.store.alerts.deliveries.page({}).deliveries).toHaveLength(3)
})

test('while another Gearboard writes to the directory it judges nothing, and continues what that one left', async () => {
  const directory = newDirectory()
  const { connection } = await unreachable()
  const first = gearboard({ directory, connections: [connection] })
  await first.rules.add(aRule('shard-silent', { threshold: 5 }))
  const second = gearboard({ directory, connections: [connection] })
  for (const each of [first, second]) each.lookAfter(0)
  for (const each of [first, second]) each.lookAfter(6000)
  await first.alerts.close()
  expect([first.events().length, second.events().length]).toEqual([1, 0])
  expect(second.alerts.standsBy).toMatch(/Another Gearboard/)
  expect(second.alerts.current).toMatchObject([{ id: first.firing()[0]?.id }])
  await first.end()
  await vi.waitFor(() => expect(second.alerts.standsBy).toBeNull(), { timeout: 30_000 })
  for (let i = 0; i < 4; i++) second.lookAfter(6000)
  await second.alerts.close()
  expect(second.events()).toEqual([])
  expect(second.firing()).toMatchObject([{ id: first.firing()[0]?.id }])
})

describe('on the engine', () => {
  let engine: StartedProcess
  beforeAll(async () => {
    engine = await startEngine()
  })
  afterAll(() => engine.stop())

  async function watched(...rules: readonly Omit<AlertRule, 'id'>[]) {
    const connection = watch(engine.port)
    const redis = new Redis(engine.port, '127.0.0.1')
    closedAfter(() => redis.disconnect())
    await status(connection, 'live')
    const made = gearboard({ connections: [connection] })
    for (const rule of rules) await made.rules.add(rule)
    const fires = async (title: RegExp, passes = 0) => {
      await untilSeen(
        () => made.lookAfter(passes),
        () => expect(made.firing()).toMatchObject([{ title: expect.stringMatching(title) }]),
      )
      await made.alerts.close()
      expect(made.events()).toMatchObject([expect.stringMatching(/^firing: /)])
      return made.firing()[0]
    }
    const ends = async (passes = 0) => {
      await untilSeen(
        () => made.lookAfter(passes),
        () => expect(made.firing()).toEqual([]),
      )
      await made.alerts.close()
      expect(made.events()).toMatchObject([expect.stringMatching(/^firing: /), expect.stringMatching(/^resolved: /)])
    }
    return { ...made, connection, redis, fires, ends }
  }

  const GATED = `def gated(r):
    if execute('EXISTS', 'gate:closed'):
        raise Exception('the gate is closed')
`

  test('the failure rate of a registration', async () => {
    const { redis, connection, fires, ends } = await watched(aRule('failure-rate', { threshold: 20 }))
    await redis.call('RG.PYEXECUTE', `${GATED}GB('KeysReader', desc='reserve').foreach(gated).register('item:*')`)
    await redis.set('gate:closed', 1)
    const set = async (count: number) => {
      for (let i = 0; i < count; i++) await redis.set(`item:${i}`, i)
      await look(connection)
    }
    await look(connection)
    await set(8)
    const incident = await fires(/^reserve fails \d+ % of its runs$/)
    expect(incident?.path).toMatch(/^\/default\/registrations\//)
    expect(incident?.text).toMatch(/The threshold is 20 %\./)
    await redis.del('gate:closed')
    await set(80)
    await ends()
  })

  test('a retry loop, and the lag of its stream', async () => {
    const loop = await watched(aRule('retry-loop'))
    const lag = gearboard({ connections: [loop.connection] })
    await lag.rules.add(aRule('stream-lag', { threshold: 5 }))
    const { redis } = loop
    await redis.set('gate:closed', 1)
    const options = `'feed', batch=1, onFailedPolicy='retry', onFailedRetryInterval=1`
    await redis.call('RG.PYEXECUTE', `${GATED}GB('StreamReader', desc='feeder').foreach(gated).register(${options})`)
    for (let i = 0; i < 6; i++) await redis.xadd('feed', '*', 'n', i)
    expect((await loop.fires(/^feeder is stuck in a retry loop$/))?.text).toMatch(/\w+/)
    const waits = (count: number) => () => expect(lag.firing()).toHaveLength(count)
    await untilSeen(() => lag.lookAfter(20_000), waits(1))
    expect(lag.firing()).toMatchObject([{ title: expect.stringMatching(/^6 entries wait for feeder$/), value: 6 }])
    await redis.del('gate:closed')
    await loop.ends()
    await untilSeen(() => lag.lookAfter(20_000), waits(0))
    await lag.alerts.close()
    expect(lag.events()).toHaveLength(2)
  })

  test('an execution that is stuck, by what was observed and not by a clock that was set', async () => {
    const { redis, connection, clocks, fires, ends, firing, alerts } = await watched(aRule('stuck-execution'))
    const script = `import time
def forever(r):
    while True:
        time.sleep(0.01)
GB('PythonReader').map(forever).run(lambda: (yield 1))`
    alerts.look()
    const id = String(await redis.call('RG.PYEXECUTE', script, 'UNBLOCKING'))
    await until(connection, () => (connection.hub.feed.executions.get(id)?.outcome === 'running' ? true : undefined))
    const wall = vi.spyOn(clocks, 'wall').mockImplementation(() => wallMs() + 3_600_000)
    alerts.look()
    expect(firing()).toEqual([])
    wall.mockRestore()
    await fires(/^unknown function has been in flight for \d+ min/, 30_000)
    await redis.call('RG.ABORTEXECUTION', id)
    await ends()
  })
})

test('a certificate that expires soon, until the server has a new one', async () => {
  const authority = new Authority()
  closedAfter(() => authority.remove())
  const engine = await startEngine()
  closedAfter(() => engine.stop())
  const before = createServer(authority.pair({ days: '3' }), (socket) => {
    const behind = connect(engine.port, '127.0.0.1')
    for (const [one, other] of [
      [socket, behind],
      [behind, socket],
    ] as const)
      one.on('error', () => other.destroy()).on('close', () => other.destroy())
    socket.pipe(behind).pipe(socket)
  })
  closedAfter(() => before.close())
  const port = await listenOnLoopback(before)
  const tls = { ca: authority.certificate }
  const definition = connectionDefinition.parse({ name: 'secure', url: `rediss://127.0.0.1:${port}`, tls })
  const settings = readSettings({})
  const connection = new Connection(declaredSetup(definition, 'file', settings))
  closedAfter(() => connection.close(), connection.hub.addViewer())
  await status(connection, 'live')
  const { rules, lookAfter, firing, alerts, events } = gearboard({ connections: [connection] })
  await rules.add(aRule('certificate-expiring'))
  await untilSeen(
    () => lookAfter(0),
    () => expect(firing()).toMatchObject([{ title: `The certificate of 127.0.0.1:${port} expires in 2 days` }]),
  )
  before.setSecureContext(authority.pair({ days: '90' }))
  await untilSeen(
    () => lookAfter(30 * MINUTE),
    () => expect(firing()).toEqual([]),
  )
  await alerts.close()
  expect(events()).toHaveLength(2)
})

/** Another program holds the lock to write, until the function returned is called: no write gets through. */
function lockDatabase(directory: string): () => void {
  const db = new SyncDatabase(join(directory, 'history.db'))
  db.exec('BEGIN IMMEDIATE')
  return () => {
    db.exec('ROLLBACK')
    db.close()
  }
}

const AUDIT = {
  connection: null,
  who: 'ada',
  ip: null,
  action: 'signIn',
  target: null,
  before: null,
  after: null,
  outcome: 'ok',
  error: null,
} as const
