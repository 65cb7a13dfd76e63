import { StateWord } from '@/components/shared/text/outcome'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { PageLink } from '@/components/ui/page-link'
import type { PlainColumn } from '@/components/ui/plain-table'
import type { Incident } from '@/lib/model/alerts/incident'
import { ALERT_KIND } from '@/lib/model/alerts/kinds'
import { valueInWords } from '@/lib/model/alerts/values'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import { formatDayMinute } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'
import { INCIDENT_LOOK, SEVERITY_LOOK } from './alert-looks'
import { IncidentActions } from './incident-actions'

/** @param at now, by the clock of the server */
export const incidentColumns = (at: number): readonly PlainColumn<Incident>[] => [
  { id: 'state', header: 'State', cell: ({ state }) => <StateWord look={INCIDENT_LOOK[state]} /> },
  { id: 'severity', header: 'Severity', cell: ({ severity }) => <StateWord look={SEVERITY_LOOK[severity]} /> },
  {
    id: 'alert',
    header: 'Alert',
    className: 'w-full min-w-72 whitespace-normal row-space',
    cell: (incident) => <What incident={incident} at={at} />,
  },
  {
    id: 'connection',
    header: 'Connection',
    cell: ({ connection }) =>
      connection === null ? <span className="text-fg-2">Gearboard</span> : visibleText(connection, NAME_CHARS),
  },
  {
    id: 'value',
    header: 'Last value',
    align: 'right',
    cell: ({ rule, value }) => (ALERT_KIND[rule.kind].threshold ? valueInWords(rule.kind, value) : '–'),
  },
  {
    id: 'since',
    header: 'Began',
    cell: ({ startedAt }) => <TimeAgo at={startedAt} className="text-fg-2" />,
  },
  {
    id: 'ended',
    header: 'Ended',
    cell: ({ endedAt }) => (endedAt === null ? '–' : <TimeAgo at={endedAt} className="text-fg-2" />),
  },
  {
    id: 'actions',
    header: 'Actions',
    actions: true,
    cell: (incident) => <IncidentActions incident={incident} at={at} />,
  },
]

/** What was seen, and who takes care of it. */
function What({ incident, at }: { readonly incident: Incident; readonly at: number }) {
  const { title, text, path, unknown, seenAt, acknowledged, mutedUntil, state } = incident
  return (
    <>
      <PageLink href={path} className="font-semibold hover:underline [overflow-wrap:anywhere]">
        {visibleText(title)}
      </PageLink>
      <span className="block text-fg-2 text-small [overflow-wrap:anywhere]">{visibleText(text)}</span>
      {unknown && state !== 'resolved' && (
        <span className="block text-small text-unknown">
          Not known now; last seen <TimeAgo at={seenAt} />.
        </span>
      )}
      {acknowledged !== null && (
        <span className="block text-fg-3 text-small">
          Acknowledged {acknowledged.by !== null && `by ${visibleText(acknowledged.by, NAME_CHARS)} `}
          <TimeAgo at={acknowledged.at} />.
        </span>
      )}
      {mutedUntil !== null && mutedUntil > at && state !== 'resolved' && (
        <span className="block text-fg-3 text-small">Muted until {formatDayMinute(mutedUntil)}.</span>
      )}
    </>
  )
}
