import type { EditorState } from '@codemirror/state'
import {
  type Argument,
  actionOf,
  type Callable,
  isAction,
  operation,
  reader,
  runtimeFunction,
} from '@gearboard/gears/docs'
import {
  type CallArgument,
  callAt,
  childNamed,
  descendants,
  dottedName,
  type SyntaxNode,
} from '@gearboard/gears/script/tree'
import { type Action, MOST_READ, readScript } from '@/lib/functions/python/script'
import { syntaxTreeOf } from './tree-of'

/** A call of something that Gearboard documents, around a position. */
export interface DocumentedCall {
  readonly callable: Callable
  readonly list: SyntaxNode
  readonly args: readonly CallArgument[]
}

const readState = (state: EditorState) => {
  const text = state.doc.toString()
  return readScript(text, syntaxTreeOf(state).topNode)
}

/** The call whose brackets hold the position, if it is documented. */
export function callAround(state: EditorState, pos: number): DocumentedCall | undefined {
  if (state.doc.length > MOST_READ) return undefined
  let node: SyntaxNode | null = syntaxTreeOf(state).resolveInner(pos, -1)
  while (node && !(node.name === 'ArgList' && node.from < pos)) node = node.parent
  const callNode = node?.parent
  const text = state.doc.toString()
  const call = callNode ? callAt(callNode, text) : undefined
  if (!node || !call) return undefined
  const callable = documentationOf(state, call.callee)
  return callable && { callable, list: node, args: call.args }
}

/** What a name that is called, or is about to be, is documented as. */
export function documentationOf(state: EditorState, callee: SyntaxNode): Callable | undefined {
  const text = state.doc.toString()
  if (callee.name === 'VariableName') return runtimeFunction(text.slice(callee.from, callee.to))
  const property = childNamed(callee, 'PropertyName')
  const owner = callee.firstChild
  if (!property || !owner) return undefined
  const name = text.slice(property.from, property.to)
  if (dottedName(owner, text) === 'redisgears') return runtimeFunction(name)
  if (!startsAtBuilder(state, owner)) return undefined
  return isAction(name) ? actionDocumentation(state, callee) : operation(name)
}

/** `run` or `register` with the arguments of the builder's reader; of KeysReader if it is unknown. */
function actionDocumentation(state: EditorState, callee: SyntaxNode): Callable | undefined {
  const property = childNamed(callee, 'PropertyName')
  const action: Action | undefined = readState(state).actions.find((one) => one.nameNode.from === property?.from)
  const known = reader(action?.builder.reader ?? 'KeysReader')
  return action && known && actionOf(known, action.name)
}

/** Whether an expression starts at a builder: `GB(…).map(f)`, `gb.filter(g)`. */
export function startsAtBuilder(state: EditorState, node: SyntaxNode): boolean {
  const text = state.doc.toString()
  let root: SyntaxNode | null = node
  while (root && (root.name === 'CallExpression' || root.name === 'MemberExpression')) {
    const callee = root.name === 'CallExpression' ? root.firstChild : null
    if (callee && /(?:^|\.)(?:GearsBuilder|GB)$/.test(dottedName(callee, text) ?? '')) return true
    root = root.firstChild
  }
  return root?.name === 'VariableName' && builderNames(state).has(text.slice(root.from, root.to))
}

function builderNames(state: EditorState): ReadonlySet<string> {
  const text = state.doc.toString()
  const names = new Set<string>()
  for (const node of descendants(syntaxTreeOf(state).topNode)) {
    if (node.name !== 'AssignStatement') continue
    const target = node.firstChild
    const source = text.slice(node.from, node.to)
    if (target?.name === 'VariableName' && /=\s*(?:\(\s*)?(?:redisgears\.)?(?:GearsBuilder|GB)\s*\(/.test(source))
      names.add(text.slice(target.from, target.to))
  }
  return names
}

/** Which argument of the call the position is in: by its name, else by its place. */
export function argumentAt({ callable, list, args }: DocumentedCall, pos: number): Argument | undefined {
  const at = args.findIndex((arg) => arg.from <= pos && pos <= arg.value.to)
  const arg = args[at]
  if (arg?.name) return callable.args.find((known) => known.name === arg.name)
  const before = args.filter((one) => one.value.to < pos && one.from > list.from).length
  const place = at >= 0 ? at : before
  return callable.args[place] ?? callable.args.find((known) => known.name.startsWith('*'))
}
