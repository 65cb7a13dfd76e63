import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Incident } from '@/lib/model/alerts/incident'
import { anIncident } from '@/lib/model/alerts/testing'
import type { ShardState } from '@/lib/model/cluster/shard'
import type { Execution } from '@/lib/model/executions/execution'
import type { Registration } from '@/lib/model/registrations/registration'
import { connectionState, counters, execution as one, shardState, streamReader } from '@/lib/model/testing'
import { createSignIn } from '../auth/sign-in'
import { peopleInMemory, storeInMemory } from '../auth/testing'
import { Feed } from '../hub/publish/feed'
import { readSettings } from '../settings'
import { metricsText } from './metrics'

const DOCS = join(import.meta.dirname, '../../../docs/grafana')

const connection = connectionState({ status: 'partial', coverage: { answered: 1, of: 2 }, answeredAt: 1 })

const shard = (key: string, state: ShardState['state']) =>
  shardState(key, {
    gearsId: null,
    state,
    answeredAt: 1,
    latencyMs: 4,
    executions: 3,
    registrations: 1,
    usedMemory: 1000,
  })

const execution = (changes: Partial<Execution> = {}) =>
  one({
    key: 'x-1',
    id: 'x-1',
    shard: 'a',
    origin: { kind: 'submission', name: 'word "count"\n', sourceId: 's' },
    ...changes,
  })

const part = (key: string) => ({
  shard: key,
  rates: null,
  counters: counters(7, 2),
  durations: { lastMs: 1, totalMs: 4200, averageMs: 600 },
  lag: { lastMs: 1500, averageMs: 900 },
  status: 'OK' as const,
  lastError: null,
  errorIsPast: false,
  health: 'ok' as const,
})

const registration = (n: number) =>
  streamReader({
    id: `x-${n}`,
    key: `x-${n}`,
    name: `orders ${n}`,
    counters: part('a').counters,
    averageMs: 600,
    lagMs: 1500,
    coverage: { answered: 1, of: 2 },
    perShard: [part('a'), part('b')],
    firstSeen: n,
    lastSeen: n,
  })

/** A hub's feed with one shard up, one silent, and what is given. */
function runtimeWith(executions: readonly Execution[], registrations: readonly Registration[] = []) {
  const feed = new Feed(connection)
  const publish = (upserts: readonly Execution[], removed: readonly string[] = []) =>
    feed.publish({ connection, executions: { upserts, removed } })
  feed.publish({
    connection,
    shards: [shard('a', 'up'), shard('b', 'silent')],
    executions: { upserts: executions, removed: [] },
    registrations: { upserts: registrations, removed: [] },
  })
  const load = { writes: false, bytes: 4096, length: 7, lagMs: 1500, dropped: 2 }
  const watch: { current: readonly Incident[]; standsBy: string | null } = {
    current: [anIncident(), anIncident({ state: 'pending', severity: 'critical' }), anIncident({ state: 'resolved' })],
    standsBy: null,
  }
  const runtime = {
    startedAt: 0,
    history: { load },
    alerts: { watch, deliveries: { counts: { sent: 3, failed: 1, retried: 2 } } },
    connections: new Map([['default', { hub: { feed, answerAgeMs: () => 1500 } }]]),
  }
  return { runtime, publish }
}

const linesOf = (text: string, name: string): string[] =>
  text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))

