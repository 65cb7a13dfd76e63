import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { Connection } from '@/lib/server/connection/connection'
import { environmentSetup } from '@/lib/server/connection/setup'
import { History } from '@/lib/server/history/history'
import { auditLines } from '@/lib/server/log'
import { readSettings } from '@/lib/server/settings'
import { type StartedProcess, startEngine } from '@/test/gears-processes'
import { closedAfter, until } from '@/test/watched-connection'
import { executionDetail } from '../operations/execution-detail'
import { dropExecution } from '../operations/executions'
import { submit } from '../operations/submit'
import { audit } from './testing/index'

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'gearboard-server-history-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

async function engineAt(port?: number): Promise<StartedProcess> {
  const engine = await startEngine(1, port)
  closedAfter(() => engine.stop())
  return engine
}

/** A Gearboard as a process would run it, with or without a viewer; `end` ends it. */
function gearboard(port: number, data: string, env: Readonly<Record<string, string>> = {}, watched = true) {
  const settings = readSettings({ GEARBOARD_URL: `redis://127.0.0.1:${port}`, GEARBOARD_DATA: data, ...env })
  const history = History.open(settings)
  const connection = new Connection(environmentSetup(settings), history)
  const release = watched ? connection.hub.addViewer() : () => undefined
  let ended = false
  const end = async () => {
    if (ended) return
    ended = true
    release()
    await connection.close()
    await history.close()
  }
  closedAfter(end)
  return { connection, history, end }
}

type Gearboard = ReturnType<typeof gearboard>

test('each audit entry is a line on standard output where that is asked for, with its texts cut', async () => {
  const write = vi.spyOn(auditLines, 'write').mockImplementation(() => undefined)
  onTestFinished(() => write.mockRestore())
  const recordIn = async (env: Readonly<Record<string, string>>) => {
    const history = History.open(readSettings({ GEARBOARD_DATA: newDirectory(), ...env }))
    for (const entry of [audit(), audit({ outcome: 'refused', before: 'x'.repeat(100_000) })])
      await history.recordAudit(entry)
    await history.close()
  }
  await recordIn({})
  expect(write).not.toHaveBeenCalled()
  await recordIn({ GEARBOARD_AUDIT_LOG: '1' })
  expect(write.mock.calls).toEqual([
    [audit()],
    [audit({ outcome: 'refused', before: expect.stringMatching(/^x+… 84,\d+ characters left out …x+$/) })],
  ])
})

const OK = `GB('PythonReader').map(lambda n: n * 2).run(lambda: (yield from range(3)))`
const FAILING = `
def work(n):
    raise KeyError('currency')
GB('PythonReader').map(work).run(lambda: (yield from range(2)))`

/** Submits a run and resolves with its id when its outcome is known. */
async function run({ connection }: Gearboard, script: string, description: string): Promise<string> {
  await live(connection)
  const reply = await submit(
    connection,
    { script, description, blocking: false, requirements: [], upgrade: false, forceReinstallRequirements: false },
    'ada',
  )
  if (reply.kind !== 'started') throw new Error(`started, not ${reply.kind}`)
  await outcomeOf(connection, reply.executionId, /ok|failed/)
  return reply.executionId
}

const live = (connection: Connection) => holds(connection, ({ hub }) => hub.feed.connection.status === 'live')

const outcomeOf = (connection: Connection, key: string, wanted: RegExp) =>
  holds(connection, ({ hub }) => wanted.test(hub.feed.executions.get(key)?.outcome ?? ''))

const holds = (connection: Connection, ask: (connection: Connection) => boolean) =>
  until(connection, () => ask(connection) || undefined)

describe('results that nobody opened', () => {
  const values = (count: number, each: string) =>
    `GB('PythonReader').map(lambda n: ${each}).run(lambda: (yield from range(${count})))`

  /** What is on record of it, once its results are, or once those of a later one are. */
  async function recorded({ connection, history }: Gearboard, id: string) {
    for (;;) {
      await connection.hub.pollNow()
      await history.store.flush()
      const remembered = history.store.executions.one('default', id)
      if (remembered?.results) return remembered
    }
  }

  test('are on record, up to a bound, and said to be cut; of many none are read', async () => {
    const engine = await engineAt()
    const watching = gearboard(engine.port, newDirectory())
    const many = await run(watching, values(101, 'n'), 'many')
    const large = await run(watching, values(3, "'x' * 3000"), 'large')
    const small = await run(watching, values(3, 'n'), 'small')
    expect(await recorded(watching, small)).toMatchObject({ results: ['0', '1', '2'], cut: { results: false } })
    expect(await recorded(watching, large)).toMatchObject({
      results: ['x'.repeat(3000)],
      resultCount: 3,
      cut: { results: true },
    })
    expect(watching.history.store.executions.one('default', many)).toMatchObject({ results: null, resultCount: 101 })

    // Who opens it gets, and leaves on record, what there is.
    expect((await executionDetail(watching.connection, large)).results).toHaveLength(3)
    await watching.history.store.flush()
    expect(watching.history.store.executions.one('default', large)).toMatchObject({ cut: { results: false } })
  })
})

