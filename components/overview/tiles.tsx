'use client'

import { formatBytes, formatCount, splitBytes } from '@gearboard/gears/vocabulary/text'
import { Activity, Hourglass, Loader, type LucideIcon, MemoryStick, OctagonX, Server, Zap } from 'lucide-react'
import type { ReactNode } from 'react'
import { TONE_TEXT } from '@/components/shared/text/outcome'
import { cn } from '@/components/ui/cn'
import { PageLink } from '@/components/ui/page-link'
import { Skeleton } from '@/components/ui/skeleton'
import { type GapShare, gapShares, Sparkline } from '@/components/ui/sparkline'
import { isWatched } from '@/lib/model/record/activity'
import { type Bucket, type LastMinute, sum } from '@/lib/model/record/sample-view'
import { formatDuration, formatSpan } from '@/lib/model/text/format'
import type { OverviewData } from './use-overview'

interface TrendTileProps {
  readonly name: string
  readonly icon: LucideIcon
  readonly tone?: keyof typeof TONE_TEXT
  readonly figure: ReactNode
  readonly unit?: ReactNode
  readonly note: ReactNode
  readonly href: string
  readonly values: readonly (number | null)[]
  readonly bars?: boolean
  /** Of the range that `values` cover. */
  readonly gaps: readonly GapShare[]
  /** The last of `values` is of a span that is not over. */
  readonly partial?: boolean
}

function Tile({
  name,
  icon: Icon,
  tone,
  figure,
  unit,
  note,
  href,
  values,
  bars = false,
  gaps,
  partial = false,
}: TrendTileProps) {
  const color = tone ? TONE_TEXT[tone] : 'text-fg-3'
  return (
    <PageLink
      href={href}
      className="flex min-w-0 flex-col bg-surface px-3 py-2 -outline-offset-2 transition-colors hover:bg-hover max-md:last:col-span-2"
    >
      <span className={cn('flex items-center gap-1.5 text-small', tone ? color : 'text-fg-2')}>
        <Icon aria-hidden />
        {name}
      </span>
      <span className="flex items-baseline gap-1 truncate">
        <span className="font-semibold text-figure">{figure}</span>
        {unit && <span className="text-fg-2 text-small">{unit}</span>}
      </span>
      <span className="truncate text-fg-2 text-small">{note}</span>
      <Sparkline
        values={values}
        gaps={gaps}
        kind={bars ? 'bars' : 'line'}
        partial={bars && partial}
        className={cn('mt-2', color)}
      />
    </PageLink>
  )
}

