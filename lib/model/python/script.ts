import { type ActionName, isAction, type ReaderName, reader } from '../gears-docs'
import { type Constants, type Literal, literalOf } from './literals'
import {
  ancestors,
  type Call,
  type CallArgument,
  callAt,
  childNamed,
  children,
  descendants,
  dottedName,
  type SyntaxNode,
} from './tree'

/** `GearsBuilder(…)`: which reader it is built on. */
export interface Builder {
  readonly call: Call
  /** The name as written; null when only running the script would tell. */
  readonly readerText: string | null
  /** Undefined when the text names no reader. */
  readonly reader: ReaderName | undefined
}

/** An operation called on a builder. */
export interface Step {
  readonly name: string
  readonly nameNode: SyntaxNode
  readonly call: Call
}

/** `run` or `register` with everything that led to it. */
export interface Action {
  readonly name: ActionName
  readonly call: Call
  readonly nameNode: SyntaxNode
  readonly builder: Builder
  readonly steps: readonly Step[]
  /** Not inside a function, a branch or a loop: it happens exactly once. */
  readonly unconditional: boolean
}

/** What can be read off a script without running it. */
export interface Script {
  readonly text: string
  readonly root: SyntaxNode
  /** Every node and every call, in source order: walking the tree once is dear enough. */
  readonly nodes: readonly SyntaxNode[]
  readonly calls: readonly Call[]
  readonly constants: Constants
  /** `def` by name, also nested ones. */
  readonly functions: ReadonlyMap<string, SyntaxNode>
  readonly classes: ReadonlySet<string>
  /** Local name → dotted path of what was imported. */
  readonly imports: ReadonlyMap<string, string>
  readonly actions: readonly Action[]
  /** All operations called on any builder, whether or not an action follows. */
  readonly steps: readonly Step[]
  /** An action is called on something that may be a builder, but that cannot be followed. */
  readonly opaqueAction: boolean
}

export function readScript(text: string, root: SyntaxNode): Script {
  const nodes = [...descendants(root)]
  const calls = nodes.flatMap((node) => callAt(node, text) ?? [])
  const constants = constantsOf(text, nodes)
  const names = definitionsOf(text, nodes)
  const pipelines = new PipelineReader(text, constants).read(nodes)
  return { text, root, nodes, calls, constants, ...names, imports: importsOf(text, nodes), ...pipelines }
}

export const textOf = (script: Script, node: SyntaxNode): string => script.text.slice(node.from, node.to)

export const literal = (script: Script, node: SyntaxNode): Literal | undefined =>
  literalOf(node, script.text, script.constants)

export const keyword = (call: Call, ...names: readonly string[]): CallArgument | undefined =>
  call.args.find((arg) => arg.name !== null && names.includes(arg.name))

/** The argument at a position or under its name. */
export const argument = (call: Call, position: number, name: string): CallArgument | undefined =>
  keyword(call, name) ?? call.args.slice(0, position + 1).find((arg, i) => i === position && !arg.name && !arg.spread)

/** The text of an argument, when it is written down. */
export function argumentText(script: Script, arg: CallArgument | undefined): string | undefined {
  const value = arg && literal(script, arg.value)
  return value?.kind === 'text' ? value.value : undefined
}

/** The dotted path that a call goes to, imports resolved: `sleep(1)` after `from time import sleep` is `time.sleep`. */
export function calledPath(script: Script, call: Call): string | undefined {
  const name = dottedName(call.callee, script.text)
  if (name === undefined) return undefined
  const [first = '', ...rest] = name.split('.')
  return [script.imports.get(first) ?? first, ...rest].join('.')
}

/** The body of a callback: a lambda, or the `def` that a name refers to. */
export function callbackOf(script: Script, node: SyntaxNode): SyntaxNode | undefined {
  if (node.name === 'LambdaExpression') return node
  if (node.name === 'VariableName') return script.functions.get(textOf(script, node))
  return undefined
}

export const isAsync = (definition: SyntaxNode): boolean => childNamed(definition, 'async') !== undefined

