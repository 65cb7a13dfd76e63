import {
  type AbortCause,
  type ExecutionPart,
  type ExecutionStatus,
  isOver,
  type Outcome,
} from '@gearboard/gears/vocabulary/execution'
import { endedUnseen } from '@/lib/model/executions/ends'
import type { Execution, ExecutionOrigin, Gone } from '@/lib/model/executions/execution'
import { type EndCounts, type EndOutcome, isEndOutcome, NO_ENDS } from '@/lib/model/executions/outcome-counts'
import type { ExecutionPast } from '@/lib/model/record/history'
import type { Sample } from '@/lib/model/record/sample'
import { keepNewest } from '@/lib/server/keep-newest'
import type { Upserts } from '../publish/versioned-map'
import {
  hasEnded,
  initiatorOf,
  isFinal,
  isListed,
  isTerminal,
  keyOn,
  type MergedExecution,
  type MergedPart,
  mergeExecution,
  type SilentShards,
} from './merge-execution'

export interface Listed {
  readonly id: string
  readonly status: ExecutionStatus
  readonly registered: boolean
}

/** One shard's list, and when it was asked. */
export interface Listing {
  readonly shard: string
  /** Our clock, ms. */
  readonly at: number
  /** When the list before was asked; null at the first one. */
  readonly previousAt: number | null
  /** Redis Cluster is on: ids of forty zeros belong to one shard alone. */
  readonly cluster: boolean
  /** INFO's `run_id`; null where it may not be read. */
  readonly runId: string | null
  readonly executions: readonly Listed[]
}

/** An execution to ask a shard about. */
export interface ExecutionQuestion {
  readonly key: string
  readonly id: string
  /** A registration fired it. */
  readonly registered: boolean
}

/** What history says of the execution of this key that a server process of this run id holds; undefined: nothing. */
type PastOf = (key: string, runId: string) => ExecutionPast | undefined

/** Look-ups in history at most: each reads for some tens of µs and blocks everything else. */
const MOST_PASTS = 20_000

interface Tracked extends MergedExecution {
  row?: Execution
  /** The row as last published, as JSON. */
  text?: string
  /** Its end is in a sample. */
  counted: boolean
  /** A user drops it through Gearboard. */
  dropping?: { readonly by: string | null }
}

/**
 * Every execution that the shards list, and the latest of those that they listed once: what happened, as far as polls can tell. It does no
 * I/O. Memory is bounded by what the shards hold (MaxExecutions) plus `keep` remembered ones.
 */
export class ExecutionStore {
  private readonly entries = new Map<string, Tracked>()
  private readonly listedOn = new Map<string, Set<string>>()
  /** By shard, as far as reported. */
  private readonly runIds = new Map<string, string>()
  /** Keys of entries that no shard lists any longer, oldest first. */
  private readonly gone = new Set<string>()
  /** When rows that were dropped from memory were last seen. */
  private readonly forgotten = new Map<string, number>()
  private readonly origins = new Map<string, ExecutionOrigin>()
  private readonly dirty = new Set<string>()
  private readonly dropped = new Set<string>()
  private ended = NO_ENDS
  private unseen: Sample['unseen']
  private lookedUp = 0

  constructor(
    private readonly pastOf: PastOf = () => undefined,
    private readonly keep = 2000,
  ) {}

  /** Takes a shard's list and returns what to ask that shard about: ended there, and its report is not final yet. */
  observeListing(listing: Listing): ExecutionQuestion[] {
    const questions: ExecutionQuestion[] = []
    if (listing.runId !== null) this.runIds.set(listing.shard, listing.runId)
    const before = this.listedOn.get(listing.shard)
    const now = new Set<string>()
    for (const listed of listing.executions) {
      const key = keyOn(listed.id, listing.shard, listing.cluster)
      now.add(key)
      const part = this.seeExecution(key, listed, listing)
      if (isTerminal(part.status) && !isFinal(part.report))
        questions.push({ key, id: listed.id, registered: listed.registered })
    }
    for (const key of before ?? []) if (!now.has(key)) this.loseExecution(key, listing.shard, listing.at, 'unlisted')
    this.listedOn.set(listing.shard, now)
    return questions
  }

  /** What RG.GETEXECUTION said on a shard. False when it does not say yet how the execution ended. */
  report(key: string, shard: string, report: ExecutionPart): boolean {
    const part = this.entries.get(key)?.parts.get(shard)
    if (!part) return true
    part.report = report
    this.dirty.add(key)
    return isFinal(report)
  }

