import { childNamed, children, type SyntaxNode } from '@gearboard/gears/script/tree'

/** A scope of the text: the script, a function, a class, or a comprehension, which has one of its own. */
interface TextScope {
  readonly node: SyntaxNode
  readonly kind: 'module' | 'function' | 'class'
  readonly parent: TextScope | null
  readonly bound: Set<string>
  readonly globals: Set<string>
  readonly nonlocals: Set<string>
}

/** Where a name occurs in the text. `binds`: it is given a value there. */
export interface NameUse {
  readonly node: SyntaxNode
  readonly name: string
  readonly scope: TextScope
  readonly binds: boolean
  /** Of an import that gives the name: the dotted path, and whether `as` names it. */
  readonly imported?: { readonly path: string; readonly aliased: boolean }
}

const COMPREHENSION = /ComprehensionExpression$/

/** Every name of a script with its scope. */
export function namesOf(text: string, root: SyntaxNode): readonly NameUse[] {
  return new NameReader(text, root).read()
}

/** The module's own names that a use means: it is bound neither in the function nor in those around it. */
export function meansGlobal({ name, scope }: NameUse): boolean {
  for (let at: TextScope | null = scope; at; at = at.parent) {
    if (at.globals.has(name)) return true
    // The body of a class is no scope for the functions in it.
    if (at.kind === 'class' && at !== scope) continue
    if (at.nonlocals.has(name)) continue
    if (at.bound.has(name)) return at.kind === 'module'
  }
  return true
}

class NameReader {
  private readonly uses: NameUse[] = []
  private readonly module: TextScope

  constructor(
    private readonly text: string,
    root: SyntaxNode,
  ) {
    this.module = scopeFor(root, 'module', null)
  }

  read(): readonly NameUse[] {
    // A list of its own, not the stack: scripts may nest deeply.
    const todo: (readonly [SyntaxNode, TextScope])[] = [[this.module.node, this.module]]
    for (let next = todo.pop(); next; next = todo.pop()) {
      const inner = this.visit(next[0], next[1])
      for (const pair of inner.toReversed()) todo.push(pair)
    }
    return this.uses
  }

  /** Notes what a node says of names. @returns what of it is still to be read, each with its scope */
  private visit(node: SyntaxNode, scope: TextScope): (readonly [SyntaxNode, TextScope])[] {
    const inside = (parts: Iterable<SyntaxNode>) => [...parts].map((part) => [part, scope] as const)
    switch (node.name) {
      case 'VariableName':
        this.use(node, scope, false)
        return []
      case 'FunctionDefinition':
      case 'LambdaExpression':
        return this.callable(node, scope)
      case 'ClassDefinition': {
        const own = this.open(node, 'class', scope)
        return [...children(node)].flatMap((part) => {
          if (part.name === 'VariableName') this.use(part, scope, true)
          return part.name === 'VariableName' ? [] : [[part, part.name === 'Body' ? own : scope] as const]
        })
      }
      case 'AssignStatement':
      case 'UpdateStatement':
      case 'NamedExpression':
        return this.assignment(node, scope)
      case 'ForStatement':
        this.bindTargets(between(node, 'for', 'in'), scope)
        return inside(between(node, 'in', null))
      case 'WithStatement':
      case 'TryStatement':
        return this.named(node, scope)
      case 'ImportStatement':
        this.importing(node, scope)
        return []
      case 'ScopeStatement':
        this.declare(node, scope)
        return []
      case 'DeleteStatement':
        for (const part of children(node)) if (part.name === 'VariableName') this.use(part, scope, true)
        return inside([...children(node)].filter((part) => part.name !== 'VariableName'))
      case 'ArgList':
        return inside(this.argumentValues(node))
      default:
        return COMPREHENSION.test(node.name) ? this.comprehension(node, scope) : inside(children(node))
    }
  }

  private open(node: SyntaxNode, kind: TextScope['kind'], parent: TextScope): TextScope {
    return scopeFor(node, kind, parent)
  }

  private use(node: SyntaxNode, scope: TextScope, binds: boolean, imported?: NameUse['imported']): void {
    const name = this.text.slice(node.from, node.to)
    this.uses.push({ node, name, scope, binds, ...(imported && { imported }) })
    if (binds) scope.bound.add(name)
  }

  private callable(node: SyntaxNode, scope: TextScope): (readonly [SyntaxNode, TextScope])[] {
    const own = this.open(node, 'function', scope)
    const rest: (readonly [SyntaxNode, TextScope])[] = []
    for (const part of children(node)) {
      if (part.name === 'VariableName' && node.name === 'FunctionDefinition') this.use(part, scope, true)
      else if (part.name === 'ParamList') rest.push(...this.parameters(part, own, scope))
      else rest.push([part, own])
    }
    return rest
  }

  /** Parameters belong to the function, their defaults to what is around it. */
  private parameters(params: SyntaxNode, own: TextScope, around: TextScope): (readonly [SyntaxNode, TextScope])[] {
    const defaults: (readonly [SyntaxNode, TextScope])[] = []
    let isDefault = false
    for (const part of children(params)) {
      if (part.name === ',') isDefault = false
      else if (part.name === 'AssignOp') isDefault = true
      else if (isDefault || part.name === 'TypeDef') defaults.push([part, around])
      else if (part.name === 'VariableName') this.use(part, own, true)
    }
    return defaults
  }

