import { X509Certificate } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Requirement } from '@gearboard/gears/vocabulary/environment'
import { isOver } from '@gearboard/gears/vocabulary/execution'
import type { ShardAnswer } from '@gearboard/gears/vocabulary/shard'
import type { AlertKind } from '@/lib/model/alerts/kinds'
import type { AlertFacts, SeenSpan } from '@/lib/model/alerts/signals'
import { usesTls } from '@/lib/model/connection/connection'
import type { Execution } from '@/lib/model/executions/execution'
import { isInFlight } from '@/lib/model/executions/execution-view'
import type { Growth } from '@/lib/model/record/growth'
import { RECENT_RUNS_MS } from '@/lib/model/registrations/health'
import type { RegistrationStreams } from '@/lib/model/registrations/stream-state'
import type { Connection } from '../connection/connection'
import type { InTurn } from '../in-turn'
import type { AlertClocks } from './clocks'
import { Reread } from './reread'

/** How often what the hub does not poll is read, ms: as pages do, at the pace and within the budget that they share. */
const STREAMS_MS = 15_000
const REQUIREMENTS_MS = 60_000
const GROWTH_MS = 600_000
/** Between two readings of growth, of whatever connection, ms: each blocks everything else for some 0.3 s where 200 registrations ran for an hour. */
const BETWEEN_GROWTH_MS = 1000
/** How far back memory is looked at, ms: as the Memory page begins. */
const GROWTH_RANGE_MS = 3_600_000

/** How often the certificates of servers are looked at, ms. */
const CERTIFICATES_MS = 3_600_000

type WatchedParts = Pick<
  Connection,
  'name' | 'hub' | 'streamInspector' | 'reads' | 'history' | 'gears' | 'clientCertificate'
>

/**
 * What alerts know of one connection: what its hub publishes, since when, and the few things that pages read only while they are open. Those
 * are read only while a rule needs them, and no look waits for them.
 */
export class FactsOfConnection {
  /** When each was first seen in flight, on the steady clock, by key and beginning: ids come again. */
  private flying: ReadonlyMap<string, Flight> = new Map()
  private readonly firstLook: number
  private lastFlights: number | undefined
  private readonly streams: Reread<readonly RegistrationStreams[]>
  private readonly requirements: Reread<readonly ShardAnswer<readonly Requirement[]>[]>
  private readonly growth: Reread<Growth>
  private readonly certificates: Reread<NonNullable<AlertFacts['certificates']>>

  constructor(
    private readonly parts: WatchedParts,
    private readonly clocks: AlertClocks,
    /** Shared by all connections: one at a time. */
    costly: InTurn,
  ) {
    this.firstLook = clocks.steady()
    const { streamInspector, reads, hub, history, name } = parts
    const steady = () => clocks.steady()
    this.streams = new Reread(STREAMS_MS, steady, () =>
      streamInspector.readStreams([...hub.feed.registrations.values()], false),
    )
    this.requirements = new Reread(REQUIREMENTS_MS, steady, async () => (await reads.requirements.read()).answers)
    this.certificates = new Reread(CERTIFICATES_MS, steady, () => this.certificatesNow())
    this.growth = new Reread(GROWTH_MS, steady, () =>
      costly.run(async () => {
        await delay(BETWEEN_GROWTH_MS, undefined, { ref: false })
        const to = clocks.wall()
        return history.store.series.growth({ connection: name, from: to - GROWTH_RANGE_MS, to })
      }),
    )
  }

  private async certificatesNow(): Promise<NonNullable<AlertFacts['certificates']>> {
    const { gears, clientCertificate } = this.parts
    const own = clientCertificate === undefined ? [] : [{ address: null, until: endOf(clientCertificate) }]
    return [...(await gears.certificateEnds()), ...own.filter(({ until }) => Number.isFinite(until))]
  }