/** The calls inside a node, itself included. */
export function* callsWithin(script: Script, { from, to }: SyntaxNode): Generator<Call> {
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

/** Every call that the callbacks of an action may reach, through functions of the same script. */
export function reachableCalls(script: Script, action: Action): readonly Call[] {
  const roots = action.steps.flatMap((step) => step.call.args.map((arg) => callbackOf(script, arg.value)))
  const reached: Call[] = []
  const visited = new Set<SyntaxNode>()
  const queue = roots.filter((node) => node !== undefined)
  for (let node = queue.pop(); node; node = queue.pop()) {
    if (visited.has(node)) continue
    visited.add(node)
    for (const call of callsWithin(script, node)) {
      reached.push(call)
      for (const part of [call.callee, ...call.args.map((arg) => arg.value)]) {
        const next = part.name === 'VariableName' ? script.functions.get(textOf(script, part)) : undefined
        if (next) queue.push(next)
      }
    }
  }
  return reached
}

/** Runs at once, on the main thread of Redis, when the script is sent: not inside a function. */
export const isTopLevel = (node: SyntaxNode): boolean => {
  for (const parent of ancestors(node))
    if (parent.name === 'FunctionDefinition' || parent.name === 'LambdaExpression') return false
  return true
}

const BRANCHES = new Set([
  'IfStatement',
  'ForStatement',
  'WhileStatement',
  'TryStatement',
  'MatchStatement',
  'ConditionalExpression',
  'FunctionDefinition',
  'LambdaExpression',
  'ArrayComprehensionExpression',
])

const isUnconditional = (node: SyntaxNode): boolean => {
  for (const parent of ancestors(node)) if (BRANCHES.has(parent.name)) return false
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

function definitionsOf(text: string, nodes: readonly SyntaxNode[]) {
  const functions = new Map<string, SyntaxNode>()
  const classes = new Set<string>()
  for (const node of nodes) {
    if (node.name !== 'FunctionDefinition' && node.name !== 'ClassDefinition') continue
    const name = childNamed(node, 'VariableName')
    if (!name) continue
    if (node.name === 'FunctionDefinition') functions.set(text.slice(name.from, name.to), node)
    else classes.add(text.slice(name.from, name.to))
  }
  for (const node of nodes) {
    if (node.name !== 'AssignStatement') continue
    const [target, , value] = [...children(node)]
    if (target?.name === 'VariableName' && value?.name === 'LambdaExpression')
      functions.set(text.slice(target.from, target.to), value)
  }
  return { functions, classes }
}

function importsOf(text: string, nodes: readonly SyntaxNode[]): ReadonlyMap<string, string> {
  const imports = new Map<string, string>()
  for (const node of nodes) {
    if (node.name !== 'ImportStatement') continue
    const source = text.slice(node.from, node.to).replace(/[()\\\n]/g, ' ')
    const from = /^from\s+(\S+)\s+import\s+(.*)$/.exec(source)
    const list = from?.[2] ?? /^import\s+(.*)$/.exec(source)?.[1] ?? ''
    for (const item of list.split(',')) {
      const [path = '', alias] = item.trim().split(/\s+as\s+/)
      if (path === '') continue
      if (from) imports.set(alias ?? path, `${from[1]}.${path}`)
      else imports.set(alias ?? path.split('.')[0] ?? path, alias ? path : (path.split('.')[0] ?? path))
    }
  }
  return imports
}

interface Chain {
  readonly builder: Builder
  readonly steps: Step[]
}

/** Follows builders through chained calls and through names, in source order. */
class PipelineReader {
  private readonly actions: Action[] = []
  private readonly steps: Step[] = []
  private readonly bound = new Map<string, Chain>()
  private opaqueAction = false

  constructor(
    private readonly text: string,
    private readonly constants: Constants,
  ) {}

  read(nodes: readonly SyntaxNode[]): Pick<Script, 'actions' | 'steps' | 'opaqueAction'> {
    for (const node of nodes) {
      if (node.name === 'AssignStatement') this.bind(node)
      else if (node.name === 'CallExpression' && !this.isInner(node) && node.parent?.name !== 'AssignStatement')
        this.follow(node)
    }
    return { actions: this.actions, steps: this.steps, opaqueAction: this.opaqueAction }
  }

  private bind(statement: SyntaxNode): void {
    const parts = [...children(statement)]
    const target = parts[0]
    const value = parts.at(-1)
    if (!target || !value) return
    const chain = this.follow(value)
    if (chain && target.name === 'VariableName') this.bound.set(this.text.slice(target.from, target.to), chain)
  }

  /** The receiver of a longer chain, which `follow` reaches from its end. */
  private isInner(node: SyntaxNode): boolean {
    return node.parent?.name === 'MemberExpression' && node.parent.parent?.name === 'CallExpression'
  }

  private follow(node: SyntaxNode): Chain | undefined {
    if (node.name === 'VariableName') return this.bound.get(this.text.slice(node.from, node.to))
    if (node.name === 'ParenthesizedExpression') {
      const inner = [...children(node)].find((child) => child.name !== '(' && child.name !== ')')
      return inner && this.follow(inner)
    }
    const call = callAt(node, this.text)
    if (!call) return undefined
    const name = dottedName(call.callee, this.text)
    if (name !== undefined && /^(?:redisgears\.)?(?:GearsBuilder|GB)$/.test(name)) return this.build(call)
    const owner = call.callee.name === 'MemberExpression' ? call.callee.firstChild : null
    const nameNode = childNamed(call.callee, 'PropertyName')
    if (!owner || !nameNode) return undefined
    return this.step(call, nameNode, this.follow(owner))
  }

  private step(call: Call, nameNode: SyntaxNode, chain: Chain | undefined): Chain | undefined {
    const name = this.text.slice(nameNode.from, nameNode.to)
    if (!chain) {
      if (isAction(name)) this.opaqueAction = true
      return undefined
    }
    if (isAction(name)) {
      const unconditional = isUnconditional(call.node)
      this.actions.push({ name, call, nameNode, builder: chain.builder, steps: [...chain.steps], unconditional })
      return undefined
    }
    const step: Step = { name, nameNode, call }
    chain.steps.push(step)
    this.steps.push(step)
    return chain
  }

  private build(call: Call): Chain {
    const arg = argument(call, 0, 'reader')
    const value = arg && literalOf(arg.value, this.text, this.constants)
    const spread = call.args.some((one) => one.spread)
    const readerText = arg || spread ? (value?.kind === 'text' ? value.value : null) : 'KeysReader'
    return {
      builder: { call, readerText, reader: readerText === null ? undefined : reader(readerText)?.name },
      steps: [],
    }
  }
}
