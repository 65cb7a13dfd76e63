import { useCallback } from 'react'
import type { Execution } from '@/lib/model/executions/execution'
import { executionName } from '@/lib/model/executions/execution-view'
import type { Registration } from '@/lib/model/registrations/registration'
import { shortenId } from '@/lib/model/text/format'
import { readSegment } from '@/lib/model/text/path-segment'
import { visibleText } from '@/lib/model/text/visible-text'
import { NAV_ENTRIES } from './nav'

/** Names a path below the connection, such as `registrations/0000…-1`, by what the server lists now. */
export function useRecentName(
  registrations: readonly Registration[] | undefined,
  executions: readonly Execution[] | undefined,
): (path: string) => string {
  return useCallback(
    (path) => {
      const [slug = '', segment] = path.split('/')
      const entry = NAV_ENTRIES.find((known) => known.slug === slug)
      if (segment === undefined || entry?.one === undefined) return entry?.name ?? visibleText(slug)
      const key = readSegment(segment)
      const execution = slug === 'executions' ? executions?.find((e) => e.key === key) : undefined
      const name =
        slug === 'registrations'
          ? registrations?.find((r) => r.key === key)?.name
          : execution && executionName(execution)
      return [entry.one, visibleText(name ?? ''), slug === 'registrations' && name ? '' : shortenId(key)]
        .filter((word) => word !== '')
        .join(' ')
    },
    [registrations, executions],
  )
}
