'use client'

import { useState } from 'react'
import { useSlowReads } from '@/components/shared/page/slow-reads'
import { useNow } from '@/components/shared/time/clock'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { bounded } from '@/components/ui/bounded'
import { useConnectionState, useRegistrations, useShards } from '@/lib/api/live'
import {
  announced,
  type CostlyInWords,
  costlyInWords,
  costlyReadsInWords,
  NOTHING_ANNOUNCED,
} from '@/lib/model/cluster/costly-answers'
import { shardName } from '@/lib/model/cluster/shard-order'
import { quoted } from '@/lib/model/cluster/unreached'
import type { SentinelView } from '@/lib/model/connection/connection'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import { visibleText } from '@/lib/model/text/visible-text'

/** Every page reports a failover for this long, ms. */
const MOVED_LATELY_MS = 10 * 60_000

/** What explains the data of every page without being urgent. */
export interface LiveNotes {
  readonly moved: SentinelView | undefined
  /** One for each command and shard, the longest first. */
  readonly slow: readonly CostlyInWords[]
}

export function useLiveNotes(): LiveNotes {
  const sentinel = useConnectionState()?.sentinel
  const shards = useShards() ?? []
  const registrations = useRegistrations() ?? []
  const reads = useSlowReads()
  const now = useNow()
  const nameOf = (key: string) => shardName(key, shards)
  const slow = [...costlyInWords(shards, registrations, nameOf), ...costlyReadsInWords(reads, shards.length, nameOf)]
  return {
    moved: sentinel?.moved && sentinel.moved.at > now - MOVED_LATELY_MS ? sentinel : undefined,
    slow: [...new Map(slow.map((answer) => [answer.subject, answer])).values()],
  }
}

export function LiveNotesList({ notes: { moved, slow } }: { readonly notes: LiveNotes }) {
  return (
    <ul className="flex flex-col gap-2">
      {moved && (
        <li>
          <p className="font-semibold">{movedTitle(moved)}</p>
          <p className="text-fg-2">
            It was at {moved.moved && visibleText(moved.moved.from, NAME_CHARS)} until{' '}
            <TimeAgo at={moved.moved?.at ?? null} />
            {moved.by !== null && `, as reported by the sentinel ${moved.by}`}.
          </p>
        </li>
      )}
      {slow.map((answer) => (
        <li key={answer.subject}>
          <p className="font-semibold">{bounded(visibleText(answer.title))}</p>
          <p className="text-fg-2">
            <SlowAnswer {...answer} />
          </p>
        </li>
      ))}
    </ul>
  )
}

function SlowAnswer({ shown, toldAt, cause, problem }: CostlyInWords) {
  return (
    <>
      {toldAt === null ? (
        `${shown}: loading…`
      ) : (
        <>
          {shown}: as of <TimeAgo at={toldAt} />.
        </>
      )}
      {cause !== null && bounded(` ${visibleText(cause)}`)}
      {problem !== null && bounded(` The last one failed: ${visibleText(problem)}.`)}
    </>
  )
}

/** Screen readers hear each note once, however often it appears and disappears. */
export function AnnouncedNotes({ notes: { moved, slow } }: { readonly notes: LiveNotes }) {
  const [state, setState] = useState(NOTHING_ANNOUNCED)
  const next = announced(state, [...(moved ? [movedTitle(moved)] : []), ...slow.map(({ subject }) => subject)])
  if (next !== state) setState(next)
  return (
    <span aria-live="polite" className="sr-only">
      {next.now}
    </span>
  )
}

const movedTitle = ({ master, address }: SentinelView): string =>
  `Sentinel moved the master ${quoted(master)} to ${address === null ? 'an unknown address' : visibleText(address, NAME_CHARS)}.`
