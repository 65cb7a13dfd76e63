'use client'

import { Hourglass, Pause, Play } from 'lucide-react'
import { useNow } from '@/components/shared/time/clock'
import { IconButton } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Popover, PopoverContent, PopoverTrigger } from '@/components/ui/popover'
import { Tooltip } from '@/components/ui/tooltip'
import { useConnectionName, useConnectionState } from '@/lib/api/live'
import type { FeedMode } from '@/lib/api/live-feed'
import type { ConnectionStatus } from '@/lib/model/connection/connection'
import { formatDuration } from '@/lib/model/text/format'
import { useLiveFeed } from './live-context'
import { AnnouncedNotes, LiveNotesList, useLiveNotes } from './live-notes'

interface Mode {
  readonly word: string
  readonly dot: string
  readonly about: string
}

/** A full dot means live and a ring means not live, so that forced colours keep the difference. */
const MODES = {
  connecting: { word: 'connecting', dot: 'border-2 border-unknown', about: 'Waiting for the first answer.' },
  streaming: { word: 'live', dot: 'bg-ok', about: 'Updated live.' },
  polling: { word: 'polling', dot: 'bg-ok', about: 'Updated every 2 s by polling.' },
  paused: { word: 'paused', dot: 'border-2 border-waiting', about: 'Paused: no updates until you resume.' },
  retrying: { word: 'not live', dot: 'border-2 border-failed', about: 'Reconnecting.' },
  gone: { word: 'gone', dot: 'border-2 border-failed', about: 'Checking again every 30 s.' },
} as const satisfies Record<FeedMode, Mode>

/** The feed may be live while the server behind it is not: then show that. */
const SILENT: Readonly<Record<ConnectionStatus, Mode | null>> = {
  starting: { word: 'starting', dot: 'border-2 border-unknown', about: 'The embedded RedisGears is starting.' },
  connecting: MODES.connecting,
  live: null,
  unreachable: { word: 'no answer', dot: 'border-2 border-failed', about: 'The server does not answer; retrying.' },
  refused: {
    word: 'refused',
    dot: 'border-2 border-failed',
    about: 'The server refuses service; retrying.',
  },
  module_missing: {
    word: 'no RedisGears',
    dot: 'border-2 border-failed',
    about: 'RedisGears is not loaded there; retrying.',
  },
  partial: { word: 'partly live', dot: 'border-2 border-waiting', about: 'Some shards do not answer.' },
}

/** Whether the page is live, how old its data is, and the switch that pauses it. Nothing in it changes its width. */
export function LiveIndicator() {
  const { mode, error, pause, resume } = useLiveFeed()
  const age = useDataAge()
  const connection = useConnectionName()
  const notes = useLiveNotes()
  const some = notes.slow.length > 0 || notes.moved !== undefined
  const status = useConnectionState()?.status
  const arrives = mode === 'streaming' || mode === 'polling'
  const { word, dot, about } = (arrives && status && SILENT[status]) || MODES[mode]
  const explanation = error ? `${error} ${about}` : about
  return (
    <div className="flex items-center gap-1">
      {/* Before the age, whose room for longer words would part the two. */}
      {mode === 'paused' ? (
        <IconButton label="Resume" icon={Play} size="row" onClick={resume} />
      ) : (
        <IconButton label="Pause" icon={Pause} size="row" onClick={pause} />
      )}
      <Popover>
        <Tooltip content={some ? `${explanation} Click to see why some data is older.` : explanation} side="bottom">
          <PopoverTrigger className="inline-flex items-center gap-1.5 whitespace-nowrap rounded-chip text-fg-2">
            <span aria-hidden className={cn('keeps-fill size-2 rounded-full', dot)} />
            <span className="max-md:sr-only">
              {word}
              {age && ' · '}
            </span>
            <span className="inline-flex items-center gap-1.5 tabular-nums md:min-w-17">
              {age && <Age ms={age.ms} />}
              {some && <Hourglass aria-hidden className="size-3.5 text-waiting" />}
            </span>
          </PopoverTrigger>
        </Tooltip>
        <PopoverContent
          aria-label="Live updates"
          align="start"
          className="flex w-96 max-w-[calc(100vw-1rem)] flex-col gap-2"
        >
          <p>{explanation}</p>
          <LiveNotesList notes={notes} />
        </PopoverContent>
      </Popover>
      <AnnouncedNotes key={connection} notes={notes} />
    </div>
  )
}

/** `3 s ago`; a phone has no room for the last word. */
const Age = ({ ms }: { readonly ms: number }) =>
  ms < 1000 ? (
    'now'
  ) : (
    <span>
      {formatDuration(Math.floor(ms / 1000) * 1000)}
      <span className="max-md:sr-only"> ago</span>
    </span>
  )

/** The time since the server last answered Gearboard. Undefined before the first answer. */
function useDataAge(): { readonly ms: number } | undefined {
  const now = useNow()
  const answeredAt = useConnectionState()?.answeredAt ?? null
  if (answeredAt === null || now === 0) return undefined
  // The page's clock ticks once a second: data newer than its last tick counts as current.
  return { ms: Math.max(0, now - answeredAt) }
}
