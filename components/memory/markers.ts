import { plural } from '@gearboard/gears/vocabulary/text'
import type { Marker } from '@/components/ui/charts'
import type { Deployment } from '@/lib/model/record/deployment'
import { visibleText } from '@/lib/model/text/visible-text'

/** Lines through a chart for deployments; one for those within `closeMs` of each other. */
export function markersOf(deployments: readonly Deployment[], closeMs: number): readonly Marker[] {
  const groups: Deployment[][] = []
  for (const each of deployments) {
    const group = groups.at(-1)
    const close = group?.[0] && each.at - group[0].at <= closeMs && isSeen(group[0]) === isSeen(each)
    if (group && close) group.push(each)
    else groups.push([each])
  }
  return groups.flatMap((group) => {
    const [first] = group
    if (!first) return []
    const seen = isSeen(first)
    const what = group.length === 1 ? deploymentName(first) : plural(group.length, seen ? 'registration' : 'function')
    return [{ at: first.at, label: `${what} ${seen ? 'first seen' : 'deployed'}` }]
  })
}

/** It was not submitted through Gearboard. */
const isSeen = ({ version }: Deployment): boolean => version === null

/** `orders v3`; what was not submitted through Gearboard has no version. */
export const deploymentName = ({ name, version }: Deployment): string =>
  version === null ? visibleText(name) : `${visibleText(name)} v${version}`
