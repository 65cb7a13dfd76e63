'use client'

import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { Button } from '@/components/ui/button'
import { useConnectionState } from '@/lib/api/live'
import type { Remembered } from './use-remembered'

interface ListNoteProps {
  readonly shown: number
  readonly record: Remembered
  readonly filtered: boolean
}

/** How many there are, how far back the record was searched, and where outcomes are only a sample. */
export function ListNote({ shown, record, filtered }: ListNoteProps) {
  const details = useConnectionState()?.details
  const skipped = details?.skippedLastMinute ?? 0
  return (
    <>
      <span>{plural(shown, 'execution')}</span>
      <span role="status">
        <SearchedBack record={record} filtered={filtered} />
      </span>
      {record.more && (
        <Button
          size="row"
          onClick={record.loadMore}
          disabledReason={record.loading ? 'They are on their way.' : undefined}
        >
          {filtered ? 'Search older ones' : 'Load older ones'}
        </Button>
      )}
      {skipped > 0 && details && (
        <span className="text-waiting">
          {formatCount(skipped)} ended in the last minute without their outcome being read: at most{' '}
          {formatCount(details.budgetPerS)} a second are asked for.
        </span>
      )}
      {record.unreadable > 0 && (
        <span className="text-waiting">
          {plural(record.unreadable, 'entry', 'entries')} of the record {record.unreadable === 1 ? 'is' : 'are'} damaged
          and not shown.
        </span>
      )}
      <span className="ml-auto max-md:hidden">↑ ↓ to move, Enter to open, Space to select</span>
    </>
  )
}

function SearchedBack({ record, filtered }: Pick<ListNoteProps, 'record' | 'filtered'>) {
  const verb = filtered ? 'searched' : 'loaded'
  if (record.problem !== null)
    return (
      <span className="text-waiting">
        Only what is held: the record is not {verb}. {record.problem}
      </span>
    )
  if (record.searchedTo !== null)
    return (
      <>
        The record is {verb} back to <TimeAgo at={record.searchedTo} />
        {record.loading ? ', and further …' : '.'}
      </>
    )
  return record.loading ? `The record is being ${verb} …` : `All that is on record is ${verb}.`
}
