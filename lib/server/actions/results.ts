import { RESULT_PAGE } from '@/lib/api/contract'
import { type GearsValue, toResultValue } from '@/lib/gears'
import type { ResultValue } from '@/lib/model/value'

/** At most `RESULT_PAGE` values, fit for JSON. */
export const firstResults = (results: readonly GearsValue[]): readonly ResultValue[] =>
  results.slice(0, RESULT_PAGE).map(toResultValue)
