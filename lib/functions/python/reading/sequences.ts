import type { SyntaxNode } from '@gearboard/gears/script/tree'
import { handOver } from './doubts'
import { itemsOf } from './known-calls'
import type { Machine } from './machine'
import { inner } from './syntax'
import { dict, list, MOST_ITEMS, type ReadValue, UNKNOWN } from './values'

/** One expression, or a tuple without brackets. */
export function tupleOr(m: Machine, parts: readonly SyntaxNode[], nothing: ReadValue): ReadValue {
  const items = parts.filter((part) => part.name !== ',' && !part.type.isError)
  const [first] = items
  if (!first) return nothing
  if (items.length === 1 && !parts.some((part) => part.name === ',')) return m.value(first)
  return sequence(m, parts, 'tuple')
}

export function sequence(m: Machine, parts: readonly SyntaxNode[], shape: 'list' | 'tuple' | 'set'): ReadValue {
  const items: ReadValue[] = []
  const nodes: SyntaxNode[] = []
  let open = false
  let spread = false
  for (const part of parts) {
    if (part.name === ',' || part.type.isError || part.name === 'Comment') continue
    if (part.name === '*') {
      spread = true
      continue
    }
    const value = m.value(part)
    if (spread) {
      const inside = itemsOf(value)
      const fits = inside !== undefined && items.length + inside.length <= MOST_ITEMS
      for (const item of fits ? inside : []) {
        items.push(item)
        nodes.push(part)
      }
      if (!fits) open = true
    } else {
      items.push(value)
      nodes.push(part)
    }
    spread = false
  }
  return list(items, shape, nodes, open)
}

export function dictionary(m: Machine, node: SyntaxNode): ReadValue {
  const result = dict()
  const parts = inner(node).filter((part) => !part.type.isError && part.name !== 'Comment')
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]
    if (!part || part.name === ',') continue
    if (part.name === '**') {
      const source = parts[++i]
      const spread = source ? m.value(source) : UNKNOWN
      if (spread.kind === 'dict') for (const [name, value] of spread.entries) result.entries.set(name, value)
      if (spread.kind !== 'dict' || spread.open) result.open = true
    } else if (parts[i + 1]?.name === ':') {
      const valueNode = parts[i + 2]
      const key = m.value(part)
      const value = valueNode ? m.value(valueNode) : UNKNOWN
      if (key.kind === 'text') result.entries.set(key.value, value)
      else if (key.kind === 'int') result.entries.set(`#${key.value}`, value)
      else {
        result.open = true
        handOver(m, [value], part, 'a dict holds a builder under a key that is known only at run time')
      }
      i += 2
    }
  }
  return result
}
