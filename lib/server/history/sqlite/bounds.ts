import type { ExecutionPart } from '@gearboard/gears/vocabulary/execution'
import { cutMiddle } from '@gearboard/gears/vocabulary/text'
import type { ResultValue } from '@gearboard/gears/vocabulary/value'
import { boundErrors, ERROR_CHARS } from '@/lib/model/executions/error-bounds'

/** Characters kept of each: the error texts of an execution, its results, the texts of its plan. */
export const KEPT_CHARS = 64_000
/** For the results of an execution that no user opened. */
export const KEPT_CHARS_AHEAD = 4000
/** Of an argument of a step: a function's name, or a text of the script. */
const LONGEST_ARG = 4000
/** Of an audit entry's texts. */
const KEPT_TEXT_CHARS = 16_000

/** Says in its middle how much was left out. */
export const cutText = (text: string): string => cutMiddle(text, KEPT_TEXT_CHARS)

/** The parts as JSON, with error texts and step arguments up to the bound; each part counts what was left out of it. */
export function boundParts(parts: readonly ExecutionPart[]): { json: string; cutErrors: boolean; cutSteps: boolean } {
  let errorChars = KEPT_CHARS
  let stepChars = KEPT_CHARS
  let cutErrors = false
  let cutSteps = false
  const bounded = parts.map((part): ExecutionPart => {
    const { errors, leftOut } = boundErrors(part.errors, {
      count: part.errors.length,
      chars: errorChars,
      each: ERROR_CHARS,
    })
    errorChars -= errors.reduce((sum, text) => sum + text.length, 0)
    const steps = []
    for (const step of part.steps) {
      const arg = cutMiddle(step.arg, LONGEST_ARG)
      const size = arg.length + step.name.length + step.type.length
      if (size > stepChars) break
      stepChars -= size
      steps.push({ ...step, arg })
    }
    const errorsLeftOut = (part.errorsLeftOut ?? 0) + leftOut
    const stepsLeftOut = (part.stepsLeftOut ?? 0) + part.steps.length - steps.length
    cutErrors ||= errorsLeftOut > 0 || errors.some((text, at) => text !== part.errors[at])
    cutSteps ||= stepsLeftOut > 0 || steps.some(({ arg }, at) => arg !== part.steps[at]?.arg)
    return {
      ...part,
      errors,
      steps,
      ...(errorsLeftOut > 0 && { errorsLeftOut }),
      ...(stepsLeftOut > 0 && { stepsLeftOut }),
    }
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
