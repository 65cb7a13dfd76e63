import {
  type AbortCause,
  abortCause,
  type ExecutionPart,
  type ExecutionStatus,
  errorCount,
  mergeOutcomes,
  type Outcome,
  outcomeOf,
} from '@gearboard/gears/vocabulary/execution'
import { GearsId, NO_SHARD } from '@gearboard/gears/vocabulary/ids'
import { cutEnd } from '@gearboard/gears/vocabulary/text'
import { errorTitle, readError } from '@gearboard/gears/vocabulary/traceback'
import type { Execution, ExecutionOrigin, Gone } from '@/lib/model/executions/execution'
import { executionIdentity } from './identity'

/** What is known of an execution on one shard. */
export interface MergedPart {
  status: ExecutionStatus
  registered: boolean
  /** The shard's last list had it. False: it is gone there. */
  listed: boolean
  /** The server process that it was first seen in, by INFO's `run_id`. */
  readonly runId: string | null
  /** What RG.GETEXECUTION said last; its outcome counts only once it is `final`. */
  report?: ExecutionPart
}

/** An execution over all shards, and what we observed of it. */
export interface MergedExecution {
  readonly key: string
  readonly id: string
  readonly parts: Map<string, MergedPart>
  /** INFO's `run_id` of the shard that handed out its id, as it was when this one was met; null while that is not known. */
  runId: string | null
  readonly firstSeen: number
  readonly precisionMs: number | null
  lastSeen: number
  endSeen: number | null
  origin: ExecutionOrigin
  /** Known because Gearboard did it, though the module does not report it: an aborted blocking run just vanishes. */
  decided?: { readonly outcome: Outcome; readonly abortCause?: AbortCause }
  gone?: Gone
}

/** `id`, or `id@shard` on a cluster before RG.REFRESHCLUSTER: its shards hand out equal ids, of forty zeros, for different things. */
export const keyOn = (id: string, shard: string, cluster: boolean): string =>
  cluster && id.startsWith(NO_SHARD) ? `${id}@${shard}` : id

export const isTerminal = (status: ExecutionStatus): boolean => status === 'done' || status === 'aborted'

/** The report says how it ended on its shard. `done` with no result count yet is asked again (protocol 11.2). */
export const isFinal = (report: ExecutionPart | undefined): report is ExecutionPart =>
  report !== undefined && (report.status === 'aborted' || (report.status === 'done' && report.results !== null))

/** Seen to end, or gone, on every shard that had it. */
export const hasEnded = (entry: MergedExecution): boolean =>
  [...entry.parts.values()].every((part) => !part.listed || isTerminal(part.status))

export const isListed = (entry: MergedExecution): boolean => [...entry.parts.values()].some((part) => part.listed)

function partOutcome(part: MergedPart): Outcome {
  if (isFinal(part.report)) return outcomeOf(part.report.status, part.report)
  return part.listed ? outcomeOf(part.status, part.report) : 'unknown'
}

function causeOf(parts: readonly MergedPart[]): AbortCause | undefined {
  for (const part of parts) {
    const cause = isFinal(part.report)
      ? abortCause(part.report.status, part.report.errors)
      : part.status === 'aborted'
        ? 'command'
        : undefined
    if (cause) return cause
  }
  return undefined
}

const titleOf = (error: string): string => cutEnd(errorTitle(readError(error)), 200)

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** The shards whose last poll failed, and when each answered last (our clock, ms; null: never): what is shown of them is from then. */
export type SilentShards = ReadonlyMap<string, number | null>

