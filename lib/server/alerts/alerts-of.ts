import { wallMs } from '@gearboard/gears/vocabulary/clock'
import type { AlertsReply } from '@/lib/api/contract/alerts'
import type { Incident, IncidentState } from '@/lib/model/alerts/incident'
import type { AlertSeverity } from '@/lib/model/alerts/kinds'
import { knownError } from '../errors'
import type { IncidentPage, IncidentQuery } from '../history/store'
import type { Runtime } from '../runtime'

interface AskedAlerts {
  /** Null: of all connections. */
  readonly connections: readonly string[] | null
  /** With those of Gearboard itself. */
  readonly own: boolean
  readonly state?: IncidentState | undefined
  readonly severity?: AlertSeverity | undefined
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}

/** A page of alerts. @throws HistoryError `invalid` */
export function alertsOf({ alerts: { watch }, history }: Runtime, asked: AskedAlerts): AlertsReply {
  const { connections, own, state, severity, cursor, limit } = asked
  const visible = watch.current.filter(({ connection }) =>
    connection === null ? own : connections === null || connections.includes(connection),
  )
  const matches = (incident: Incident) =>
    (state === undefined || incident.state === state) && (severity === undefined || incident.severity === severity)
  const firing = (of: AlertSeverity) =>
    visible.filter((incident) => incident.state === 'firing' && incident.severity === of).length
  const ended =
    state === undefined || state === 'resolved'
      ? readEnded(history, { connections, own, severity, cursor, limit })
      : NONE
  return {
    incidents: [...(cursor === undefined ? visible.filter(matches) : []), ...ended.incidents],
    next: ended.next,
    counts: {
      firing: { critical: firing('critical'), warning: firing('warning'), info: firing('info') },
      pending: visible.filter((incident) => incident.state === 'pending').length,
    },
    standsBy: watch.standsBy,
    unavailable: ended.unavailable,
    at: wallMs(),
  }
}

type EndedPage = Pick<IncidentPage, 'incidents' | 'next'> & { readonly unavailable: string | null }

const NONE: EndedPage = { incidents: [], next: null, unavailable: null }

function readEnded(
  history: Runtime['history'],
  { connections, own, severity, cursor, limit }: Omit<AskedAlerts, 'state'>,
): EndedPage {
  const query: IncidentQuery = {
    connections,
    own,
    ...(severity !== undefined && { severity }),
    ...(cursor !== undefined && { cursor }),
    ...(limit !== undefined && { limit }),
  }
  try {
    return { ...history.store.alerts.incidents.ended(query), unavailable: null }
  } catch (error) {
    const known = knownError(error)
    if (known?.code !== 'no_history') throw error
    return { ...NONE, unavailable: known.message }
  }
}