  private assignment(node: SyntaxNode, scope: TextScope): (readonly [SyntaxNode, TextScope])[] {
    const parts = [...children(node)]
    const isOperator = (part: SyntaxNode) => part.name === 'AssignOp' || part.name === 'UpdateOp'
    const last = parts.findLastIndex(isOperator)
    // A name that := binds in a comprehension belongs to what is around that.
    let target = scope
    while (node.name === 'NamedExpression' && COMPREHENSION.test(target.node.name) && target.parent)
      target = target.parent
    this.bindTargets(parts.slice(0, last < 0 ? 1 : last), target, scope)
    return parts.slice(last < 0 ? 1 : last + 1).map((part) => [part, scope] as const)
  }

  /** Names in targets are bound; `a.b` and `a[i]` use the names in them. */
  private bindTargets(targets: Iterable<SyntaxNode>, scope: TextScope, reads: TextScope = scope): void {
    const todo = [...targets]
    for (let target = todo.pop(); target; target = todo.pop()) {
      if (target.name === 'VariableName') this.use(target, scope, true)
      else if (/^(?:Tuple|Array|Parenthesized)Expression$/.test(target.name))
        for (const child of children(target)) todo.push(child)
      else this.readLater(target, reads)
    }
  }

  private readLater(node: SyntaxNode, scope: TextScope): void {
    const todo: (readonly [SyntaxNode, TextScope])[] = [[node, scope]]
    for (let next = todo.pop(); next; next = todo.pop()) todo.push(...this.visit(next[0], next[1]))
  }

  /** The name after `as` is bound. */
  private named(node: SyntaxNode, scope: TextScope): (readonly [SyntaxNode, TextScope])[] {
    const rest: (readonly [SyntaxNode, TextScope])[] = []
    let isName = false
    for (const part of children(node)) {
      if (isName) this.bindTargets([part], scope)
      else rest.push([part, scope])
      isName = part.name === 'as'
    }
    return rest
  }

  private comprehension(node: SyntaxNode, scope: TextScope): (readonly [SyntaxNode, TextScope])[] {
    const own = this.open(node, 'function', scope)
    const rest: (readonly [SyntaxNode, TextScope])[] = []
    let isTarget = false
    for (const part of children(node)) {
      if (part.name === 'for') isTarget = true
      else if (part.name === 'in') isTarget = false
      else if (isTarget) this.bindTargets([part], own)
      else rest.push([part, own])
    }
    return rest
  }

  /** `name=` of a call is the name of a parameter, and none of the script's. A generator may stand without brackets of its own. */
  private argumentValues(node: SyntaxNode): readonly SyntaxNode[] {
    const parts = [...children(node)]
    return parts.filter((_, i) => parts[i + 1]?.name !== 'AssignOp')
  }

  private importing(node: SyntaxNode, scope: TextScope): void {
    for (const { name, path, aliased } of importedNames(node, this.text)) this.use(name, scope, true, { path, aliased })
  }

  private declare(node: SyntaxNode, scope: TextScope): void {
    const isGlobal = node.firstChild?.name === 'global'
    for (const part of children(node)) {
      if (part.name !== 'VariableName') continue
      const name = this.text.slice(part.from, part.to)
      ;(isGlobal ? scope.globals : scope.nonlocals).add(name)
      this.uses.push({ node: part, name, scope, binds: true })
    }
  }
}

const scopeFor = (node: SyntaxNode, kind: TextScope['kind'], parent: TextScope | null): TextScope => ({
  node,
  kind,
  parent,
  bound: new Set(),
  globals: new Set(),
  nonlocals: new Set(),
})

/** The children between two words, or to the end. */
function* between(node: SyntaxNode, first: string, end: string | null): Generator<SyntaxNode> {
  let inside = false
  for (const child of children(node)) {
    if (inside && child.name === end) return
    if (inside) yield child
    if (child.name === first) inside = true
  }
}

export interface ImportedName {
  /** The position of the name that the script uses for it. */
  readonly name: SyntaxNode
  readonly local: string
  /** `time.sleep`; of `import a.b` only `a`. */
  readonly path: string
  readonly aliased: boolean
}

/** The names that an import gives, star imports aside. */
export function importedNames(node: SyntaxNode, text: string): readonly ImportedName[] {
  const parts = [...children(node)]
  const word = (part: SyntaxNode | undefined) => (part ? text.slice(part.from, part.to) : '')
  const from = node.firstChild?.name === 'from'
  const importAt = parts.findIndex((part) => part.name === 'import')
  const module = from ? parts.slice(1, importAt).map(word).join('') : ''
  const found: ImportedName[] = []
  let item: SyntaxNode[] = []
  const close = () => {
    const asAt = item.findIndex((part) => part.name === 'as')
    const path = (asAt < 0 ? item : item.slice(0, asAt)).map(word).join('')
    const name = asAt < 0 ? item[0] : item[asAt + 1]
    if (name?.name === 'VariableName') {
      const local = word(name)
      const full = from ? `${module}.${path}` : asAt < 0 ? local : path
      found.push({ name, local, path: full, aliased: asAt >= 0 })
    }
    item = []
  }
  for (const part of parts.slice(importAt + 1)) {
    if (part.name === ',') close()
    else if (part.name !== '(' && part.name !== ')' && part.name !== 'Comment' && !part.type.isError) item.push(part)
  }
  close()
  return found
}

/** The module of `from x import *`; undefined for any other import. */
export function starModule(node: SyntaxNode, text: string): string | undefined {
  if (childNamed(node, '*') === undefined) return undefined
  const parts = [...children(node)]
  const importAt = parts.findIndex((part) => part.name === 'import')
  return parts
    .slice(1, importAt)
    .map((part) => text.slice(part.from, part.to))
    .join('')
}
