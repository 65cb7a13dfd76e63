import { type GearsValue, toResultValue } from '@gearboard/gears'
import type { ResultValue } from '@gearboard/gears/vocabulary/value'
import { RESULT_PAGE, RESULT_PAGE_BYTES } from '@/lib/api/contract/executions'

/** At most `RESULT_PAGE` values, whole ones of at most `RESULT_PAGE_BYTES` together, fit for JSON. */
export function firstResults(results: readonly GearsValue[]): readonly ResultValue[] {
  const first: ResultValue[] = []
  let left = RESULT_PAGE_BYTES
  for (const value of results.slice(0, RESULT_PAGE)) {
    left -= sizeOf(value)
    if (left < 0) break
    first.push(toResultValue(value))
  }
  return first
}

/** Characters that a value has in JSON, about. */
function sizeOf(value: GearsValue): number {
  if (typeof value === 'string') return value.length
  if (Buffer.isBuffer(value)) return (value.length * 4) / 3
  if (Array.isArray(value)) return value.reduce((sum: number, each: GearsValue) => sum + sizeOf(each), 2)
  if (value !== null && typeof value === 'object' && 'error' in value) return value.error.length
  return 8
}
