import { children, type SyntaxNode } from '@gearboard/gears/script/tree'
import { bindAll } from './bindings'
import { inScope } from './functions'
import { itemsOf } from './known-calls'
import type { Machine } from './machine'
import { follows, inRounds, newScope } from './machine'
import { tupleOr } from './sequences'
import { dict, list, oneOf, type ReadValue, UNKNOWN } from './values'

export function comprehension(m: Machine, node: SyntaxNode): ReadValue {
  const parts = [...children(node)].filter((part) => !/^[()[\]{}]$/.test(part.name))
  return inScope(m, newScope('function', m.scope), () => comprehended(m, node, parts))
}

export function comprehended(m: Machine, node: SyntaxNode, parts: readonly SyntaxNode[]): ReadValue {
  const forAt = parts.findIndex((part) => part.name === 'for')
  const inAt = parts.findIndex((part) => part.name === 'in')
  const what = parts.slice(0, forAt)
  const iterable = parts[inAt + 1]
  if (forAt < 1 || inAt < forAt || !iterable) return UNKNOWN
  const rest = parts.slice(inAt + 2)
  const items = rest.length === 0 ? itemsOf(m.value(iterable)) : undefined
  const made: ReadValue[] = []
  const once = () => {
    if (node.name.startsWith('Dictionary')) for (const part of what) m.value(part)
    else made.push(tupleOr(m, what, UNKNOWN))
  }
  if (items && follows(m, items.length)) {
    inRounds(m, items.length, () => {
      for (const item of items) {
        bindAll(m, parts.slice(forAt + 1, inAt), item)
        once()
      }
    })
  } else {
    m.value(iterable)
    m.doubts++
    bindAll(m, parts.slice(forAt + 1, inAt), UNKNOWN)
    for (const part of rest) m.value(part)
    once()
    m.doubts--
  }
  if (node.name.startsWith('Dictionary')) return dict([], true)
  if (node.name.startsWith('Array')) return list(made, 'list', [], !items)
  if (node.name.startsWith('Set')) return list(made, 'set', [], !items)
  return { kind: 'generator', yields: oneOf(made) }
}
