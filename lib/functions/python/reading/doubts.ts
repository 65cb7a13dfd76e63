import type { SyntaxNode } from '@gearboard/gears/script/tree'
import { isBuilder } from './known-calls'
import type { Machine } from './machine'
import { optionsOf, type ReadValue } from './values'

export function doubt(m: Machine, node: SyntaxNode, why: string): void {
  if (m.doubted.has(node.from)) return
  m.doubted.add(node.from)
  m.cannotTell.push({ node, why })
}

/** Values looked at in what is handed over, and how deep. */
const MOST_HANDED = 500
const DEEPEST = 3

/** What is passed to unknown code: builders may be used there, and functions called. */
export function handOver(m: Machine, values: readonly ReadValue[], node: SyntaxNode, why: string): void {
  let level = values.slice(0, MOST_HANDED)
  for (let depth = 0; level.length > 0 && depth <= DEEPEST; depth++) {
    m.work += level.length >> 2
    const inside: ReadValue[] = []
    for (const value of level.flatMap(optionsOf)) {
      if (value.kind === 'builder' || isBuilder(value)) doubt(m, node, why)
      else if (value.kind === 'function') m.handedOver.push(value)
      else for (const part of partsOf(value)) if (inside.length < MOST_HANDED) inside.push(part)
    }
    level = inside
  }
}

function partsOf(value: ReadValue): Iterable<ReadValue> {
  switch (value.kind) {
    case 'partial':
      return [value.of]
    case 'list':
      return value.items.slice(0, MOST_HANDED)
    case 'dict':
      return value.entries.values()
    case 'instance':
      return value.names.values()
    default:
      return []
  }
}
