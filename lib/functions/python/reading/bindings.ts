import { childNamed, children, descendants, type SyntaxNode } from '@gearboard/gears/script/tree'
import { importedNames, starModule } from '../scopes'
import { doubt, handOver } from './doubts'
import { itemsOf, namedValue } from './known-calls'
import type { Machine } from './machine'
import { source } from './machine'
import { subscript } from './members'
import { isKnownThing } from './names'
import { binary } from './operators'
import { tupleOr } from './sequences'
import { grow, MOST_ITEMS, oneOf, type ReadValue, type Scope, UNKNOWN } from './values'
import { write } from './ways'

export function assign(m: Machine, node: SyntaxNode): void {
  const groups: SyntaxNode[][] = [[]]
  for (const part of children(node)) {
    if (part.name === 'AssignOp') groups.push([])
    else if (part.name !== 'TypeDef') groups.at(-1)?.push(part)
  }
  const right = groups.length > 1 ? groups.at(-1) : undefined
  if (!right) return
  const value = tupleOr(m, right, UNKNOWN)
  for (const targets of groups.slice(0, -1)) bindAll(m, targets, value)
}

export function bindAll(m: Machine, targets: readonly SyntaxNode[], value: ReadValue): void {
  const items = targets.filter((part) => part.name !== ',' && !part.type.isError)
  const [first] = items
  if (first && items.length === 1 && !targets.some((part) => part.name === ',')) bind(m, first, value)
  else unpack(m, items, value)
}

function unpack(m: Machine, targets: readonly SyntaxNode[], value: ReadValue): void {
  const starred = targets.some((target) => target.name === '*')
  const items = value.kind === 'list' && !value.open && !starred ? value.items : itemsOf(value)
  const fits = items !== undefined && !starred && items.length === targets.length
  targets.forEach((target, i) => {
    if (target.name !== '*') bind(m, target, fits ? (items[i] ?? UNKNOWN) : UNKNOWN)
  })
}

export function bind(m: Machine, target: SyntaxNode, value: ReadValue): void {
  switch (target.name) {
    case 'VariableName':
      setName(m, source(m, target), value)
      return
    case 'TupleExpression':
    case 'ArrayExpression':
    case 'ParenthesizedExpression':
      bindAll(
        m,
        [...children(target)].filter((part) => !/^[()[\]]$/.test(part.name)),
        value,
      )
      return
    case 'MemberExpression':
      bindMember(m, target, value)
      return
    default:
      return
  }
}

function bindMember(m: Machine, target: SyntaxNode, value: ReadValue): void {
  const owner = target.firstChild && m.value(target.firstChild)
  const property = childNamed(target, 'PropertyName')
  if (!owner) return
  if (property && owner.kind === 'instance')
    owner.names.set(source(m, property), maybe(m, owner.names.get(source(m, property)), value))
  else if (property && owner.kind === 'class') owner.scope.names.set(source(m, property), value)
  else if (!property && owner.kind === 'dict') {
    const key = subscript(m, target)
    if (key?.kind === 'text') owner.entries.set(key.value, maybe(m, owner.entries.get(key.value), value))
    else {
      owner.open = true
      handOver(m, [value], target, 'a dict holds a builder under a key that is known only at run time')
    }
  } else if (!property && owner.kind === 'list') {
    owner.open = true
    grow(owner, [value])
  } else if (owner.kind !== 'builder')
    handOver(m, [value], target, 'a builder is stored where Gearboard cannot follow it')
}

/** In a branch that may be taken or not, the value before stays possible; a first value counts as it is. */
function maybe(m: Machine, before: ReadValue | undefined, value: ReadValue): ReadValue {
  return m.doubts > 0 && before ? oneOf([before, value]) : value
}

export function setName(m: Machine, name: string, value: ReadValue): void {
  write(m, m.scope.elsewhere.get(name) ?? m.scope, name, value)
}

export function lookUp(m: Machine, name: string): ReadValue {
  for (let scope: Scope | null = m.scope; scope; scope = scope.parent) {
    if (scope.kind === 'class' && scope !== m.scope) continue
    const value = (scope.elsewhere.get(name) ?? scope).names.get(name)
    if (value) return value
  }
  return namedValue(name)
}

export function update(m: Machine, node: SyntaxNode): void {
  const [target, operator, ...rest] = [...children(node)]
  if (!target || !operator) return
  const right = tupleOr(m, rest, UNKNOWN)
  const left = m.value(target)
  if (left.kind === 'list' && source(m, operator) === '+=') {
    const items = itemsOf(right)
    if (items && m.doubts === 0) grow(left, items.slice(0, MOST_ITEMS))
    else left.open = true
    return
  }
  bind(m, target, binary(source(m, operator).slice(0, -1), left, right))
}

export function declare(m: Machine, node: SyntaxNode): void {
  const isGlobal = node.firstChild?.name === 'global'
  for (const part of children(node)) {
    if (part.name !== 'VariableName') continue
    const name = source(m, part)
    const home = isGlobal ? m.module : enclosing(m.scope, name)
    if (home) m.scope.elsewhere.set(name, home)
  }
}

export function importing(m: Machine, node: SyntaxNode): void {
  const star = starModule(node, m.text)
  if (star !== undefined && !isKnownThing(star)) doubt(m, node, `from ${star} import * may define anything`)
  for (const { local, path } of importedNames(node, m.text)) setName(m, local, namedValue(path))
}

/** What functions change with `global` is unknown once they may have run. */
export function forgetChangingGlobals(m: Machine, root: SyntaxNode): void {
  for (const node of descendants(root)) {
    if (node.name !== 'ScopeStatement' || node.firstChild?.name !== 'global') continue
    for (const part of children(node)) if (part.name === 'VariableName') m.module.names.set(source(m, part), UNKNOWN)
  }
}

function enclosing(scope: Scope, name: string): Scope | undefined {
  for (let at = scope.parent; at && at.kind !== 'module'; at = at.parent) if (at.names.has(name)) return at
  return undefined
}
