import { type Argument, actionOf, operation, reader, SILENT_REGISTER_ARGUMENTS } from '@gearboard/gears/docs'
import { nearest } from '@gearboard/gears/vocabulary/edit-distance'
import { at, type LintRule, type RuleFinding } from '../finding'
import { type GivenArgument, intOf, type ReadValue } from '../reading/values'
import { type Action, given } from '../script'

const knownArguments = (action: Action): readonly Argument[] | undefined => {
  const known = action.builder.reader && reader(action.builder.reader)
  return known && actionOf(known, action.name)?.args
}

/** The module ignores names that it does not know, so a typo changes nothing and says nothing (protocol 3.2). */
export const unknownArgument: LintRule = function* (script) {
  for (const action of script.actions) {
    const known = knownArguments(action)
    if (!known) continue
    const names = known.map((one) => one.name)
    const silent = action.name === 'register' ? SILENT_REGISTER_ARGUMENTS : []
    for (const arg of action.call.args) {
      if (arg.name === null || names.includes(arg.name) || silent.includes(arg.name)) continue
      const meant = nearest(arg.name, names)
      const range = { from: arg.from, to: arg.from + arg.name.length }
      yield {
        severity: 'warning',
        ...range,
        message: `${action.name} of ${action.builder.reader} does not know ${arg.name}`,
        hint: `RedisGears silently ignores it. Known arguments: ${names.join(', ')}.`,
        fix: meant ? { label: `Use ${meant}`, edits: [{ ...range, insert: meant }] } : undefined,
      }
    }
  }
}

export const argumentType: LintRule = function* (script) {
  for (const action of script.actions) {
    for (const spec of knownArguments(action) ?? []) {
      const arg = argumentAt(action, spec)
      if (arg) yield* wrongType(spec, arg)
    }
    yield* policyInSync(action)
  }
  for (const step of script.steps) {
    for (const [place, spec] of (operation(step.name)?.args ?? []).entries()) {
      // Functions are judged with the other callbacks.
      const arg = spec.type === 'function' ? undefined : given(step.args, spec.name, place)
      if (arg) yield* wrongType(spec, arg)
    }
  }
}

function* wrongType(spec: Argument, { value, node }: GivenArgument): Generator<RuleFinding> {
  const problem = problemWith(spec, value)
  if (!problem) return
  // Negative numbers are taken, and read as huge ones (measured).
  const negative = spec.type === 'number' && (intOf(value) ?? 0n) < 0n
  yield {
    severity: 'error',
    ...at(node),
    message: `${spec.name} ${problem}`,
    hint: spec.refusal && !negative ? `The module rejects it: ${spec.refusal}.` : spec.doc,
  }
}

/** Of `run` and `register` only what is read or listened to may stand without its name, and convertToStr and collect behind it. */
const PLACES: ReadonlyMap<string, number> = new Map(Object.entries({ arg: 0, prefix: 0, convertToStr: 1, collect: 2 }))

const argumentAt = (action: Action, spec: Argument): GivenArgument | undefined =>
  given(action.args, spec.name, PLACES.get(spec.name))

/** What is wrong with a value, or undefined. None means "not given" wherever that is the default. */
function problemWith(spec: Argument, value: ReadValue): string | undefined {
  // What is not known to be one thing is not judged.
  if (spec.type === 'any' || VAGUE.has(value.kind)) return undefined
  // What `run` reads may be left out by None, too: the builder's own default takes its place.
  if (value.kind === 'none' && (spec.defaultValue === 'None' || spec.name === 'arg')) return undefined
  switch (spec.type) {
    case 'text':
      if (value.kind !== 'text') return value.kind === 'start' ? undefined : 'must be a string'
      return notAmong(spec, [value])
    case 'number': {
      if (value.kind !== 'int' && value.kind !== 'huge' && value.kind !== 'float' && value.kind !== 'boolean')
        return 'must be a number'
      if (value.kind === 'float') return 'must be a whole number'
      return (intOf(value) ?? 0n) < 0n ? 'must not be negative' : undefined
    }
    case 'boolean':
      // Python accepts any value for convertToStr and collect; where the module itself checks, it wants a bool.
      return value.kind === 'boolean' || spec.refusal === undefined ? undefined : 'must be True or False'
    case 'function':
      return value.kind === 'function' ? undefined : 'must be a function'
    case 'list of texts':
      // A str is iterable too: the module would take each letter for an element.
      if (value.kind === 'text') return `must be a list: write ['${value.value}']`
      if (value.kind === 'dict') return undefined
      if (value.kind !== 'list') return 'must be a list of strings'
      if (value.items.some((item) => !VAGUE.has(item.kind) && item.kind !== 'text' && item.kind !== 'start'))
        return 'must contain only strings'
      return notAmong(spec, value.items)
  }
}

const VAGUE: ReadonlySet<ReadValue['kind']> = new Set([
  'unknown',
  'named',
  'one of',
  'method',
  'instance',
  'partial',
  'generator',
])

function notAmong({ choices, anyCase }: Argument, items: readonly ReadValue[]): string | undefined {
  if (!choices) return undefined
  const stranger = items.find(
    (item) => item.kind === 'text' && !choices.includes(anyCase ? item.value.toLowerCase() : item.value),
  )
  return stranger?.kind === 'text' ? `does not know '${stranger.value}': one of ${choices.join(', ')}` : undefined
}

function* policyInSync({ args }: Action): Generator<RuleFinding> {
  const policy = given(args, 'onFailedPolicy')
  const mode = given(args, 'mode')?.value
  const words = policy?.value.kind === 'text' ? policy.value.value.toLowerCase() : undefined
  if (!policy || mode?.kind !== 'text' || mode.value !== 'sync') return
  if (words !== 'abort' && words !== 'retry') return
  yield {
    severity: 'error',
    ...at(policy.node),
    message: `onFailedPolicy '${words}' cannot be combined with mode='sync'`,
    hint: 'The module rejects it: ExecutionMode sync can only be combined with OnFailedPolicy Continue.',
  }
}

export const triggerArguments: LintRule = function* (script) {
  for (const action of script.actions) {
    if (action.builder.reader !== 'CommandReader' || action.name !== 'register' || action.args.open) continue
    const trigger = given(action.args, 'trigger')
    const hook = given(action.args, 'hook')
    const other = hook ?? given(action.args, 'keyprefix')
    if (trigger && other) yield problem(other.node, 'trigger cannot be combined with hook or keyprefix', REFUSALS.both)
    else if (!trigger && !hook)
      yield problem(action.nameNode, 'A CommandReader needs a trigger or a hook', REFUSALS.none)
  }
}

const REFUSALS = {
  both: 'The module rejects it: trigger argument can not be given with keyprefix or hook.',
  none: 'The module rejects it: no trigger or hook argument was given.',
}

const problem = (node: { from: number; to: number }, message: string, hint: string): RuleFinding => ({
  severity: 'error',
  ...at(node),
  message,
  hint,
})
