import { childNamed, children, descendants, dottedName, type SyntaxNode } from '@gearboard/gears/script/tree'

/** Without the brackets around. */
export const inner = (node: SyntaxNode): readonly SyntaxNode[] =>
  [...children(node)].filter((part, i, all) => !(i === 0 || i === all.length - 1) || !/^[()[\]{}]$/.test(part.name))

export interface Parameter {
  readonly node: SyntaxNode
  readonly star: '' | '*' | '**'
  readonly defaultNode: SyntaxNode | undefined
}

export function parametersOf(params: SyntaxNode): readonly Parameter[] {
  const found: Parameter[] = []
  let star: Parameter['star'] = ''
  let current: SyntaxNode | undefined
  let defaultNode: SyntaxNode | undefined
  let isDefault = false
  const close = () => {
    if (current) found.push({ node: current, star, defaultNode })
    star = ''
    current = undefined
    defaultNode = undefined
    isDefault = false
  }
  for (const part of children(params)) {
    if (part.name === ',' || part.name === ')') close()
    else if (part.name === '*' || part.name === '**') star = part.name
    else if (part.name === 'AssignOp') isDefault = true
    else if (isDefault) defaultNode ??= part
    else if (part.name === 'VariableName') current = part
  }
  close()
  return found
}

export function loopParts(node: SyntaxNode) {
  const parts = [...children(node)]
  const inAt = parts.findIndex((part) => part.name === 'in')
  const bodies = parts.filter((part) => part.name === 'Body')
  const forAt = parts.findIndex((part) => part.name === 'for')
  return {
    targets: inAt < 0 ? [] : parts.slice(forAt + 1, inAt),
    iterable: inAt < 0 ? parts.find((part) => part.name !== 'while' && part.name !== 'Body') : parts[inAt + 1],
    body: bodies[0],
    otherwise: bodies[1],
  }
}

const INNER = /^(?:FunctionDefinition|ClassDefinition|LambdaExpression)$/

/** The nodes of a body that run with it: not those in functions that it defines. */
function* ofBody(body: SyntaxNode): Generator<SyntaxNode> {
  const stack = [...children(body)]
  for (let node = stack.pop(); node; node = stack.pop()) {
    yield node
    if (!INNER.test(node.name)) for (const child of children(node)) stack.push(child)
  }
}

/** `break` or `continue` of this loop may end a round, or the loop, early. */
export function leavesEarly(body: SyntaxNode): boolean {
  const stack = [...children(body)]
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.name === 'BreakStatement' || node.name === 'ContinueStatement') return true
    if (!INNER.test(node.name) && node.name !== 'ForStatement' && node.name !== 'WhileStatement')
      for (const child of children(node)) stack.push(child)
  }
  return false
}

/** A condition that nothing changes: it names nothing. */
export const isFixed = (condition: SyntaxNode): boolean => {
  for (const node of descendants(condition)) if (node.name === 'VariableName') return false
  return true
}

/** Calls that continue whatever happens, short of an error of the server. */
const GOES_ON = /^(?:(?:time\.)?sleep|execute|log|print|len|str|int|range)$/

/** Something in it may leave a loop: return, raise, or a call that may raise. */
export function mayLeave(body: SyntaxNode, text: string): boolean {
  for (const node of ofBody(body)) {
    if (LEAVING.test(node.name)) return true
    const callee = node.name === 'CallExpression' ? node.firstChild : null
    if (callee && !GOES_ON.test(dottedName(callee, text) ?? '')) return true
  }
  return false
}

const LEAVING = /^(?:ReturnStatement|RaiseStatement|YieldStatement|YieldExpression|AwaitExpression|AssertStatement)$/

export function isInTry(node: SyntaxNode): boolean {
  for (let at = node.parent; at && at.name !== 'FunctionDefinition'; at = at.parent)
    if (at.name === 'TryStatement') return true
  return false
}

export function isGenerator(node: SyntaxNode): boolean {
  const body = childNamed(node, 'Body')
  if (!body) return false
  for (const part of ofBody(body)) if (part.name === 'YieldStatement' || part.name === 'YieldExpression') return true
  return false
}

export function boundIn(body: SyntaxNode, text: string): readonly string[] {
  const names = new Set<string>()
  for (const node of ofBody(body)) {
    if (!/^(?:AssignStatement|UpdateStatement|ForStatement|NamedExpression)$/.test(node.name)) continue
    for (const part of children(node)) {
      if (part.name === 'VariableName') names.add(text.slice(part.from, part.to))
      if (part.name === 'AssignOp' || part.name === 'UpdateOp' || part.name === 'in') break
    }
  }
  return [...names]
}