/** The row of an execution. */
export function mergeExecution(entry: MergedExecution, silent: SilentShards): Execution {
  const shard = initiatorOf(entry)
  const own = ownParts(entry.parts, shard)
  const parts = [...own.values()]
  const reports = parts.flatMap((part) => (part.report ? [part.report] : []))
  const counted = reports.flatMap((report) => (report.results === null ? [] : [report.results]))
  const finals = reports.filter((report) => isFinal(report))
  const firstError = reports.flatMap((report) => report.errors)[0]
  const unseen = unseenParts(entry, shard)
  const ended = isFinal(own.get(shard)?.report)
  const outcomes: readonly Outcome[] = [
    // The initiator ends last, or aborts: what a silent shard last said of itself is past then.
    ...[...own].map(([key, part]) =>
      ended && silent.has(key) && !isFinal(part.report) ? ('unknown' as const) : partOutcome(part),
    ),
    ...(unseen > 0 ? ['unknown' as const] : []),
  ]
  const outcome = entry.decided?.outcome ?? mergeOutcomes(outcomes)
  const cause = outcome === 'aborted' ? (entry.decided?.abortCause ?? causeOf(parts)) : undefined
  return {
    key: entry.key,
    id: entry.id,
    identity: executionIdentity(entry.runId, entry.firstSeen),
    shard,
    status: statusOf(own.get(shard) ?? parts[0]),
    outcome,
    ...(cause && { abortCause: cause }),
    registered: parts.some((part) => part.registered),
    results: counted.length > 0 ? sum(counted) : null,
    errors: finals.length > 0 ? sum(finals.map(errorCount)) : null,
    firstError: firstError === undefined ? null : titleOf(firstError),
    durationMs: finals.length > 0 ? Math.max(...finals.map((report) => report.totalDurationMs)) : null,
    firstSeen: entry.firstSeen,
    // The clock may have been set back since.
    lastSeen: Math.max(entry.firstSeen, entry.lastSeen),
    endSeen: entry.endSeen === null ? null : Math.max(entry.firstSeen, entry.endSeen),
    precisionMs: entry.precisionMs,
    ...(!ended && unheard(own, entry.lastSeen, silent)),
    live: parts.some((part) => part.listed),
    ...(entry.gone && { gone: entry.gone }),
    coverage: {
      answered: [...own].filter(([key, part]) => isFinal(part.report) || (part.listed && !silent.has(key))).length,
      of: parts.length + unseen,
    },
    origin: entry.origin,
  }
}

/** A final report may be newer than the list, which then still says that it runs. */
function statusOf(part: MergedPart | undefined): MergedPart['status'] {
  const report = part?.report
  return isFinal(report) ? report.status : (part?.status ?? 'created')
}

/**
 * It ran on its initiator alone: one that was sent to others counts them as it runs (recorded). What others hold under its id is of an
 * earlier execution then: ids start over as their shard restarts, and the other shards keep what they had.
 */
export const ranAlone = (initiator: ExecutionPart | undefined): boolean =>
  (initiator?.status === 'running' || initiator?.status === 'done') && initiator.shardsReceived === 0

function ownParts(parts: MergedExecution['parts'], initiator: string): MergedExecution['parts'] {
  const part = parts.get(initiator)
  return part && parts.size > 1 && ranAlone(part.report) ? new Map([[initiator, part]]) : parts
}

/** Where all that had it in flight have fallen silent. */
function unheard(
  parts: MergedExecution['parts'],
  lastSeen: number,
  silent: SilentShards,
): Pick<Execution, 'unheardSince'> {
  const inFlight = [...parts].filter(([, part]) => part.listed && !isTerminal(part.status)).map(([shard]) => shard)
  if (inFlight.length === 0 || !inFlight.every((shard) => silent.has(shard))) return {}
  return { unheardSince: Math.max(...inFlight.map((shard) => silent.get(shard) ?? lastSeen)) }
}

/**
 * Shards that take part and that we have not seen it on: not yet, or they dropped it before we looked. The initiator counts the others
 * as `shards_received` (recorded: 2 of three shards).
 */
function unseenParts({ parts }: MergedExecution, initiator: string): number {
  const others = parts.get(initiator)?.report?.shardsReceived ?? 0
  const seen = parts.has(initiator) ? parts.size : parts.size + 1
  return Math.max(others + 1, seen) - parts.size
}

/**
 * The shard named in the id, which may have forgotten it before the others: what those know is not all of it. The first that holds it,
 * where the id names none (before RG.REFRESHCLUSTER) or shards are known by their addresses alone.
 */
export function initiatorOf({ id, parts }: Pick<MergedExecution, 'id' | 'parts'>): string {
  const [first = ''] = parts.keys()
  const named = GearsId.parse(id)?.shard
  const byNodeId = first.length === NO_SHARD.length
  return named !== undefined && named !== NO_SHARD && byNodeId ? named : first
}
