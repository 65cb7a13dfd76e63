import { type ExecutionPart, errorCount } from '@/lib/model/execution'
import type { ResultValue } from '@/lib/model/value'

/** Characters kept of each: the error texts of an execution, its results, the texts of its plan. */
export const KEPT_CHARS = 64_000
/** Of the results of an execution that nobody opened. */
export const KEPT_CHARS_AHEAD = 4000
/** Of an audit entry's texts, of an example of an error. */
export const KEPT_TEXT_CHARS = 16_000

export const cutText = (text: string, chars = KEPT_TEXT_CHARS): string =>
  text.length <= chars ? text : text.slice(0, chars)

/** The parts as JSON, with error texts and step arguments up to the bound. */
export function boundParts(parts: readonly ExecutionPart[]): { json: string; cutErrors: boolean; cutSteps: boolean } {
  let errorChars = KEPT_CHARS
  let stepChars = KEPT_CHARS
  let cutErrors = false
  let cutSteps = false
  const bounded = parts.map((part) => {
    const errors: string[] = []
    for (const text of part.errors) {
      if (errorChars <= 0) break
      errors.push(cutText(text, errorChars))
      errorChars -= text.length + 1
    }
    const steps = []
    for (const step of part.steps) {
      if (stepChars <= 0) break
      steps.push({ ...step, arg: cutText(step.arg, stepChars) })
      stepChars -= step.arg.length + step.name.length + step.type.length + 1
    }
    cutErrors ||= errorChars < 0 || errors.length < errorCount(part)
    cutSteps ||= stepChars < 0 || steps.length < part.steps.length
    return { ...part, errors, steps }
  })
  return { json: JSON.stringify(bounded), cutErrors, cutSteps }
}

/** The first results as JSON, whole values only, up to the bound. */
export function boundResults(results: readonly ResultValue[], most: number): { json: string; cut: boolean } {
  const kept: string[] = []
  let chars = 0
  for (const value of results) {
    const json = JSON.stringify(value)
    chars += json.length
    if (chars > most) break
    kept.push(json)
  }
  return { json: `[${kept.join(',')}]`, cut: kept.length < results.length }
}
