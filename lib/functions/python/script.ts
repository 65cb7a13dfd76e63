import type { Constants, Literal } from '@gearboard/gears/script/literals'
import { literalOf } from '@gearboard/gears/script/literals'
import {
  ancestors,
  type CallArgument,
  callAt,
  childNamed,
  children,
  copyOf,
  descendants,
  dottedName,
  type PythonCall,
  type SyntaxNode,
} from '@gearboard/gears/script/tree'
import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { type Nesting, nestingOf } from './nesting'
import { type Happening, happeningOf } from './reading/events'
import { Interpreter } from './reading/interpreter'
import type { Action, CannotTell, Effect } from './reading/pipelines'
import type { ReadStep } from './reading/values'
import { importedNames } from './scopes'

export type { Happening } from './reading/events'
export { type Action, given } from './reading/pipelines'
export type { ReadStep } from './reading/values'

/** What can be read off a script without running it. */
export interface ReadScript {
  readonly text: string
  readonly root: SyntaxNode
  /** Every node and every call, in source order: walking the tree once is costly enough. */
  readonly nodes: readonly SyntaxNode[]
  readonly calls: readonly PythonCall[]
  readonly constants: Constants
  /** `def` by name, also nested ones. */
  readonly functions: ReadonlyMap<string, SyntaxNode>
  /** Local name → dotted path of what was imported. */
  readonly imports: ReadonlyMap<string, string>
  /** In the order that they happen in; one in a loop or in a function as often as that is known to run. */
  readonly actions: readonly Action[]
  /** What an event of each action does. */
  readonly happenings: readonly Happening[]
  /** All operations called on any builder, whether or not an action follows. */
  readonly steps: readonly ReadStep[]
  /** What hides from the text whether something else runs or is registered. */
  readonly cannotTell: readonly CannotTell[]
  /** Calls of libraries, which may register something without being given a builder. */
  readonly strangers: readonly CannotTell[]
  readonly neverRun: readonly SyntaxNode[]
  /** Calls at the top level of what is not the script's. */
  readonly topLevel: readonly Effect[]
  /** Loops on the main thread that never end. */
  readonly endless: readonly SyntaxNode[]
  readonly nesting: Nesting
  /** Undefined: it was read to its end. */
  readonly unread: Unread | undefined
}

/** From where on a script is not read, and why. */
interface Unread {
  readonly from: number
  readonly why: string
}

/** Characters of a script that is read, and how deeply its brackets nest at most: some 0.3 s of work. */
export const MOST_READ = 131_072
/** CPython 3.7 gives up at some 100; the parser takes the square of it where they do not close. */
const MOST_BRACKETS = 1000

/** A script that is too large to be read, with nothing said of what it does; undefined where it is not. */
export function unreadScript(text: string): ReadScript | undefined {
  const nesting = nestingOf(text)
  const why = tooLarge(text, nesting)
  if (why === undefined) return undefined
  const root: SyntaxNode = { name: 'Script', from: 0, to: text.length, ...NO_NODE }
  const cannotTell = [{ node: root, why }]
  const unread = { from: 0, why }
  return { text, root, ...NOTHING, cannotTell, nesting, unread }
}

function tooLarge({ length }: string, { brackets }: Nesting): string | undefined {
  if (length > MOST_READ)
    return `the script is too large to check: ${plural(length, 'character')}, limit ${formatCount(MOST_READ)}`
  if (brackets > MOST_BRACKETS)
    return `the script is too deeply nested to check: ${plural(brackets, 'bracket')}, limit ${formatCount(MOST_BRACKETS)}`
  return undefined
}

const NO_NODE = { type: { isError: false }, firstChild: null, nextSibling: null, parent: null } as const

const NOTHING = {
  nodes: [],
  calls: [],
  constants: new Map(),
  functions: new Map(),
  imports: new Map<string, string>(),
  actions: [],
  happenings: [],
  steps: [],
  strangers: [],
  neverRun: [],
  topLevel: [],
  endless: [],
} as const

export function readScript(text: string, parsed: SyntaxNode): ReadScript {
  const root = copyOf(parsed)
  const nodes = [...descendants(root)]
  const calls = nodes.flatMap((node) => callAt(node, text) ?? [])
  const constants = constantsOf(text, nodes)
  const functions = functionsOf(text, nodes)
  const interpreter = new Interpreter(text, nodes.length)
  interpreter.run(root)
  // A list that grows: a callback may run or register something itself.
  const { actions, steps, cannotTell, strangers, neverRun, topLevel, endless } = interpreter
  const happenings: Happening[] = []
  for (let i = 0; i < actions.length; i++) {
    const action = actions[i]
    if (action) happenings.push(happeningOf(interpreter, action))
  }
  const imports = importsOf(text, nodes)
  const reading = { actions, happenings, steps, cannotTell, strangers, neverRun, topLevel, endless }
  const unread = interpreter.unread && { from: interpreter.unread.from, why: TOO_MUCH }
  return { text, root, nodes, calls, constants, functions, imports, ...reading, nesting: nestingOf(text), unread }
}

