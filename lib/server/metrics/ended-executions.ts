import type { Counter, Histogram } from 'prom-client'
import { endedUnseen } from '@/lib/model/executions/ends'
import type { Execution } from '@/lib/model/executions/execution'
import { executionName } from '@/lib/model/executions/execution-view'
import type { Feed } from '../hub/publish/feed'
import { BoundedNames } from './bounded-names'

/** Functions with series of their own; see `BoundedNames`. */
const MAX_FUNCTIONS = 50
/** The function of an execution that nothing is known of but its id. */
const UNKNOWN = 'unknown'

interface EndedMetrics {
  readonly ended: Counter<'connection' | 'function' | 'outcome'>
  /** s */
  readonly duration: Histogram<'connection' | 'function'>
}

/**
 * Counts how each function's executions ended: Prometheus wants totals, the hub reports changes. Starts with those that the hub still
 * remembers, so that a late first scrape misses little.
 */
export class EndedExecutions {
  private readonly names = new BoundedNames(MAX_FUNCTIONS)
  /**
   * When those that are counted and still in the feed were first seen: bounded by what the hub remembers. After a restart of the server
   * another execution comes under the same key.
   */
  private readonly counted = new Map<string, number>()
  private version: number | undefined

  constructor(
    private readonly connection: string,
    private readonly feed: Feed,
    private readonly series: EndedMetrics,
    /** What an earlier Gearboard saw end is not counted again, our clock, ms. */
    private readonly since = 0,
  ) {
    this.follow()
    feed.subscribe(() => this.follow())
  }

  private follow(): void {
    const { full, version, executions } = this.feed.since(this.version)
    this.version = version
    for (const key of executions.removed) this.counted.delete(key)
    if (full) for (const key of this.counted.keys()) if (!this.feed.executions.get(key)) this.counted.delete(key)
    for (const row of executions.upserts) this.count(row)
  }

  private count(row: Execution): void {
    const outcome = endOf(row)
    if (!outcome || this.counted.get(row.key) === row.firstSeen) return
    this.counted.set(row.key, row.firstSeen)
    // Over already as Gearboard first looked: it did not happen in our time.
    if (endedUnseen(row) || (row.endSeen !== null && row.endSeen < this.since)) return
    const labels = { connection: this.connection, function: this.names.of(executionName(row) ?? UNKNOWN) }
    this.series.ended.inc({ ...labels, outcome })
    if (row.durationMs !== null) this.series.duration.observe(labels, row.durationMs / 1000)
  }
}

/** Undefined while it continues, and while the end of a listed one is not read yet. */
function endOf({ outcome, live }: Execution): 'ok' | 'failed' | 'aborted' | 'unknown' | undefined {
  if (outcome === 'ok' || outcome === 'failed' || outcome === 'aborted') return outcome
  return outcome === 'unknown' && !live ? outcome : undefined
}
