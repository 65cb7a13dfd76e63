'use client'

import { useQuery } from '@tanstack/react-query'
import { auditPath } from '@/components/shared/page/paths'
import { useMayRead } from '@/components/shared/people/use-role-block'
import { PageLink } from '@/components/ui/page-link'
import { useConnectionName } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import { actionsSpan, wasActedOn } from '@/lib/model/executions/done-to'
import type { ExecutionDetail } from '@/lib/model/executions/execution'

/** Others may act on it while the page is open, ms. */
const REFRESH_MS = 5000
/** More than the actions on one execution: the endpoint finds those whose ids begin alike, too. */
const MOST = 200

/** Leads to what users did to an execution through Gearboard; absent where they did nothing, and for viewers who may not read the audit log. */
export function ActionsLink({ execution }: { readonly execution: ExecutionDetail }) {
  const connection = useConnectionName()
  const { id } = execution
  const span = actionsSpan(execution)
  const mayRead = useMayRead('audit')
  const { data } = useQuery({
    ...endpointQuery('audit', { connection, target: id, from: span.from, limit: MOST }),
    enabled: mayRead === true,
    refetchInterval: ({ state }) => (state.status === 'error' ? false : REFRESH_MS),
  })
  if (!data || !wasActedOn(data.entries, execution)) return null
  return (
    <PageLink href={auditPath(connection, id, span)} className="ml-2 text-accent hover:underline">
      Who did it
    </PageLink>
  )
}
