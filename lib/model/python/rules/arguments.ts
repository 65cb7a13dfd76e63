import { nearest } from '../../edit-distance'
import {
  type Argument,
  actionOf,
  CRASHING_KEY_TYPES,
  operation,
  reader,
  SILENT_REGISTER_ARGUMENTS,
} from '../../gears-docs'
import { at, type Finding, type Rule } from '../finding'
import type { Literal } from '../literals'
import { type Action, argument, argumentText, keyword, literal, type Script } from '../script'
import type { SyntaxNode } from '../tree'

const knownArguments = (action: Action): readonly Argument[] | undefined => {
  const known = action.builder.reader && reader(action.builder.reader)
  return known && actionOf(known, action.name)?.args
}

/** The module ignores names that it does not know, so a typo changes nothing and says nothing (protocol 3.2). */
export const unknownArgument: Rule = function* (script) {
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
        rule: 'unknown-argument',
        severity: 'warning',
        ...range,
        message: `${action.name} of ${action.builder.reader} does not know ${arg.name}`,
        hint: `It is ignored without a word. Known are ${names.join(', ')}.`,
        fix: meant ? { label: `Use ${meant}`, ...range, insert: meant } : undefined,
      }
    }
  }
}

export const argumentType: Rule = function* (script) {
  for (const action of script.actions) {
    for (const spec of knownArguments(action) ?? []) {
      const arg = argumentAt(action, spec)
      if (arg) yield* wrongType(script, spec, arg.value)
    }
    yield* policyInSync(script, action)
  }
  for (const step of script.steps) {
    for (const [place, spec] of (operation(step.name)?.args ?? []).entries()) {
      // Functions are judged with the other callbacks.
      const arg = spec.type === 'function' ? undefined : argument(step.call, place, spec.name)
      if (arg) yield* wrongType(script, spec, arg.value)
    }
  }
}

function* wrongType(script: Script, spec: Argument, node: SyntaxNode): Generator<Finding> {
  const value = literal(script, node)
  const problem = value && problemWith(spec, value)
  if (!problem) return
  yield {
    rule: 'argument-type',
    severity: 'error',
    ...at(node),
    message: `${spec.name} ${problem}`,
    hint: spec.refusal ? `The module refuses it: ${spec.refusal}.` : spec.doc,
  }
}

const argumentAt = (action: Action, spec: Argument) => {
  const first = action.call.args[0]
  const isFirst = spec.name === 'arg' || spec.name === 'prefix'
  return keyword(action.call, spec.name) ?? (isFirst && first && !first.name && !first.spread ? first : undefined)
}

/** What is wrong with a literal, or undefined. None stands for "not given" wherever that is the default. */
function problemWith(spec: Argument, value: Literal): string | undefined {
  if (spec.type === 'any' || (value.kind === 'none' && spec.defaultValue === 'None')) return undefined
  switch (spec.type) {
    case 'text':
      if (value.kind !== 'text') return 'must be a text'
      return notAmong(spec, [value])
    case 'number':
      if (value.kind !== 'number') return 'must be a number'
      return value.value < 0 ? 'must not be negative' : undefined
    case 'boolean':
      return value.kind === 'boolean' ? undefined : 'must be True or False'
    case 'function':
      return value.kind === 'function' ? undefined : 'must be a function'
    case 'list of texts':
      // A str is iterable too: the module would take each letter for an element.
      if (value.kind === 'text') return `must be a list: write ['${value.value}']`
      if (value.kind !== 'list') return 'must be a list of texts'
      if (value.items.some((item) => item && item.kind !== 'text')) return 'must contain texts only'
      return notAmong(spec, value.items)
  }
}

function notAmong(spec: Argument, items: readonly (Literal | undefined)[]): string | undefined {
  const { choices } = spec
  if (!choices) return undefined
  const stranger = items.find((item) => item?.kind === 'text' && !choices.includes(item.value.toLowerCase()))
  return stranger?.kind === 'text' ? `does not know '${stranger.value}': one of ${choices.join(', ')}` : undefined
}

function* policyInSync(script: Script, action: Action): Generator<Finding> {
  const policy = keyword(action.call, 'onFailedPolicy')
  const words = argumentText(script, policy)?.toLowerCase()
  if (!policy || argumentText(script, keyword(action.call, 'mode')) !== 'sync') return
  if (words !== 'abort' && words !== 'retry') return
  yield {
    rule: 'argument-type',
    severity: 'error',
    ...at(policy.value),
    message: `onFailedPolicy '${words}' does not go with mode='sync'`,
    hint: 'The module refuses it: ExecutionMode sync can only be combined with OnFailedPolicy Continue.',
  }
}

export const triggerArguments: Rule = function* (script) {
  for (const action of script.actions) {
    if (action.builder.reader !== 'CommandReader' || action.name !== 'register') continue
    if (action.call.args.some((arg) => arg.spread)) continue
    const trigger = keyword(action.call, 'trigger')
    const other = keyword(action.call, 'hook', 'keyprefix')
    if (trigger && other) yield problem(other.value, 'trigger goes with neither hook nor keyprefix', REFUSALS.both)
    else if (!trigger && !keyword(action.call, 'hook'))
      yield problem(action.nameNode, 'A CommandReader needs a trigger or a hook', REFUSALS.none)
  }
}

const REFUSALS = {
  both: 'The module refuses it: trigger argument can not be given with keyprefix or hook.',
  none: 'The module refuses it: no trigger or hook argument was given.',
}

const problem = (node: { from: number; to: number }, message: string, hint: string): Finding => ({
  rule: 'trigger-arguments',
  severity: 'error',
  ...at(node),
  message,
  hint,
})

export const batchZero: Rule = function* (script) {
  for (const action of script.actions) {
    const batch = action.name === 'register' ? keyword(action.call, 'batch') : undefined
    const value = batch && literal(script, batch.value)
    if (!batch || value?.kind !== 'number' || value.value !== 0) continue
    yield {
      rule: 'batch-zero',
      severity: 'crash',
      ...at(batch.value),
      message: 'batch=0 crashes the shard',
      hint: 'Use 1 or more: StreamReader waits for that many entries or for duration.',
      fix: { label: 'Set batch=100', ...at(batch.value), insert: '100' },
    }
  }
}

export const crashingKeyTypes: Rule = function* (script) {
  for (const action of script.actions) {
    const types = action.name === 'register' ? keyword(action.call, 'keyTypes') : undefined
    const value = types && literal(script, types.value)
    if (value?.kind !== 'list') continue
    for (const [i, item] of value.items.entries()) {
      const node = value.nodes[i]
      if (!node || item?.kind !== 'text' || !CRASHING_KEY_TYPES.includes(item.value.toLowerCase())) continue
      yield {
        rule: 'crashing-key-types',
        severity: 'crash',
        ...at(node),
        message: `keyTypes '${item.value}' crashes the shard`,
        hint: 'The next RG.DUMPREGISTRATIONS would end the server. Leave it out and test the type in a filter.',
      }
    }
  }
}
