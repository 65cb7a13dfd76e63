import type { Decoder } from '../reply'
import { list, map, oneOf, text, tuple } from '../reply'
import { type GearsValue, gearsValue } from '../value'

/** The reply of a command that only says that it was done. */
export const ok: Decoder<void> = map(oneOf('OK'), () => undefined)

/** An error of a step. RedisGears 1.0 sends the text of an exception with the NUL that ends it in C (recorded on 1.0.9). */
export const errorText: Decoder<string> = map(text, (words) => words.replace(/\0$/, ''))

/** What an execution returned: its result records, and the error texts of its steps. */
export interface ExecutionResults {
  readonly results: readonly GearsValue[]
  readonly errors: readonly string[]
}

export const executionResults: Decoder<ExecutionResults> = map(
  tuple<readonly [readonly GearsValue[], readonly string[]]>(list(gearsValue), list(errorText)),
  ([results, errors]) => ({ results, errors }),
)

export const yesNo: Decoder<boolean> = map(oneOf('yes', 'no'), (word) => word === 'yes')
