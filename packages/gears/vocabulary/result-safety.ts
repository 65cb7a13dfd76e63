import type { ExecutionPart, ExecutionStep } from './execution'

/**
 * Whether an execution's results can be read without harm. Reading converts each record outside Python's lock, where an
 * error of the conversion ends redis-server with signal 11 (tried on 1.0.9 and 1.2.13): an integer beyond 64 bits, a
 * list that contains itself or is nested some ten thousand deep. `none`: there is no record. `text`: the builder's last
 * step made each a text; a lone surrogate remains possible, which no plan shows. `unproven`: the values are unknown.
 */
export type ResultSafety = 'none' | 'text' | 'unproven'

/** What reading unproven results could do, in words. */
export const UNPROVEN_RESULTS =
  'These results may not be text: the function may return raw Python values (convertToStr=False). An integer beyond 64 bits or a deeply nested list crashes redis-server when the results are read.'

/** The same of what a command answers straight away. */
export const UNPROVEN_REPLY =
  'This command may not return text: its function may return raw Python values (convertToStr=False). An integer beyond 64 bits or a deeply nested list in the reply crashes redis-server.'

/**
 * `str()` of the step that `run` and `register` append unless convertToStr is False, as both generations print it (recorded). Held from end to
 * end: the name of a user's function may contain these words, and may not be all of them.
 */
const TO_TEXT = /^<function GearsBuilder\.(?:run|register)\.<locals>\.<lambda> at 0x[0-9a-f]+>$/

const isToText = ({ type, name, arg }: Pick<ExecutionStep, 'type' | 'name' | 'arg'>): boolean =>
  type === 'map' && name === 'RedisGearsPy_PyCallbackMapper' && TO_TEXT.test(arg)

/** Of one shard's report. Only `collect` may follow the step that makes text: it passes records on as they are. */
export function resultSafety({ results, steps }: Pick<ExecutionPart, 'results' | 'steps'>): ResultSafety {
  if (results === 0) return 'none'
  const last = steps.findLast(({ type }) => type !== 'collect')
  return last && isToText(last) ? 'text' : 'unproven'
}
