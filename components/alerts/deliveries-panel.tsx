'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { useInfiniteQuery } from '@tanstack/react-query'
import { MoreRows } from '@/components/shared/more-rows'
import { BoundedText } from '@/components/shared/text/bounded-text'
import { StateWord } from '@/components/shared/text/outcome'
import { Unreadable, unreadableIn } from '@/components/shared/text/unreadable'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { Banner } from '@/components/ui/banner'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { type PlainColumn, PlainTable } from '@/components/ui/plain-table'
import { Skeleton } from '@/components/ui/skeleton'
import { describeError } from '@/lib/api/call'
import type { ReceiverSetting } from '@/lib/api/contract/alerts'
import { endpointPages } from '@/lib/api/query'
import type { AlertDelivery } from '@/lib/model/alerts/notification'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import { visibleText } from '@/lib/model/text/visible-text'
import { DELIVERY_LOOK, EVENT_WORDS } from './alert-looks'

const REFRESH_MS = 5000

/** What was sent to receivers, with what each said. */
export function DeliveriesPanel({ receivers }: { readonly receivers: readonly ReceiverSetting[] }) {
  const pages = useInfiniteQuery({ ...endpointPages('alertDeliveries'), refetchInterval: REFRESH_MS })
  const rows = pages.data?.pages.flatMap(({ deliveries }) => deliveries)
  return (
    <Panel title="Delivery log" note="the latest first">
      {pages.error && (
        <Banner tone="failed" title={describeError(pages.error)} className="m-3">
          {rows ? 'Showing older data.' : undefined}
        </Banner>
      )}
      {!rows ? (
        !pages.error && <Skeleton className="m-3 h-24" />
      ) : rows.length === 0 ? (
        <EmptyState title="No deliveries yet">
          Each notification will appear here, with what its receiver said.
        </EmptyState>
      ) : (
        <PlainTable label="Deliveries" cards rows={rows} rowKey={({ id }) => id} columns={columnsFor(receivers)} />
      )}
      <Unreadable count={unreadableIn(pages.data?.pages)} />
      <MoreRows more={pages.hasNextPage} loading={pages.isFetchingNextPage} onMore={() => void pages.fetchNextPage()} />
    </Panel>
  )
}

const columnsFor = (receivers: readonly ReceiverSetting[]): readonly PlainColumn<AlertDelivery>[] => {
  const names = new Map(receivers.map(({ id, definition }) => [id, definition.name]))
  return [
    { id: 'at', header: 'When', cell: ({ createdAt }) => <TimeAgo at={createdAt} className="text-fg-2" /> },
    { id: 'event', header: 'Event', cell: ({ notification }) => EVENT_WORDS[notification.event] },
    {
      id: 'title',
      header: 'Notification',
      className: 'min-w-60 max-w-120 whitespace-normal row-space',
      cell: ({ notification }) => visibleText(notification.title, NAME_CHARS),
    },
    {
      id: 'receiver',
      header: 'Receiver',
      cell: ({ receiver }) => visibleText(names.get(receiver) ?? 'removed', NAME_CHARS),
    },
    { id: 'state', header: 'State', cell: ({ state }) => <StateWord look={DELIVERY_LOOK[state]} /> },
    {
      id: 'answer',
      header: 'Answer',
      className: 'w-full min-w-60 whitespace-normal row-space',
      cell: (delivery) => <Attempts delivery={delivery} />,
    },
  ]
}

/** How often it was tried, and what came of the last attempt. */
function Attempts({ delivery: { attempts, state } }: { readonly delivery: AlertDelivery }) {
  const last = attempts.at(-1)
  if (!last) return <span className="text-fg-3">not tried yet</span>
  const isGivenUp = state === 'failed' && attempts.length > 1
  return (
    <span className="text-fg-2">
      <BoundedText text={last.answer} />
      {attempts.length > 1 && (
        <span className="text-fg-3">
          {' '}
          {isGivenUp
            ? `Given up after ${plural(attempts.length, 'attempt')}.`
            : `${plural(attempts.length, 'attempt')}.`}
        </span>
      )}
    </span>
  )
}
