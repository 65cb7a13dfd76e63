import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { describeError } from '@/lib/api/call'
import { listInWords } from '@/lib/model/text/format'

interface BulkFailure<T> {
  readonly item: T
  readonly reason: string
}

/** How many run at once: an abort waits for every shard, and the server answers one client's aborts one after the other. */
const AT_ONCE = 4

/** What became of a bulk action, each in the order of its items. */
export interface BulkOutcome<T> {
  readonly failures: readonly BulkFailure<T>[]
  /** Not begun, as it was stopped. */
  readonly untouched: readonly T[]
}

/** Does `act` to each item and never stops at a failure, but before the next item once `stopped` is aborted. */
export async function runBulk<T>(
  items: readonly T[],
  act: (item: T) => Promise<unknown>,
  progress: (now: { readonly done: number; readonly of: number }) => void,
  stopped: AbortSignal,
): Promise<BulkOutcome<T>> {
  const reasons = new Map<number, string>()
  let next = 0
  let done = 0
  progress({ done, of: items.length })
  const worker = async () => {
    while (next < items.length && !stopped.aborted) {
      const at = next++
      const item = items[at]
      if (item === undefined) return
      try {
        await act(item)
      } catch (error) {
        reasons.set(at, describeError(error))
      }
      done++
      progress({ done, of: items.length })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  const failures = items.flatMap((item, at) => {
    const reason = reasons.get(at)
    return reason === undefined ? [] : [{ item, reason }]
  })
  return { failures, untouched: items.slice(next) }
}

/** The progress of a bulk action, and its failures: one line per reason with the items, details indented below. */
export function outcomeInWords<T>(
  { failures, untouched }: BulkOutcome<T>,
  of: number,
  nameOf: (item: T) => string,
): string {
  const byReason = new Map<string, string[]>()
  for (const { item, reason } of failures) byReason.set(reason, [...(byReason.get(reason) ?? []), nameOf(item)])
  const lines = [...byReason].map(([reason, names]) => `${listInWords(names, 5)}: ${reason.replaceAll('\n', '\n    ')}`)
  const left = untouched.length
  const rest = left === 0 ? '' : ` ${formatCount(left)} ${left === 1 ? 'was' : 'were'} not sent.`
  const head =
    of === 1 ? [] : [`${formatCount(of - failures.length - left)} of ${plural(of, 'call')} succeeded.${rest}`]
  return [...head, ...lines].join('\n')
}
