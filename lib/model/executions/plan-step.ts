import type { ExecutionPart, ExecutionStep } from '@gearboard/gears/vocabulary/execution'
import { cutEnd } from '@gearboard/gears/vocabulary/text'

export interface StepLabel {
  /** `parse_order`, `lambda`, `to text`. */
  readonly title: string
  /** Added by GearsBuilder itself, not written by the author of the function. */
  readonly builtIn: boolean
}

/** What the module calls the steps that the builder adds without a callback (protocol 4.2). */
const BUILT_IN: ReadonlyMap<string, string> = new Map(
  Object.entries({
    RedisGearsPy_ToPyRecordMapper: 'to Python',
    GetValueMapper: 'record of key',
    flatmap: 'lists to records',
    group: 'records by key',
  }),
)

/** The operation behind `GearsBuilder.<operation>.<locals>.<lambda>`, in words where its name says little. */
const BUILDER_OPERATION: ReadonlyMap<string, string> = new Map(Object.entries({ run: 'to text', register: 'to text' }))

/** Longest title, characters: a function may have any name. */
const TITLE_CHARS = 120

/** Shortest true name of a step: its callback's name, else what the step does. */
export function stepLabel(step: Pick<ExecutionStep, 'type' | 'name' | 'arg'>): StepLabel {
  const { title, builtIn } = wholeLabel(step)
  return { title: cutEnd(title, TITLE_CHARS), builtIn }
}

function wholeLabel(step: Pick<ExecutionStep, 'type' | 'name' | 'arg'>): StepLabel {
  const callback = callbackName(step.arg)
  if (callback) return callback
  if (step.arg && !EXECUTION_ID.test(step.arg)) return { title: step.arg, builtIn: false }
  if (step.type === 'collect') return { title: 'to initiator', builtIn: false }
  if (step.type === 'repartition') return { title: 'by key', builtIn: false }
  const known = BUILT_IN.get(step.name)
  if (known) return { title: known, builtIn: true }
  return { title: shortStepName(step.name) || step.type, builtIn: false }
}

/** `RedisGearsPy_PyCallbackMapper` → `mapper`: the module's name of a step without its prefixes. */
export const shortStepName = (name: string): string => name.replace(/^RedisGearsPy_(?:PyCallback)?/, '').toLowerCase()

/** Reads `str(function)`: `<function outer.<locals>.parse_order at 0x7f…>`, without the address where nothing ran. */
function callbackName(arg: string): StepLabel | undefined {
  const [, qualified] = /^<function (.+?)(?: at 0x[0-9a-f]+)?>$/i.exec(arg) ?? []
  if (qualified === undefined) return undefined
  // The default of an argument of the builder's.
  if (qualified === 'GearsBuilder.<lambda>') return { title: 'lambda', builtIn: true }
  const [, operation] = /^GearsBuilder\.(\w+)\./.exec(qualified) ?? []
  if (operation !== undefined) {
    const plain = operation.replace(/^__local|__$/g, '').toLowerCase()
    return { title: BUILDER_OPERATION.get(operation) ?? plain, builtIn: true }
  }
  const own = qualified.slice(qualified.lastIndexOf('.') + 1)
  return { title: own === '<lambda>' ? 'lambda' : own, builtIn: false }
}

/** Steps shown of a plan in words. */
const STEPS_IN_WORDS = 4

/** The steps that the function's author wrote: `map parse_order, filter lambda, collect`. Empty where there is none. */
export function planInWords(steps: readonly ExecutionStep[]): string {
  const own = steps.map((step) => ({ type: step.type, ...stepLabel(step) })).filter(({ builtIn }) => !builtIn)
  const words = own.slice(0, STEPS_IN_WORDS).map(({ type, title }) => (title === type ? type : `${type} ${title}`))
  return own.length > STEPS_IN_WORDS ? `${words.join(', ')} …` : words.join(', ')
}

/** What the module's own executions (aborts among them) carry as an argument: the id of another execution. */
const EXECUTION_ID = /^[0-9a-f]{40}-\d+$/i

/**
 * What stays the same of a plan however often its script is submitted: `<function f at 0x7f…>` names another address each time, and an abort
 * another execution.
 */
export const planText = ({ steps }: Pick<ExecutionPart, 'steps'>): string =>
  JSON.stringify(
    steps.map(({ type, name, arg }) => [
      type,
      name,
      EXECUTION_ID.test(arg) ? '' : arg.replaceAll(/ at 0x[0-9a-f]+/gi, ''),
    ]),
  )