describe('what the server forgets', () => {
  test('executions, errors, sources and figures outlive a restart of Gearboard and of the server', async () => {
    const data = newDirectory()
    const engine = await engineAt()
    const before = gearboard(engine.port, data)
    const ok = await run(before, OK, 'doubles')
    const failed = await run(before, FAILING, 'breaks')
    await executionDetail(before.connection, ok)
    await holds(
      before.connection,
      ({ hub }) => hub.feed.keptSamples.reduce((sum, { ended }) => sum + ended.ok + ended.failed, 0) === 2,
    )
    await before.end()
    await engine.stop()

    const again = await engineAt(engine.port)
    const after = gearboard(again.port, data)
    await live(after.connection)
    const { store } = after.history
    const { executions } = await store.executions.page({ connection: 'default' })
    expect(executions.map(({ id, outcome, origin }) => [id, outcome, 'name' in origin && origin.name])).toEqual([
      [failed, 'failed', 'breaks'],
      [ok, 'ok', 'doubles'],
    ])
    expect(store.registrations.errorGroups({ connection: 'default' })).toMatchObject([
      { title: expect.stringContaining('currency'), executions: 1, subject: { kind: 'submission', name: 'breaks' } },
    ])
    expect(await executionDetail(after.connection, ok)).toMatchObject({
      epoch: 1,
      live: false,
      outcome: 'ok',
      results: [expect.anything(), expect.anything(), expect.anything()],
      source: { script: OK, givenName: 'doubles' },
    })
    expect(store.sources.page({ connection: 'default' }).sources).toMatchObject([
      { name: 'breaks', outcome: 'started', executionId: failed, author: 'ada' },
      { name: 'doubles', outcome: 'started', executionId: ok },
    ])
    const now = Date.now()
    const series = store.series.read({ connection: 'default', kind: 'activity', from: now - 60_000, to: now + 1000 })
    const ended = series.points.reduce((sum, { values }) => sum + (values.ok ?? 0) + (values.failed ?? 0), 0)
    expect(ended).toBe(2)
  })

  test('ids begin anew with the server: the latest is told, the earlier one by its epoch', async () => {
    const data = newDirectory()
    const engine = await engineAt()
    const first = gearboard(engine.port, data)
    const id = await run(first, OK, 'first')
    await first.end()
    await engine.stop()
    const again = await engineAt(engine.port)
    const second = gearboard(again.port, data)
    expect(await run(second, OK, 'second')).toBe(id)
    await second.history.store.flush()
    expect(await executionDetail(second.connection, id)).toMatchObject({ live: true, origin: { name: 'second' } })
    expect(await executionDetail(second.connection, id, 2)).toMatchObject({ live: true, origin: { name: 'second' } })
    expect(await executionDetail(second.connection, id, 1)).toMatchObject({ live: false, origin: { name: 'first' } })
  })

  test('ids begin anew while Gearboard looks on: each of both has its page, and the first says how it left', async () => {
    const engine = await engineAt()
    const looking = gearboard(engine.port, newDirectory())
    const id = await run(looking, FAILING, 'first')
    const before = looking.connection.hub.feed.shardStates[0]?.answeredAt ?? 0
    await engine.stop()
    await engineAt(engine.port)
    await holds(looking.connection, ({ hub }) => (hub.feed.shardStates[0]?.answeredAt ?? 0) > before + 1)
    await holds(looking.connection, ({ hub }) => hub.feed.executions.get(id)?.live === false)
    expect(looking.connection.hub.feed.executions.get(id)).toMatchObject({
      outcome: 'failed',
      gone: { cause: 'restarted' },
    })
    expect(await run(looking, OK, 'second')).toBe(id)
    await looking.history.store.flush()
    const { connection } = looking
    expect(await executionDetail(connection, id)).toMatchObject({
      live: true,
      outcome: 'ok',
      origin: { name: 'second' },
    })
    expect(await executionDetail(connection, id, 1)).toMatchObject({
      epoch: 1,
      live: false,
      outcome: 'failed',
      gone: { cause: 'restarted' },
      origin: { name: 'first' },
    })
  })

  test('while nobody watches, what ran is on record with its outcome anyway', async () => {
    const engine = await engineAt()
    const { connection, history } = gearboard(engine.port, newDirectory(), {}, false)
    await live(connection)
    expect(connection.hub.viewers).toBe(0)
    const redis = new Redis(engine.port, '127.0.0.1')
    closedAfter(() => redis.disconnect())
    await redis.call('RG.PYEXECUTE', `GB('CommandReader').register(trigger='echo')`)
    const registered = () => [...connection.hub.feed.registrations.values()][0]
    await holds(connection, () => registered() !== undefined)
    for (let i = 0; i < 20; i++) {
      await redis.call('RG.PYEXECUTE', i % 4 === 0 ? FAILING : OK, 'UNBLOCKING')
      await redis.call('RG.TRIGGER', 'echo')
    }
    const rows = () => [...connection.hub.feed.executions.values()].filter(({ registered: triggered }) => !triggered)
    await holds(
      connection,
      () => rows().filter(({ outcome }) => outcome === 'ok' || outcome === 'failed').length === 20,
    )
    await holds(connection, () => registered()?.counters.success === 20)
    await history.store.flush()
    // A trigger's execution leaves as it ends: a look may have caught one or not.
    const page = await history.store.executions.page({ connection: 'default', limit: 100 })
    const executions = page.executions.filter(({ registered }) => !registered)
    const count = (outcome: string) => executions.filter((each) => each.outcome === outcome).length
    expect([executions.length, count('ok'), count('failed')]).toEqual([20, 15, 5])
    expect(history.store.registrations.errorGroups({ connection: 'default' })).toMatchObject([{ executions: 5 }])
    expect(executions.every(({ precisionMs }) => precisionMs !== null && precisionMs >= 0)).toBe(true)
  })

  test('a dropped execution keeps its page, also when no server can be reached; an unknown id says so', async () => {
    const data = newDirectory()
    const engine = await engineAt()
    const before = gearboard(engine.port, data)
    const id = await run(before, FAILING, 'breaks')
    await before.end()
    // Behind Gearboard's back.
    const redis = new Redis(engine.port, '127.0.0.1')
    await redis.call('RG.DROPEXECUTION', id)
    redis.disconnect()

    const after = gearboard(engine.port, data)
    await live(after.connection)
    const remembered = { live: false, read: true, outcome: 'failed', errors: [expect.stringContaining('currency')] }
    expect(await executionDetail(after.connection, id)).toMatchObject(remembered)
    await expect(dropExecution(after.connection, id, [])).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringMatching(/last seen at \d{4}-/),
    })
    await expect(executionDetail(after.connection, 'no-1')).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringMatching(/or in history, which goes back to \d{4}-/),
    })
    await engine.stop()
    const alone = gearboard(engine.port, newDirectory())
    await expect(executionDetail(alone.connection, id)).rejects.toMatchObject({ code: 'unreachable' })
    await alone.end()
    await after.end()
    expect(await executionDetail(gearboard(engine.port, data).connection, id)).toMatchObject(remembered)
  })
})

