import type { Marker } from '@/components/ui/charts'
import type { Deployment } from '@/lib/model/deployment'
import { plural } from '@/lib/model/format'
import { visibleText } from '@/lib/model/visible-text'

/** Lines through a chart for what was deployed; one for those that came within `closeMs`. */
export function markersOf(deployments: readonly Deployment[], closeMs: number): readonly Marker[] {
  const groups: Deployment[][] = []
  for (const each of deployments) {
    const group = groups.at(-1)
    if (group?.[0] && each.at - group[0].at <= closeMs) group.push(each)
    else groups.push([each])
  }
  return groups.flatMap((group) => {
    const [first] = group
    if (!first) return []
    const seen = group.every(({ version }) => version === null)
    const what = group.length === 1 ? nameOf(first) : plural(group.length, seen ? 'registration' : 'function')
    return [{ at: first.at, label: `${what} ${seen ? 'first seen' : 'deployed'}` }]
  })
}

const nameOf = ({ name, version }: Deployment): string =>
  version === null ? visibleText(name) : `${visibleText(name)} v${version}`