  /** @param kinds what some rule watches here */
  facts(kinds: ReadonlySet<AlertKind>): AlertFacts {
    const { hub } = this.parts
    const { feed } = hub
    const steady = this.clocks.steady()
    const now = this.clocks.wall()
    const wantsRates = kinds.has('failure-rate')
    const { flights, submitted } = this.runs(kinds.has('stuck-execution'), wantsRates, now, steady)
    const answered = feed.connection.answeredAt !== null
    const latest = <T>(isWanted: boolean, read: Reread<T>): T | null => (isWanted && answered ? read.latest : null)
    return {
      connection: feed.connection,
      shards: feed.shardStates,
      registrations: [...feed.registrations.values()],
      flights,
      submitted,
      silence: new Map(feed.shardStates.map(({ key }) => [key, this.silenceOf(key, steady)])),
      unreached: this.unreached(steady),
      streams: latest(kinds.has('stream-lag') || kinds.has('stream-drain'), this.streams),
      requirements: latest(kinds.has('requirement-missing'), this.requirements),
      growth: latest(kinds.has('memory-growth'), this.growth),
      certificates: latest(kinds.has('certificate-expiring') && usesTls(feed.connection.address), this.certificates),
      now,
    }
  }

  private silenceOf(shard: string, steady: number): SeenSpan {
    const age = this.parts.hub.answerAgeMs(shard)
    return age === null ? { ms: steady - this.firstLook, atLeast: true } : { ms: age, atLeast: false }
  }

  private unreached(steady: number): SeenSpan | null {
    const { shardStates, connection } = this.parts.hub.feed
    if (shardStates.some(({ state }) => state !== 'silent')) return null
    if (connection.status === 'connecting' || connection.status === 'starting') return null
    const spans = shardStates.map(({ key }) => this.silenceOf(key, steady)).toSorted((a, b) => a.ms - b.ms)
    return spans[0] ?? { ms: steady - this.firstLook, atLeast: true }
  }

  /** In one pass: there may be many. */
  private runs(wantsFlights: boolean, wantsRates: boolean, now: number, steady: number) {
    const flights: { execution: Execution; span: SeenSpan }[] = []
    const submitted = new Map<string, { all: number; failed: number }>()
    if (!wantsFlights && !wantsRates) return { flights, submitted }
    const flying = new Map<string, Flight>()
    // What the wall clock shows of the time before is no more than the time that passed since the last look.
    const most = this.lastFlights === undefined ? Number.POSITIVE_INFINITY : steady - this.lastFlights
    for (const execution of this.parts.hub.feed.executions.values()) {
      if (isInFlight(execution)) {
        if (!wantsFlights) continue
        const run = `${execution.key} ${execution.firstSeen}`
        const seen = this.flying.get(run) ?? {
          since: steady - Math.min(Math.max(0, now - execution.firstSeen), most),
          atLeast: execution.precisionMs === null,
        }
        flying.set(run, seen)
        flights.push({ execution, span: { ms: steady - seen.since, atLeast: seen.atLeast } })
      } else if (wantsRates) countRun(submitted, execution, now)
    }
    if (wantsFlights) {
      this.flying = flying
      this.lastFlights = steady
    }
    return { flights, submitted }
  }
}

/** When an execution was first seen in flight, on the steady clock, ms. */
interface Flight {
  readonly since: number
  /** It was there already when Gearboard first looked. */
  readonly atLeast: boolean
}

function countRun(
  runs: Map<string, { all: number; failed: number }>,
  { origin, outcome, endSeen }: Execution,
  now: number,
): void {
  if (origin.kind !== 'submission' || !isOver(outcome) || endSeen === null || now - endSeen > RECENT_RUNS_MS) return
  const count = runs.get(origin.name) ?? { all: 0, failed: 0 }
  count.all++
  if (outcome === 'failed') count.failed++
  runs.set(origin.name, count)
}

const endOf = (certificate: string): number => Date.parse(new X509Certificate(certificate).validTo)