describe('the data directory', () => {
  test('of two Gearboards the second reads, and says so', async () => {
    const data = newDirectory()
    const engine = await engineAt()
    const writer = gearboard(engine.port, data)
    const reader = gearboard(engine.port, data)
    const id = await run(writer, OK, 'doubles')
    await writer.history.store.flush()
    expect(writer.history.state).toEqual({ role: 'writer', reason: null })
    await live(reader.connection)
    expect(reader.connection.hub.feed.connection.history).toEqual({
      role: 'reader',
      reason: expect.stringMatching(/^Another Gearboard writes the history in .*; this one only reads it\.$/),
    })
    expect(await reader.history.store.executions.page({ connection: 'default' })).toMatchObject({
      executions: [{ id, outcome: 'ok' }],
    })
  })

  test('one that cannot be made leaves a Gearboard that works and remembers nothing', async () => {
    const engine = await engineAt()
    const { connection, history } = gearboard(engine.port, '/dev/null/no')
    const id = await run({ connection, history, end: async () => {} }, OK, 'doubles')
    expect(await executionDetail(connection, id)).toMatchObject({
      outcome: 'ok',
      source: { script: OK, givenName: 'doubles' },
    })
    expect(connection.hub.feed.connection.history).toEqual({
      role: 'off',
      reason: expect.stringContaining('/dev/null/no'),
    })
    expect(() => history.store).toThrow(expect.objectContaining({ code: 'no_history' }))
  })
})

test('an execution that no submission started is traced to the registration that alone was triggered, and says so', async () => {
  const engine = await engineAt()
  const { connection } = gearboard(engine.port, newDirectory())
  await live(connection)
  const redis = new Redis(engine.port, '127.0.0.1')
  closedAfter(() => redis.disconnect())
  await redis.call('RG.PYEXECUTE', `GB().map(lambda x: 1).register('one:*', mode='async')`)
  await redis.call('RG.PYEXECUTE', `GB().map(lambda x: 2).register('two:*', mode='async')`)
  await connection.hub.pollNow()
  await redis.set('one:1', 'x')
  await holds(connection, ({ hub }) => [...hub.feed.executions.values()].some(({ outcome }) => outcome === 'ok'))
  const [execution] = [...connection.hub.feed.executions.values()].filter(({ registered }) => registered)
  const registration = [...connection.hub.feed.registrations.values()].find(({ name }) => name.includes('one'))
  expect(execution?.origin).toEqual({
    kind: 'registration',
    name: registration?.name,
    registrationId: registration?.id,
    inferred: true,
  })
})
