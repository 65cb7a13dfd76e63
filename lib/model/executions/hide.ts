import type { HiddenKind } from '../people/grant'
import type { ExecutionDetail } from './execution'

/** What a viewer may see of an execution, and what was left out. Its error texts are no results: they stay. */
export function withoutHidden<D extends ExecutionDetail>(detail: D, hides: ReadonlySet<HiddenKind>): D {
  const hidden = (['results', 'sources'] as const).filter((kind) => hides.has(kind))
  if (hidden.length === 0) return detail
  return {
    ...detail,
    ...(hides.has('results') && { results: null, withheld: { why: 'hidden' } }),
    ...(hides.has('sources') && { source: null }),
    hidden,
  }
}