/** Seven figures, each with its recent trend and a link to the page with details. */
export function Tiles({ data }: { readonly data: OverviewData | undefined }) {
  const grid =
    'grid grid-cols-2 gap-px overflow-hidden rounded-panel border border-line bg-line md:grid-cols-4 xl:grid-cols-7 md:max-xl:[&>*:last-child]:col-span-2'
  if (!data) {
    return (
      <div className={grid}>
        {['running', 'waiting', 'failed', 'registrations', 'rate', 'memory', 'shards'].map((name) => (
          <div key={name} className="flex h-28 flex-col gap-2 bg-surface p-3">
            <Skeleton className="h-3 w-16" />
            <Skeleton className="h-6 w-12" />
            <Skeleton className="h-3 w-24" />
          </div>
        ))}
      </div>
    )
  }
  const {
    paths,
    range,
    live,
    buckets,
    counts,
    ended,
    unseen,
    watched,
    words,
    registrations,
    triggers,
    memory,
    shards,
    slowestMs,
  } = data
  const gaps = gapShares(data.gaps, range)
  const partial = buckets.at(-1)?.complete === false
  // Beside the figures of a range in the past.
  const now = live ? '' : ' now'
  const bytes = memory && memory.current !== null && !memory.uncounted ? splitBytes(memory.current) : undefined
  return (
    <nav aria-label="Figures" className={grid}>
      <Tile
        name={`Running${now}`}
        icon={Loader}
        tone="running"
        figure={formatCount(counts.running)}
        note={counts.runningNote}
        href={paths.running}
        gaps={gaps}
        values={buckets.map((bucket) => bucket.running)}
      />
      <Tile
        name={`Waiting${now}`}
        icon={Hourglass}
        tone="waiting"
        figure={formatCount(counts.waiting)}
        note={counts.waitingNote}
        href={paths.waiting}
        gaps={gaps}
        values={buckets.map((bucket) => bucket.waiting)}
      />
      <Tile
        name="Failed"
        icon={OctagonX}
        tone="failed"
        figure={watched ? formatCount(ended.failed) : '–'}
        unit={words.short}
        note={
          watched
            ? `${ended.all === 0 ? 'none finished' : `${percent(ended.failed, ended.all)} of ${formatCount(ended.all)}`}${unseen.failed > 0 ? ` · ${formatCount(unseen.failed)} earlier` : ''}`
            : 'not watched'
        }
        href={paths.failed}
        gaps={gaps}
        values={buckets.map((bucket) => bucket.failed)}
        bars
        partial={partial}
      />
      <Tile
        name={`Registrations${now}`}
        icon={Zap}
        figure={formatCount(registrations.all)}
        note={registrationsNote(registrations)}
        href={`${paths.registrations}${registrationsFilter(registrations)}`}
        gaps={gaps}
        values={buckets.map((bucket) => bucket.failures)}
        bars
        partial={partial}
      />
      <Tile
        name="Trigger rate"
        icon={Activity}
        {...triggerRate(triggers)}
        href={paths.registrations}
        gaps={gaps}
        values={buckets.map(({ complete, triggered }) => (complete ? triggered : null))}
      />
      <Tile
        name={`Python memory${now}`}
        icon={MemoryStick}
        figure={bytes?.figure ?? '–'}
        unit={bytes?.unit}
        note={
          memory?.uncounted
            ? 'not measured'
            : `${shards.length > 1 ? 'highest peak' : 'peak'} ${formatBytes(memory?.highestPeak)}`
        }
        href={paths.memory}
        gaps={gaps}
        values={buckets.map((bucket) => sum(Object.values(bucket.memory)))}
      />
      <Tile
        name={`${shards.length === 1 ? 'Server' : 'Shards'}${now}`}
        icon={Server}
        tone={data.up === shards.length ? 'ok' : 'failed'}
        figure={formatCount(data.up)}
        unit={`of ${formatCount(shards.length)} up`}
        note={slowestMs === null ? 'no answer yet' : `slowest answer ${formatDuration(slowestMs)}`}
        href={paths.cluster}
        gaps={gaps}
        values={buckets.map(shardsUp)}
      />
    </nav>
  )
}

/** How many shards answered; null where none was asked. */
function shardsUp(bucket: Bucket): number | null {
  const answers = Object.values(bucket.memory)
  return isWatched(bucket) && answers.length > 0 ? answers.filter((bytes) => bytes !== null).length : null
}

/** Shows a rate per minute after a full minute of watching; before that, the count so far. */
function triggerRate(last: LastMinute | null): Pick<TrendTileProps, 'figure' | 'unit' | 'note'> {
  if (last === null) return { figure: '–', note: 'unknown' }
  const { count, spanMs, perMinute } = last
  return perMinute === null
    ? { figure: formatCount(count), unit: `in ${formatSpan(spanMs)}`, note: 'less than a minute of data' }
    : { figure: formatCount(Math.round(perMinute)), unit: '/ min', note: 'over the last minute' }
}

const percent = (part: number, all: number): string => `${((100 * part) / all).toFixed(part === 0 ? 0 : 1)} %`

/** The registrations that need attention, if any. */
function registrationsFilter({ failing, flaky, paused }: OverviewData['registrations']): string {
  if (failing > 0) return '?q=health:failing,retrying,aborted'
  if (flaky > 0) return '?q=health:flaky'
  return paused > 0 ? '?q=health:paused' : ''
}

function registrationsNote({ all, failing, flaky, paused }: OverviewData['registrations']): string {
  const parts = [
    failing > 0 && `${formatCount(failing)} failing`,
    flaky > 0 && `${formatCount(flaky)} flaky`,
    paused > 0 && `${formatCount(paused)} paused`,
  ]
  const known = parts.filter((part) => part !== false)
  if (known.length > 0) return known.join(' · ')
  return all === 0 ? 'none yet' : 'none failing'
}
