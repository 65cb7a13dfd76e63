import 'server-only'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { admissionEverywhereOf } from '@/lib/model/people/grant'
import { ApiRefusal } from '../errors'
import type { HistoryLoad } from '../history'
import type { Runtime } from '../runtime'
import { VERSION } from '../version'
import { EndedExecutions } from './ended-executions'
import { Families } from './families'
import { type MetricsAlerts, type MetricsHub, writeAlerts, writeHistory, writeSnapshot } from './snapshot'

/** Upper bounds of a duration's bucket, s. */
const BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300]

/** The runtime figures that matter here. */
interface MetricsSource {
  readonly connections: ReadonlyMap<string, { readonly hub: MetricsHub }>
  /** Since the epoch, ms. */
  readonly startedAt: number
  readonly history: { readonly load: HistoryLoad | undefined }
  readonly alerts: MetricsAlerts
}

/** What counts on from scrape to scrape. */
class Totals {
  readonly registry = new Registry()
  private readonly ended = new Counter({
    name: 'gearboard_executions_ended_total',
    help: 'Finished executions by function and outcome; unknown: removed before the outcome was read',
    labelNames: ['connection', 'function', 'outcome'],
    registers: [this.registry],
  })
  private readonly duration = new Histogram({
    name: 'gearboard_execution_duration_seconds',
    help: 'total_duration of finished executions, slowest shard',
    labelNames: ['connection', 'function'],
    buckets: BUCKETS,
    registers: [this.registry],
  })

  constructor({ connections, startedAt }: MetricsSource) {
    for (const [name, { hub }] of connections)
      new EndedExecutions(name, hub.feed, { ended: this.ended, duration: this.duration }, startedAt)
  }
}

const totals = new WeakMap<object, Totals>()

/** All series as Prometheus' text: the totals, and a snapshot of what the hubs know. Redis is not asked. */
export async function metricsText(runtime: MetricsSource): Promise<string> {
  const counting = totals.get(runtime) ?? new Totals(runtime)
  totals.set(runtime, counting)
  const registry = new Registry()
  new Gauge({
    name: 'gearboard_info',
    help: 'The version of Gearboard',
    labelNames: ['version'],
    registers: [registry],
  }).set({ version: VERSION }, 1)
  new Gauge({
    name: 'gearboard_start_time_seconds',
    help: 'When Gearboard started, since the epoch',
    registers: [registry],
  }).set(runtime.startedAt / 1000)
  const families = new Families(registry)
  writeHistory(families, runtime.history.load)
  writeAlerts(families, runtime.alerts)
  for (const [connection, { hub }] of runtime.connections) writeSnapshot({ connection, hub, feed: hub.feed, families })
  return `${await counting.registry.metrics()}\n${await registry.metrics()}`
}

/**
 * Who may read all connections may scrape them: by the browser's cookie, or by a token or the password in the Authorization header. @throws ApiRefusal
 */
export async function admitScrape({ signIn }: Runtime, request: Request, headers: Headers): Promise<void> {
  const { principal } = signIn.visitorOf(request)
  if (principal && admissionEverywhereOf(principal)) return
  if (principal)
    throw new ApiRefusal('forbidden', 'The metrics are of all connections. You need a grant on all of them.')
  if (await signIn.knows(request)) return
  headers.set('www-authenticate', 'Basic realm="Gearboard metrics", charset="UTF-8"')
  throw new ApiRefusal(
    'unauthenticated',
    'Send an API token as Bearer, or GEARBOARD_PASSWORD as HTTP Basic (any user name) or Bearer.',
  )
}
