'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { useQuery } from '@tanstack/react-query'
import { Loader } from 'lucide-react'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { actionWords } from '@/lib/api/audit-words'
import { useConnectionName } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import { shortenId } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'

const REFRESH_MS = 2000
const SHOWN = 5

/** What was sent and has not ended: the rows below have an action once it has. Its first line is always there, so that nothing moves. */
export function ActionsUnderWay() {
  const connection = useConnectionName()
  const { data } = useQuery({ ...endpointQuery('actionsUnderWay', { connection }), refetchInterval: REFRESH_MS })
  const actions = data?.actions ?? []
  const more = actions.length - SHOWN
  return (
    <ul aria-label="Actions in progress" className="min-h-8 border-line border-b px-3 py-1.5 text-fg-2 text-small">
      {data && actions.length === 0 && <li>No action in progress.</li>}
      {actions.slice(0, SHOWN).map(({ at, who, action, target }, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two people may do the same at once
        <li key={n} className="break-words">
          <Loader aria-hidden className="mr-1.5 inline text-running" />
          {actionWords(action)} {target !== null && <bdi className="font-mono">{visibleText(shortenId(target))}</bdi>}{' '}
          in progress · <bdi>{visibleText(who)}</bdi> · started <TimeAgo at={at} />
        </li>
      ))}
      {more > 0 && <li>{plural(more, 'more action')} in progress</li>}
    </ul>
  )
}
