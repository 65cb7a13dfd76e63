'use client'

import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { LOADING, TABLE_KEYS } from '@/components/shared/text/words'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { Button } from '@/components/ui/button'
import { useConnectionState } from '@/lib/api/live'
import type { Remembered } from './use-remembered'

interface ExecutionsNoteProps {
  readonly shown: number
  readonly record: Remembered
  readonly filtered: boolean
}

/** How many there are, how far back history was searched, and whether outcomes are only a sample. */
export function ExecutionsNote({ shown, record, filtered }: ExecutionsNoteProps) {
  const details = useConnectionState()?.details
  const skipped = details?.skippedLastMinute ?? 0
  return (
    <>
      {/* On a small screen in lines of their own, which stay where they are as history is loaded. */}
      <span className="max-md:leading-9">
        {record.more ? `${formatCount(shown)} loaded` : plural(shown, 'execution')}
      </span>
      <span role="status" className="max-md:order-1 max-md:w-full max-md:truncate max-md:leading-5">
        <SearchedBack record={record} filtered={filtered} />
      </span>
      {record.more && (
        <Button size="row" onClick={record.loadMore} disabledReason={record.loading ? LOADING : undefined}>
          {filtered ? 'Search older' : 'Load older'}
        </Button>
      )}
      {skipped > 0 && details && (
        <span className="text-waiting">
          {formatCount(skipped)} finished in the last minute with their outcome unread: Gearboard reads at most{' '}
          {formatCount(details.budgetPerS)} a second.
        </span>
      )}
      {record.unreadable > 0 && (
        <span className="text-waiting">
          {plural(record.unreadable, 'history entry', 'history entries')} damaged and not shown.
        </span>
      )}
      <span className="ml-auto max-md:hidden">{TABLE_KEYS}</span>
    </>
  )
}

function SearchedBack({ record, filtered }: Pick<ExecutionsNoteProps, 'record' | 'filtered'>) {
  const verb = filtered ? 'searched' : 'loaded'
  if (record.problem !== null)
    return (
      <span className="text-waiting">
        History not {verb}. {record.problem}
      </span>
    )
  if (record.searchedTo !== null)
    return (
      <>
        {filtered ? 'Searched history back to' : 'History loaded to'} <TimeAgo at={record.searchedTo} />{' '}
        {record.loading ? ', loading…' : '.'}
      </>
    )
  return record.loading
    ? `${filtered ? 'Searching' : 'Loading'} history…`
    : `${filtered ? 'Searched' : 'Loaded'} all history of this time range.`
}
