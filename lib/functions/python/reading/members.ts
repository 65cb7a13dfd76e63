import { childNamed, children, type SyntaxNode } from '@gearboard/gears/script/tree'
import { namedValue } from './known-calls'
import type { Machine } from './machine'
import { source } from './machine'
import { inner } from './syntax'
import { type ClassValue, intOf, list, oneOf, optionsOf, type ReadValue, text, UNKNOWN } from './values'

export function member(m: Machine, node: SyntaxNode): ReadValue {
  const ownerNode = node.firstChild
  if (!ownerNode) return UNKNOWN
  const owner = m.value(ownerNode)
  const property = childNamed(node, 'PropertyName')
  if (property) return oneOf(optionsOf(owner).map((one) => attribute(m, one, source(m, property))))
  const slice = [...children(node)].some((part) => part.name === ':')
  if (slice) return owner.kind === 'list' ? sliced(m, owner, node) : UNKNOWN
  const index = subscript(m, node)
  return oneOf(optionsOf(owner).map((one) => (index ? item(one, index) : UNKNOWN)))
}

export function subscript(m: Machine, node: SyntaxNode): ReadValue | undefined {
  const parts = [...children(node)]
  const openAt = parts.findIndex((part) => part.name === '[')
  const index = parts[openAt + 1]
  if (openAt < 0 || !index || parts.some((part) => part.name === ':')) return undefined
  return m.value(index)
}

/** `x[1:]` of a list. */
function sliced(m: Machine, owner: ReadValue, node: SyntaxNode): ReadValue {
  if (owner.kind !== 'list') return UNKNOWN
  const parts = inner(node).slice(1)
  const openAt = parts.findIndex((part) => part.name === '[')
  const [start, colon, end] = parts.slice(openAt < 0 ? 0 : openAt + 1)
  const from = start && start.name !== ':' ? intOf(m.value(start)) : 0n
  const last = start?.name === ':' ? colon : end
  const to = last && last.name !== ']' && last.name !== ':' ? intOf(m.value(last)) : undefined
  if (from === undefined || from < 0n || (last && last.name !== ']' && to === undefined))
    return list(owner.items, owner.shape, [], true)
  const items = owner.items.slice(Number(from), to === undefined ? undefined : Number(to))
  return list(items, owner.shape, owner.nodes.slice(Number(from)), owner.open)
}

export function attribute(m: Machine, owner: ReadValue, name: string): ReadValue {
  switch (owner.kind) {
    case 'named':
      return namedValue(`${owner.path}.${name}`)
    case 'instance': {
      const own = owner.names.get(name)
      if (own) return own
      const inherited = ofClass(owner.of, name)
      return inherited.kind === 'function' ? { ...inherited, self: owner } : inherited
    }
    case 'class':
      return ofClass(owner, name)
    case 'builder':
    case 'text':
    case 'start':
    case 'list':
    case 'dict':
    case 'unknown':
      return { kind: 'method', owner, name }
    case 'one of':
      return oneOf(owner.options.map((option) => attribute(m, option, name)))
    default:
      return UNKNOWN
  }
}

export function ofClass({ scope, bases }: ClassValue, name: string, depth = 0): ReadValue {
  const own = scope.names.get(name)
  if (own || depth > 8) return own ?? UNKNOWN
  for (const base of bases) {
    const inherited = base.kind === 'class' ? ofClass(base, name, depth + 1) : UNKNOWN
    if (inherited.kind !== 'unknown') return inherited
  }
  return UNKNOWN
}

function item(owner: ReadValue, index: ReadValue): ReadValue {
  if (owner.kind === 'dict') {
    const key = index.kind === 'text' ? index.value : index.kind === 'int' ? `#${index.value}` : undefined
    const found = key === undefined ? undefined : owner.entries.get(key)
    if (found) return found
    return key === undefined && !owner.open ? oneOf([...owner.entries.values()]) : UNKNOWN
  }
  const place = intOf(index)
  if (owner.kind === 'list' && place !== undefined && owner.shape !== 'set') {
    if (place < 0n && owner.open) return UNKNOWN
    return owner.items.at(Number(place)) ?? UNKNOWN
  }
  if (owner.kind === 'text' && place !== undefined) {
    const letter = owner.value.at(Number(place))
    return letter === undefined ? UNKNOWN : text(letter)
  }
  if (owner.kind === 'named' && owner.path.startsWith('os.environ')) return UNKNOWN
  return UNKNOWN
}
