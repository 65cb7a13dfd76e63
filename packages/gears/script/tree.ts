/**
 * The part of a Lezer syntax node that the rules read. Structural, so that the vocabulary depends on no parser: a caller that has one (the
 * editor, a test) passes `pythonLanguage.parser.parse(text).topNode`.
 */
export interface SyntaxNode {
  readonly name: string
  readonly from: number
  readonly to: number
  readonly type: { readonly isError: boolean }
  readonly firstChild: SyntaxNode | null
  readonly nextSibling: SyntaxNode | null
  readonly parent: SyntaxNode | null
}

/** A caller that has a parser of Python passes it: `(text) => pythonLanguage.parser.parse(text).topNode`. */
export type ParsePython = (text: string) => SyntaxNode

/** A node of a copied tree: the parser's own trees create their nodes again on each traversal. */
class Copy implements SyntaxNode {
  readonly name: string
  readonly from: number
  readonly to: number
  readonly type: { readonly isError: boolean }
  readonly parts: Copy[] = []
  nextSibling: Copy | null = null

  constructor(
    { name, from, to, type }: SyntaxNode,
    readonly parent: Copy | null,
  ) {
    this.name = name
    this.from = from
    this.to = to
    this.type = type
  }

  get firstChild(): Copy | null {
    return this.parts[0] ?? null
  }

  addChild(child: Copy): void {
    const last = this.parts.at(-1)
    if (last) last.nextSibling = child
    this.parts.push(child)
  }
}

/** The same tree, for callers that traverse it many times. */
export function copyOf(root: SyntaxNode): SyntaxNode {
  const top = new Copy(root, null)
  const todo: (readonly [SyntaxNode, Copy])[] = [[root, top]]
  for (let next = todo.pop(); next; next = todo.pop()) {
    const [node, copy] = next
    for (let child = node.firstChild; child; child = child.nextSibling) {
      const part = new Copy(child, copy)
      copy.addChild(part)
      todo.push([child, part])
    }
  }
  return top
}

export const children = (node: SyntaxNode): Iterable<SyntaxNode> =>
  node instanceof Copy ? node.parts : siblings(node.firstChild)

function* siblings(first: SyntaxNode | null): Generator<SyntaxNode> {
  for (let child = first; child; child = child.nextSibling) yield child
}

export const childNamed = (node: SyntaxNode, name: string): SyntaxNode | undefined => {
  for (const child of children(node)) if (child.name === name) return child
  return undefined
}

/** The node and everything below it, in source order. A stack of its own: deeply nested scripts must not overflow ours. */
export function* descendants(root: SyntaxNode): Generator<SyntaxNode> {
  const stack = [root]
  for (let node = stack.pop(); node; node = stack.pop()) {
    yield node
    // One by one: a list may hold more items than a call takes arguments.
    for (const child of [...children(node)].reverse()) stack.push(child)
  }
}

export function* ancestors(node: SyntaxNode): Generator<SyntaxNode> {
  for (let parent = node.parent; parent; parent = parent.parent) yield parent
}

/** A call's argument: `name` for keywords, `spread` for `*x` and `**x`, whose content is unknown. */
export interface CallArgument {
  readonly name: string | null
  readonly spread: boolean
  readonly value: SyntaxNode
  /** Of the name where there is one. */
  readonly from: number
}

export interface PythonCall {
  readonly node: SyntaxNode
  readonly callee: SyntaxNode
  readonly args: readonly CallArgument[]
}

/** The call that this node is, if it is one. */
export function callAt(node: SyntaxNode, text: string): PythonCall | undefined {
  if (node.name !== 'CallExpression') return undefined
  const callee = node.firstChild
  const list = childNamed(node, 'ArgList')
  return callee && list ? { node, callee, args: argumentsIn(list, text) } : undefined
}

/** The arguments in the brackets of a call. */
export function argumentsIn(list: SyntaxNode, text: string): CallArgument[] {
  const args: CallArgument[] = []
  let current: SyntaxNode[] = []
  const close = () => {
    const [first, second, third] = current
    current = []
    if (!first) return
    if (second?.name === 'AssignOp') {
      if (third) args.push({ name: text.slice(first.from, first.to), spread: false, value: third, from: first.from })
    } else if (first.name === '*' || first.name === '**') {
      if (second) args.push({ name: null, spread: true, value: second, from: first.from })
    } else {
      args.push({ name: null, spread: false, value: first, from: first.from })
    }
  }
  for (const child of children(list)) {
    if (child.name === ',' || child.name === ')') close()
    else if (child.name !== '(' && child.name !== 'Comment' && !child.type.isError) current.push(child)
  }
  close()
  return args
}

/** `a.b.c` of a name or a member access, undefined for anything else. */
export function dottedName(node: SyntaxNode, text: string): string | undefined {
  if (node.name === 'VariableName') return text.slice(node.from, node.to)
  if (node.name !== 'MemberExpression') return undefined
  const property = childNamed(node, 'PropertyName')
  const owner = node.firstChild && dottedName(node.firstChild, text)
  return owner && property ? `${owner}.${text.slice(property.from, property.to)}` : undefined
}