  /** The shard lost what it held, and its ids start over. */
  lostShard(shard: string, at: number, cause: 'restarted' | 'another_server' | 'shard_left'): void {
    for (const key of this.listedOn.get(shard) ?? []) this.loseExecution(key, shard, at, cause)
    this.listedOn.delete(shard)
    this.runIds.delete(shard)
    // For ids that were never listed, the run of the server that handed them out is unknown.
    if (cause !== 'shard_left') this.origins.clear()
  }

  /** A shard began or ceased to answer: the coverage of the rows that it has a part in changes. */
  touchShard(shard: string): void {
    for (const key of this.listedOn.get(shard) ?? []) this.dirty.add(key)
  }

  /** Records what we know because we did it. */
  decide(key: string, outcome: Outcome, cause?: AbortCause): void {
    const entry = this.entries.get(key)
    if (!entry) return
    entry.decided = { outcome, ...(cause && { abortCause: cause }) }
    this.dirty.add(key)
  }

  /**
   * A user drops it through Gearboard; undefined: it was refused. Call it before the command is sent: a poll may be faster than its reply.
   */
  dropping(key: string, by: string | null | undefined): void {
    const entry = this.entries.get(key)
    if (entry) entry.dropping = by === undefined ? undefined : { by }
  }

  /** Records where the execution of this key comes from; it may not have been listed yet. */
  attribute(key: string, origin: ExecutionOrigin): void {
    this.origins.set(key, origin)
    keepNewest(this.origins, this.keep)
    const entry = this.entries.get(key)
    // What left had the id in an earlier life of the server: this one is to be listed yet.
    if (!entry || !isListed(entry)) return
    entry.origin = origin
    this.dirty.add(key)
  }

  /** Records where this very execution comes from, also when it left the list. Nothing that was known is withdrawn. */
  attributeEntry(entry: MergedExecution, origin: ExecutionOrigin): void {
    const tracked = this.entries.get(entry.key)
    if (tracked !== entry || tracked.origin.kind !== 'unknown' || origin.kind === 'unknown') return
    tracked.origin = origin
    this.dirty.add(entry.key)
  }

  /** What changed in the rows since the last call. */
  takeChanges(silent: SilentShards): Upserts<Execution> {
    const upserts: Execution[] = []
    for (const key of this.dirty) {
      const entry = this.entries.get(key)
      if (!entry) continue
      const row = mergeExecution(entry, silent)
      const text = textOf(row)
      if (entry.text === text) continue
      entry.row = row
      entry.text = text
      this.countEnd(entry, row)
      upserts.push(row)
    }
    const removed = [...this.dropped]
    this.dirty.clear()
    this.dropped.clear()
    return { upserts, removed }
  }

  /** Ends seen since the last call, and those found that had been before the first look, by outcome. */
  takeEnded(): Pick<Sample, 'ended' | 'unseen'> {
    const { ended, unseen } = this
    this.ended = NO_ENDS
    this.unseen = undefined
    return { ended, ...(unseen && { unseen }) }
  }

  get(key: string): MergedExecution | undefined {
    return this.entries.get(key)
  }

  values(): IterableIterator<MergedExecution> {
    return this.entries.values()
  }

  /** The entries of this id: one, or several on a cluster whose shards hand out equal ids. */
  withId(id: string, shards: Iterable<string>): MergedExecution[] {
    const keys = [id, ...[...shards].map((shard) => `${id}@${shard}`)]
    return keys.flatMap((key) => this.entries.get(key) ?? [])
  }

  /** When an execution that is no longer remembered was last seen. */
  lastSeen(key: string): number | undefined {
    return this.forgotten.get(key)
  }

  counts(): { readonly running: number; readonly waiting: number } {
    let running = 0
    let waiting = 0
    for (const { row } of this.entries.values()) {
      if (!row?.live) continue
      if (row.outcome === 'running') running++
      else if (row.outcome === 'waiting') waiting++
    }
    return { running, waiting }
  }

