import { describeError } from '@/lib/api/call'
import { formatCount, listInWords, plural } from '@/lib/model/format'

export interface BulkFailure<T> {
  readonly item: T
  readonly reason: string
}

/** So many at once: an abort waits for every shard, and the server answers one client's aborts one after the other. */
const AT_ONCE = 4

/** Does `act` to each item and never stops at a failure; what failed comes back with its reason, in the order of `items`. */
export async function runBulk<T>(
  items: readonly T[],
  act: (item: T) => Promise<unknown>,
  progress: (now: { readonly done: number; readonly of: number }) => void,
): Promise<readonly BulkFailure<T>[]> {
  const reasons = new Map<number, string>()
  let next = 0
  let done = 0
  progress({ done, of: items.length })
  const worker = async () => {
    for (let at = next++; at < items.length; at = next++) {
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
  return items.flatMap((item, at) => {
    const reason = reasons.get(at)
    return reason === undefined ? [] : [{ item, reason }]
  })
}

/** What failed of a bulk action, one line a reason with the items that it hit. */
export function failuresInWords<T>(
  failures: readonly BulkFailure<T>[],
  of: number,
  nameOf: (item: T) => string,
): string {
  const byReason = new Map<string, string[]>()
  for (const { item, reason } of failures) byReason.set(reason, [...(byReason.get(reason) ?? []), nameOf(item)])
  const lines = [...byReason].map(([reason, names]) => `${listInWords(names, 5)}: ${reason}`)
  const head = of === 1 ? [] : [`${formatCount(of - failures.length)} of ${plural(of, 'call')} worked.`]
  return [...head, ...lines].join('\n')
}
