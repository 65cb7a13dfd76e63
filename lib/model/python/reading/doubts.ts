import type { SyntaxNode } from '../tree'
import { isBuilder } from './known-calls'
import type { Machine } from './machine'
import { optionsOf, type Value } from './values'

export function doubt(m: Machine, node: SyntaxNode, why: string): void {
  if (!m.cannotTell.some((one) => one.node.from === node.from)) m.cannotTell.push({ node, why })
}

/** What is handed to something unknown: builders may be used there, and functions called. */
export function handOver(m: Machine, values: readonly Value[], node: SyntaxNode, why: string, depth = 0): void {
  for (const value of values.flatMap(optionsOf)) {
    if (value.kind === 'builder' || isBuilder(value)) doubt(m, node, why)
    else if (value.kind === 'function') m.handedOver.push(value)
    else if (value.kind === 'partial') handOver(m, [value.of], node, why, depth + 1)
    else if (depth < 3 && value.kind === 'list') handOver(m, value.items.slice(0, 100), node, why, depth + 1)
    else if (depth < 3 && value.kind === 'dict')
      handOver(m, [...value.entries.values()].slice(0, 100), node, why, depth + 1)
    else if (depth < 3 && value.kind === 'instance') handOver(m, [...value.names.values()], node, why, depth + 1)
  }
}