  private seeExecution(key: string, listed: Listed, listing: Listing): MergedPart {
    const known = this.entries.get(key)
    const part = known?.parts.get(listing.shard)
    const issuer = known && initiatorOf(known) === listing.shard
    // Other shards may hold still what the issuer ran before it restarted.
    const reissued = issuer && known.runId !== null && listing.runId !== null && known.runId !== listing.runId
    const another = reissued || (part !== undefined && isAnother(part, listed))
    // Its removal was not seen: the owner of the id, before or since, is unknown.
    if (another && part?.listed) this.origins.delete(key)
    if (!known || another) return this.beginExecution(key, listed, listing)
    known.lastSeen = listing.at
    if (issuer && known.runId === null && listing.runId !== null) {
      known.runId = listing.runId
      this.dirty.add(key)
    }
    if (!part) {
      const added = partOf(listed, listing)
      known.parts.set(listing.shard, added)
      this.gone.delete(key)
      this.changed(known, listing.at)
      return added
    }
    if (part.status !== listed.status) {
      part.status = listed.status
      this.changed(known, listing.at)
    }
    return part
  }

  private beginExecution(key: string, listed: Listed, listing: Listing): MergedPart {
    const part = partOf(listed, listing)
    const parts = new Map([[listing.shard, part]])
    const runId = this.runIds.get(initiatorOf({ id: listed.id, parts })) ?? null
    const past = listing.previousAt === null && runId !== null ? this.pastIn(key, runId) : undefined
    const entry: Tracked = {
      key,
      id: listed.id,
      parts,
      runId,
      firstSeen: past?.firstSeen ?? listing.at,
      lastSeen: listing.at,
      endSeen: past?.endSeen ?? null,
      precisionMs: past ? past.precisionMs : listing.previousAt === null ? null : listing.at - listing.previousAt,
      origin: this.origins.get(key) ?? past?.origin ?? { kind: 'unknown' },
      counted: past?.over === true && isTerminal(listed.status),
    }
    this.entries.set(key, entry)
    this.gone.delete(key)
    this.changed(entry, listing.at)
    return part
  }

  private pastIn(key: string, runId: string): ExecutionPast | undefined {
    if (this.lookedUp >= MOST_PASTS) return undefined
    this.lookedUp += 1
    return this.pastOf(key, runId)
  }

  private loseExecution(key: string, shard: string, at: number, cause: Gone['cause']): void {
    const entry = this.entries.get(key)
    const part = entry?.parts.get(shard)
    if (!entry || !part?.listed) return
    part.listed = false
    this.changed(entry, at)
    if (isListed(entry)) return
    const { dropping } = entry
    entry.gone = dropping && cause === 'unlisted' ? { cause: 'dropped', by: dropping.by, at } : { cause, by: null, at }
    // The next execution under this id, after a restart, is not the one that was attributed.
    this.origins.delete(key)
    this.gone.add(key)
    if (this.gone.size <= this.keep) return
    const [oldest] = this.gone
    if (oldest !== undefined) this.forgetExecution(oldest)
  }

  private forgetExecution(key: string): void {
    const entry = this.entries.get(key)
    this.gone.delete(key)
    this.entries.delete(key)
    this.dropped.add(key)
    if (!entry) return
    this.forgotten.set(key, entry.lastSeen)
    keepNewest(this.forgotten, 10 * this.keep)
  }

  private changed(entry: Tracked, at: number): void {
    entry.endSeen = hasEnded(entry) ? (entry.endSeen ?? at) : null
    this.dirty.add(entry.key)
    this.dropped.delete(entry.key)
  }

  private countEnd(entry: Tracked, row: Execution): void {
    if (entry.counted) return
    const end = isOver(row.outcome) ? row.outcome : !row.live && row.outcome === 'unknown' ? row.outcome : undefined
    if (end === undefined || !isEndOutcome(end)) return
    entry.counted = true
    if (endedUnseen(row)) this.unseen = oneMore(this.unseen ?? NO_ENDS, end)
    else this.ended = oneMore(this.ended, end)
  }
}

const oneMore = (counts: EndCounts, outcome: EndOutcome): EndCounts => ({ ...counts, [outcome]: counts[outcome] + 1 })

/** What left a shard's list does not come back to it, and what ended runs no more: the server restarted, and this has the same id by chance. */
const isAnother = (part: MergedPart, listed: Listed): boolean =>
  !part.listed || (isTerminal(part.status) && !isTerminal(listed.status))

const partOf = ({ status, registered }: Listed, { runId }: Listing): MergedPart => ({
  status,
  registered,
  listed: true,
  runId,
})

/** `lastSeen` of a listed row moves with every poll and says nothing new: the shards' `answeredAt` does. */
const textOf = (row: Execution): string => JSON.stringify(row.live ? { ...row, lastSeen: 0 } : row)
