import type { Decoder } from '../reply'
import { list, map, oneOf, text, tuple } from '../reply'
import { type GearsValue, gearsValue } from '../value'

/** The reply of a command that only says that it was done. */
export const ok: Decoder<void> = map(oneOf('OK'), () => undefined)

/** What an execution returned: its result records, and the error texts of its steps. */
export interface ExecutionResults {
  readonly results: readonly GearsValue[]
  readonly errors: readonly string[]
}

export const executionResults: Decoder<ExecutionResults> = map(
  tuple<readonly [readonly GearsValue[], readonly string[]]>(list(gearsValue), list(text)),
  ([results, errors]) => ({ results, errors }),
)

export const yesNo: Decoder<boolean> = map(oneOf('yes', 'no'), (word) => word === 'yes')
