import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  snippetCompletion,
} from '@codemirror/autocomplete'
import { type Argument, type Callable, OPERATIONS, READERS, RUNTIME, signature } from '@gearboard/gears/docs'
import { argumentAt, callAround, startsAtBuilder } from './context'
import { callableDom, textDom } from './doc-dom'
import { syntaxTreeOf } from './tree-of'

const callableCompletion = (callable: Callable, type: string): Completion => ({
  label: callable.name,
  type,
  detail: signature(callable).slice(callable.name.length),
  info: () => callableDom(callable),
  boost: 2,
})

const MEMBERS: readonly Completion[] = [
  ...OPERATIONS.map((one) => callableCompletion(one, 'method')),
  snippetCompletion('run(#{})', { label: 'run', type: 'method', detail: 'runs once over the current data' }),
  snippetCompletion('register(#{})', { label: 'register', type: 'method', detail: 'runs at each new event' }),
]

const GLOBALS: readonly Completion[] = [
  ...RUNTIME.map((one) => callableCompletion(one, 'function')),
  { label: 'GB', type: 'function', detail: 'GearsBuilder' },
]

const READER_NAMES: readonly Completion[] = READERS.map((reader) => ({
  label: reader.name,
  type: 'class',
  detail: reader.record,
  info: () => textDom(reader.name, reader.doc),
}))

/** Completes what Gears adds to Python: members of a builder, arguments, readers, choices, runtime functions. */
export function completeGears(context: CompletionContext): CompletionResult | null {
  const { state, pos } = context
  const node = syntaxTreeOf(state).resolveInner(pos, -1)
  if (node.name === 'Comment') return null
  if (node.name === 'String') return completeText(context, node.from)
  const member = context.matchBefore(/\.\w*$/)
  if (member) {
    const owner = node.name === 'MemberExpression' ? node.firstChild : node.parent?.firstChild
    return owner && owner.to <= pos && startsAtBuilder(state, owner)
      ? { from: member.from + 1, options: MEMBERS, validFor: /^\w*$/ }
      : null
  }
  const word = context.matchBefore(/\b\w+$/)
  if (!word && !context.explicit) return null
  const from = word?.from ?? pos
  return { from, options: [...argumentNames(context, from), ...GLOBALS], validFor: /^\w*$/ }
}

/** Arguments that the call around takes by name and does not have yet. */
function argumentNames({ state, pos }: CompletionContext, from: number): Completion[] {
  const call = callAround(state, pos)
  if (!call || /=\s*$/.test(state.sliceDoc(call.list.from, from))) return []
  const given = new Set(call.args.map((arg) => arg.name))
  return call.callable.args
    .filter((argument) => !given.has(argument.name) && !argument.name.startsWith('*'))
    .map((argument) => ({
      label: argument.name,
      apply: `${argument.name}=`,
      type: 'property',
      detail: argument.defaultValue === undefined ? argument.type : `=${argument.defaultValue}`,
      info: argument.doc,
      boost: 5,
    }))
}

/** Inside quotes: names of readers, and the values of an argument that takes only some. */
function completeText({ state, pos }: CompletionContext, from: number): CompletionResult | null {
  const call = callAround(state, from)
  const argument = call && argumentAt(call, from + 1)
  if (!call || !argument) return null
  const options =
    call.callable.name === 'GearsBuilder' && argument.name === 'reader' ? READER_NAMES : choicesOf(argument)
  const start = from + (/^[a-zA-Z]*['"]/.exec(state.sliceDoc(from, pos))?.[0].length ?? 0)
  return options.length === 0 || start === from ? null : { from: start, options, validFor: /^\w*$/ }
}

const choicesOf = (argument: Argument): readonly Completion[] =>
  (argument.choices ?? []).map((choice) => ({ label: choice, type: 'enum' }))
