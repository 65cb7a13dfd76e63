'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { ticks } from '@/components/execution/ticks'
import { ShardName } from '@/components/shared/text/shard-name'
import { cn } from '@/components/ui/cn'
import { Panel } from '@/components/ui/panel'
import { Tooltip } from '@/components/ui/tooltip'
import { type Plan, type PlanBox, type PlanLane, slowestLane } from '@/lib/model/executions/plan'
import { formatDuration } from '@/lib/model/text/format'

const FILL: Readonly<Record<PlanBox['kind'], string>> = {
  reader: 'bg-[color-mix(in_srgb,var(--accent)_22%,var(--surface))] forced-colors:border forced-colors:border-dotted',
  local: 'bg-[color-mix(in_srgb,var(--accent)_48%,var(--surface))] forced-colors:border',
  global: 'bg-[color-mix(in_srgb,var(--fg-3)_42%,var(--surface))] forced-colors:border forced-colors:border-dashed',
}
const KIND_WORD: Readonly<Record<PlanBox['kind'], string>> = { reader: 'read', local: 'local', global: 'global' }

interface WaterfallPanelProps {
  readonly plan: Plan
  readonly lanes: readonly PlanLane[]
}

/** Each shard's time laid end to end; what is neither reading nor a step is hatched. */
export function WaterfallPanel({ plan, lanes }: WaterfallPanelProps) {
  const scale = Math.max(1, ...lanes.map((lane) => lane.totalMs + lane.overlapMs))
  // The module counts whole milliseconds, and 1.5 ms would be written as 2.
  const marks = ticks(scale).filter(Number.isInteger)
  const slowest = slowestLane(lanes)
  const longest = Math.max(...lanes.flatMap((lane) => lane.segments.map((segment) => segment.ms)), 0)
  const overlapping = lanes.filter((lane) => lane.overlapMs > 0)
  return (
    <Panel
      title="Time per shard"
      note="durations only; start times unknown"
      actions={
        <span className="flex gap-3 text-fg-2 max-md:hidden">
          {(['reader', 'local', 'global'] as const).map((kind) => (
            <span key={kind} className="flex items-center gap-1.5">
              <span aria-hidden className={cn('h-2.5 w-3 rounded-[2px]', FILL[kind])} />
              {KIND_WORD[kind]}
            </span>
          ))}
        </span>
      }
      bodyClassName="flex flex-col gap-3 px-3 pb-3"
    >
      <div className="grid grid-cols-[auto_1fr] gap-x-3">
        <div />
        <div />
        {lanes.map((lane) => (
          <LaneRow
            key={lane.shard}
            lane={lane}
            scale={scale}
            longest={longest}
            timed={plan.timed}
            note={
              lane === slowest
                ? 'slowest to finish'
                : lane.shard === plan.initiator && lanes.length > 1
                  ? 'initiator'
                  : undefined
            }
            slowest={lane === slowest}
          />
        ))}
        <div />
        <div aria-hidden className="relative mr-20 h-4 text-axis text-fg-3">
          {marks.map((mark) => (
            <span
              key={mark}
              className="absolute -translate-x-1/2 whitespace-nowrap first:translate-x-0"
              style={{ left: `${(100 * mark) / scale}%` }}
            >
              {mark === 0 ? '0' : formatDuration(mark)}
            </span>
          ))}
        </div>
      </div>
      {overlapping.length > 0 && (
        <p className="text-fg-2 text-small">
          On {plural(overlapping.length, 'shard')} steps overlap: their times add up to more than the total.
        </p>
      )}
    </Panel>
  )
}

interface LaneRowProps {
  readonly lane: PlanLane
  readonly scale: number
  readonly longest: number
  readonly timed: boolean
  readonly note: string | undefined
  readonly slowest: boolean
}

function LaneRow({ lane, scale, longest, timed, note, slowest }: LaneRowProps) {
  const rest = timed ? 'unaccounted' : 'not timed'
  const end = Math.max(lane.totalMs, lane.totalMs + lane.overlapMs)
  return (
    <>
      <div className="flex min-h-10 flex-col justify-center pr-1">
        <ShardName shard={lane.shard} />
        {note && <span className={cn('text-axis', slowest ? 'text-waiting' : 'text-fg-3')}>{note}</span>}
      </div>
      <div className="relative mr-20 flex min-h-10 items-center border-line border-l">
        {lane.segments.map(({ box, startMs, ms }) => (
          <Segment
            key={box.number}
            start={startMs / scale}
            width={ms / scale}
            className={cn(
              FILL[box.kind],
              ms === longest && box.kind !== 'reader' && 'keeps-fill bg-accent text-on-accent',
            )}
            label={`${box.number}`}
            longLabel={`${box.number} ${box.title}`}
            hover={`${box.number} ${box.title}: ${formatDuration(ms)}`}
          />
        ))}
        {lane.unaccountedMs > 0 && (
          <Segment
            start={(lane.totalMs - lane.unaccountedMs) / scale}
            width={lane.unaccountedMs / scale}
            className="hatch border border-line-strong text-fg-2"
            label=""
            longLabel={`${formatDuration(lane.unaccountedMs)} ${rest}`}
            hover={`${formatDuration(lane.unaccountedMs)} ${rest}: waiting, moving records${timed ? '' : ', or in steps'}`}
          />
        )}
        <span
          className="absolute whitespace-nowrap pl-1.5 text-fg-2 text-small"
          style={{ left: `${(100 * end) / scale}%` }}
        >
          {lane.ended || lane.totalMs > 0 ? formatDuration(lane.totalMs) : 'not ended'}
        </span>
      </div>
    </>
  )
}

interface SegmentProps {
  /** Share of the scale. */
  readonly start: number
  readonly width: number
  readonly className: string
  readonly label: string
  readonly longLabel: string
  readonly hover: string
}

function Segment({ start, width, className, label, longLabel, hover }: SegmentProps) {
  return (
    <Tooltip content={hover}>
      <span
        className={cn(
          'absolute flex h-6 items-center overflow-hidden whitespace-nowrap rounded-[3px] border-surface border-r text-axis',
          width > 0.03 && 'px-1',
          width > 0.22 && label === '' && 'justify-center',
          className,
        )}
        style={{ left: `${100 * start}%`, width: `max(2px, ${100 * width}%)` }}
      >
        <span className="truncate">{width > 0.22 ? longLabel : width > 0.03 ? label : ''}</span>
      </span>
    </Tooltip>
  )
}
