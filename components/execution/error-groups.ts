import { type ErrorReport, errorSignature, readError } from '@gearboard/gears/vocabulary/traceback'
import type { ExecutionDetail } from '@/lib/model/executions/execution'

/** Errors of one cause. */
export interface ErrorGroup {
  readonly signature: string
  /** The first of them. */
  readonly report: ErrorReport
  readonly count: number
  /** Where it was raised; empty when the shards did not say. */
  readonly shards: readonly string[]
}

/** How many errors stand behind groups. */
export const readErrors = (groups: readonly Pick<ErrorGroup, 'count'>[]): number =>
  groups.reduce((sum, { count }) => sum + count, 0)

/** The errors by signature, most frequent first. */
export function errorGroups({ parts, errors }: Pick<ExecutionDetail, 'parts' | 'errors'>): readonly ErrorGroup[] {
  const groups = new Map<string, { report: ErrorReport; count: number; shards: Set<string> }>()
  const countError = (raw: string, shard: string | undefined) => {
    const report = readError(raw)
    const signature = errorSignature(report)
    const group = groups.get(signature) ?? { report, count: 0, shards: new Set<string>() }
    group.count++
    if (shard !== undefined) group.shards.add(shard)
    groups.set(signature, group)
  }
  const told = parts.flatMap((part) => part.errors.map((raw) => ({ raw, shard: part.shard })))
  if (told.length > 0) for (const { raw, shard } of told) countError(raw, shard)
  else for (const raw of errors) countError(raw, undefined)
  return [...groups]
    .map(([signature, { report, count, shards }]) => ({ signature, report, count, shards: [...shards] }))
    .toSorted((a, b) => b.count - a.count)
}