describe('the series', () => {
  test('count an execution once, also when it is told again, and another under its key after a restart', async () => {
    const { runtime, publish } = runtimeWith([execution()])
    const ended = async () => linesOf(await metricsText(runtime), 'gearboard_executions_ended_total')
    expect(await ended()).toEqual([
      'gearboard_executions_ended_total{connection="default",function="word \\"count\\"\\n",outcome="ok"} 1',
    ])
    publish([execution({ live: false })])
    expect((await ended())[0]).toMatch(/ 1$/)
    publish([execution({ firstSeen: 99, endSeen: 99 })])
    expect((await ended())[0]).toMatch(/ 2$/)
  })

  test('leave out what was over before Gearboard looked', async () => {
    const { runtime } = runtimeWith([execution({ precisionMs: null })])
    expect(linesOf(await metricsText(runtime), 'gearboard_executions_ended_total')).toEqual([])
  })

  test('are bounded however many functions there are', async () => {
    const rows = Array.from({ length: 300 }, (_, n) =>
      execution({ key: `x-${n}`, origin: { kind: 'submission', name: `f${n}`, sourceId: 's' } }),
    )
    const { runtime } = runtimeWith(
      rows,
      Array.from({ length: 300 }, (_, n) => registration(n)),
    )
    const text = await metricsText(runtime)
    const ended = linesOf(text, 'gearboard_executions_ended_total')
    expect(ended).toHaveLength(51)
    expect(ended.find((line) => line.includes('function="other"'))).toMatch(/ 250$/)
    const triggered = linesOf(text, 'gearboard_registration_triggered_total')
    expect(triggered).toHaveLength(101)
    expect(triggered.find((line) => line.includes('id="other"'))).toMatch(/ 1400$/)
  })

  test('of alerts count what fires and what was sent; where another Gearboard watches, it has them', async () => {
    const { runtime } = runtimeWith([])
    const text = await metricsText(runtime)
    const alerts = linesOf(text, 'gearboard_alerts')
    expect(alerts).toHaveLength(6)
    expect(alerts.filter((line) => !line.endsWith(' 0'))).toEqual([
      'gearboard_alerts{state="firing",severity="warning"} 1',
      'gearboard_alerts{state="pending",severity="critical"} 1',
    ])
    expect(linesOf(text, 'gearboard_alert_deliveries_total')).toContain(
      'gearboard_alert_deliveries_total{outcome="sent"} 3',
    )
    runtime.alerts.watch.standsBy = 'Another Gearboard watches.'
    expect(linesOf(await metricsText(runtime), 'gearboard_alerts')).toEqual([])
  })

  test('of a silent shard are gone, but that it is not up', async () => {
    const text = await metricsText(runtimeWith([], [registration(1)]).runtime)
    expect(linesOf(text, 'gearboard_shard_up').map((line) => line.at(-1))).toEqual(['1', '0'])
    expect(linesOf(text, 'gearboard_redis_memory_bytes')).toHaveLength(1)
    expect(linesOf(text, 'gearboard_registration_failures_total')).toEqual([expect.stringMatching(/shard="a".* 2$/)])
    expect(linesOf(text, 'gearboard_stream_lag_seconds')).toEqual([expect.stringMatching(/ 1\.5$/)])
    // The memory of Python was not reported.
    expect(text).not.toContain('gearboard_python_memory_bytes')
  })
})

describe('the password in the Authorization header', () => {
  const signIn = createSignIn(readSettings({ GEARBOARD_PASSWORD: 'open sesame: 1' }), {
    sessions: storeInMemory(),
    people: peopleInMemory(),
    grants: [],
  })
  const knows = (authorization?: string) =>
    signIn.knows(new Request('http://localhost/metrics', { headers: authorization ? { authorization } : {} }))
  const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`

  test('is taken from Basic with any name, colons and all', async () => {
    expect(await knows(basic('anybody:open sesame: 1'))).toBe(true)
    expect(await knows(basic('anybody:open sesame'))).toBe(false)
    expect(await knows()).toBe(false)
  })

  test('cannot be guessed for long', async () => {
    const guesses = await Promise.allSettled(Array.from({ length: 10 }, (_, n) => knows(basic(`x:${n}`))))
    expect(guesses.at(-1)).toMatchObject({ status: 'rejected', reason: { code: 'too_many_attempts' } })
  })
})

const promtool = (...args: readonly string[]) => spawnSync('promtool', args, { encoding: 'utf8' })
const hasPromtool = promtool('--version').status === 0

describe('the dashboard and the alert rules', () => {
  const dashboard = readFileSync(join(DOCS, 'gearboard.json'), 'utf8')
  const alerts = readFileSync(join(DOCS, 'alerts.yml'), 'utf8')

  test('ask only for series that there are', () => {
    const sources = ['metrics.ts', 'snapshot.ts'].map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
    const asked = new Set(`${dashboard}\n${alerts}`.match(/gearboard_[a-z_]+/g))
    expect(asked.size).toBeGreaterThan(10)
    const missing = [...asked].filter((name) => {
      const base = name.replace(/_(bucket|sum|count)$/, '')
      const [, counter] = /^gearboard_registration_(\w+)_total$/.exec(name) ?? []
      return !sources.some((text) => text.includes(`'${base}'`) || text.includes(`counter('${counter}'`))
    })
    expect(missing).toEqual([])
  })

  test.skipIf(!hasPromtool)('pass promtool', async () => {
    expect(promtool('check', 'rules', join(DOCS, 'alerts.yml')).stderr).toBe('')
    expect(promtool('test', 'rules', join(DOCS, 'alerts.test.yml')).status).toBe(0)
    const parsed: { panels: { targets?: { expr: string }[] }[] } = JSON.parse(dashboard)
    const queries = parsed.panels.flatMap(({ targets }) => targets?.map(({ expr }) => expr) ?? [])
    expect(queries.length).toBeGreaterThan(8)
    // promtool checks queries as those of recording rules.
    const rules = queries.map((query, n) => ({
      record: `query:${n}`,
      expr: query.replaceAll('$__rate_interval', '5m').replaceAll('$connection', 'default'),
    }))
    const folder = mkdtempSync(join(tmpdir(), 'gearboard-rules-'))
    const file = join(folder, 'queries.yml')
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }))
    const checked = promtool('check', 'rules', file)
    rmSync(folder, { recursive: true })
    expect(checked.stdout + checked.stderr).toContain(`SUCCESS: ${rules.length} rules found`)
    const text = await metricsText(runtimeWith([execution()], [registration(1)]).runtime)
    execFileSync('promtool', ['check', 'metrics'], { input: text })
  })
})