const TOO_MUCH = 'the script is too complex to check: nested loops and calls, or growing values'

/** Whether sending a script runs or registers something, as far as its text shows; `why` names the reason where that is unknown. */
export interface ScriptEffects {
  /** Of those certain to be reached. */
  readonly runs: number
  readonly registers: number
  /** Those that an unknown condition leads to. */
  readonly mayRun: number
  readonly mayRegister: number
  readonly cannotTell: CannotTell | undefined
}

export function effectsOf({ actions, cannotTell, strangers }: ReadScript): ScriptEffects {
  const count = (name: Action['name'], certain: boolean) =>
    actions.filter((one) => one.name === name && one.when === 'sent' && one.unconditional === certain).length
  const sent = actions.some(({ when }) => when === 'sent')
  return {
    runs: count('run', true),
    registers: count('register', true),
    mayRun: count('run', false),
    mayRegister: count('register', false),
    // A library may act by itself; that does not matter for a script that acts anyway.
    cannotTell: cannotTell[0] ?? (sent ? undefined : strangers[0]),
  }
}

/** From 1. */
export const lineOf = ({ text }: ReadScript, { from }: SyntaxNode): number => text.slice(0, from).split('\n').length

export const textOf = (script: ReadScript, node: SyntaxNode): string => script.text.slice(node.from, node.to)

export const literal = (script: ReadScript, node: SyntaxNode): Literal | undefined =>
  literalOf(node, script.text, script.constants)

const keyword = (call: PythonCall, ...names: readonly string[]): CallArgument | undefined =>
  call.args.find((arg) => arg.name !== null && names.includes(arg.name))

/** The argument at a position or under its name. */
export const argument = (call: PythonCall, position: number, name: string): CallArgument | undefined =>
  keyword(call, name) ?? call.args.slice(0, position + 1).find((arg, i) => i === position && !arg.name && !arg.spread)

/** The dotted path that a call goes to, imports resolved: `sleep(1)` after `from time import sleep` is `time.sleep`. */
export function calledPath(script: ReadScript, call: PythonCall): string | undefined {
  const name = dottedName(call.callee, script.text)
  if (name === undefined) return undefined
  const [first = '', ...rest] = name.split('.')
  return [script.imports.get(first) ?? first, ...rest].join('.')
}

/** The calls inside a node, itself included. */
export function* callsWithin(script: ReadScript, { from, to }: SyntaxNode): Generator<PythonCall> {
  const { calls } = script
  let low = 0
  let high = calls.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((calls[middle]?.node.from ?? 0) < from) low = middle + 1
    else high = middle
  }
  for (let call = calls[low]; call && call.node.from < to; call = calls[++low]) if (call.node.to <= to) yield call
}

/** Runs at once, on the main thread of Redis, when the script is sent: not inside a function. */
export const isTopLevel = (node: SyntaxNode): boolean => {
  for (const parent of ancestors(node))
    if (parent.name === 'FunctionDefinition' || parent.name === 'LambdaExpression') return false
  return true
}

/** Names that are assigned once in the whole script, plainly. */
function constantsOf(text: string, nodes: readonly SyntaxNode[]): Constants {
  const assigned = new Map<string, SyntaxNode | null>()
  for (const node of nodes) {
    if (node.name === 'AssignStatement') {
      const parts = [...children(node)]
      const [target, operator, value] = parts
      if (target?.name !== 'VariableName') continue
      const name = text.slice(target.from, target.to)
      const plain = operator?.name === 'AssignOp' && parts.length === 3 && value
      assigned.set(name, plain && !assigned.has(name) ? value : null)
    } else if (node.name === 'UpdateStatement' || node.name === 'ForStatement' || node.name === 'ParamList') {
      for (const child of children(node))
        if (child.name === 'VariableName') assigned.set(text.slice(child.from, child.to), null)
    }
  }
  const constants = new Map<string, SyntaxNode>()
  for (const [name, value] of assigned) if (value) constants.set(name, value)
  return constants
}

function functionsOf(text: string, nodes: readonly SyntaxNode[]): ReadonlyMap<string, SyntaxNode> {
  const functions = new Map<string, SyntaxNode>()
  for (const node of nodes) {
    const name = node.name === 'FunctionDefinition' && childNamed(node, 'VariableName')
    if (name) functions.set(text.slice(name.from, name.to), node)
  }
  for (const node of nodes) {
    if (node.name !== 'AssignStatement') continue
    const [target, , value] = [...children(node)]
    if (target?.name === 'VariableName' && value?.name === 'LambdaExpression')
      functions.set(text.slice(target.from, target.to), value)
  }
  return functions
}

const importsOf = (text: string, nodes: readonly SyntaxNode[]): ReadonlyMap<string, string> =>
  new Map(
    nodes
      .filter((node) => node.name === 'ImportStatement')
      .flatMap((node) => importedNames(node, text).map(({ local, path }) => [local, path] as const)),
  )
