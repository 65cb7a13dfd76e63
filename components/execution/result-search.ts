import type { ResultValue } from '@gearboard/gears/vocabulary/value'
import { resultText } from '@/lib/model/text/result-table'

/** A result and its place in the whole list, from 0. */
export interface FoundResult {
  readonly at: number
  readonly value: ResultValue
}

/** The results whose text holds this one, without regard to case; all of them for the empty text. */
export function findResults(results: readonly ResultValue[], text: string): readonly FoundResult[] {
  const sought = text.toLowerCase()
  return results.flatMap((value, at) =>
    sought === '' || resultText(value).toLowerCase().includes(sought) ? [{ at, value }] : [],
  )
}
