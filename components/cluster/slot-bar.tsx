'use client'

import { SLOTS } from '@gearboard/gears/vocabulary/slots'
import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react'
import { cn } from '@/components/ui/cn'
import { useWidth } from '@/components/ui/use-width'
import type { ShardState } from '@/lib/model/cluster/shard'
import { rangesInWords, shareInWords, slotCount } from '@/lib/model/cluster/shard-order'
import { listInWords } from '@/lib/model/text/format'
import type { Stretch } from './slot-ring'

const percent = (slot: number): string => `${(100 * slot) / SLOTS}%`

/** Width of a letter of the names and of the ranges, px. */
const NAME_LETTER = 7.5
const RANGE_LETTER = 6
const BETWEEN = 14

/** Ranges that the line below the bar lists. */
const RANGES_SHOWN = 6

interface SlotBarProps {
  /** By first slot. */
  readonly stretches: readonly Stretch[]
  readonly shards: readonly ShardState[]
  /** The one of a key that is looked up. */
  readonly slot: number | undefined
}

/** The slots from end to end. Any stretch is named on hover, by touch and, with the arrow keys, on focus; it is named in its place where it is wide enough. */
export function SlotBar({ stretches, shards, slot }: SlotBarProps) {
  const frame = useRef<HTMLDivElement>(null)
  const width = useWidth(frame) ?? 0
  const [focused, setFocused] = useState(0)
  const [chosen, setChosen] = useState<number>()
  const here = chosen === undefined ? undefined : stretches[chosen]
  const at = Math.min(focused, Math.max(0, stretches.length - 1))
  const inFocus = stretches[at]

  const pointed = ({ clientX, currentTarget }: PointerEvent<HTMLDivElement>) => {
    const box = currentTarget.getBoundingClientRect()
    const under = ((clientX - box.left) / box.width) * SLOTS
    const index = stretches.findIndex(({ range: [first, last] }) => first <= under && under <= last + 1)
    setChosen(index < 0 ? undefined : index)
  }
  const moved = (event: KeyboardEvent) => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: stretches.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    const next = Math.min(stretches.length - 1, Math.max(0, to))
    setFocused(next)
    setChosen(next)
  }
  return (
    <div ref={frame}>
      <div aria-hidden className="relative h-5">
        {stretches.map(({ range: [first, last], shard, name }) => {
          const room = ((last - first + 1) / SLOTS) * width
          const range = `${formatCount(first)} – ${formatCount(last)}`
          const nameWidth = name.length * NAME_LETTER
          if (room < nameWidth + 4) return null
          return (
            <p
              key={`${shard.key}-${first}`}
              className="absolute whitespace-nowrap text-axis"
              style={{ left: percent(first) }}
            >
              <span className="font-mono text-small">{name}</span>
              {room >= nameWidth + range.length * RANGE_LETTER + BETWEEN && (
                <span className="ml-1.5 text-fg-3">{range}</span>
              )}
            </p>
          )
        })}
      </div>
      <div
        role="slider"
        tabIndex={0}
        aria-label="Slots by shard"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, stretches.length - 1)}
        aria-valuenow={at}
        aria-valuetext={inFocus ? stretchInWords(inFocus) : 'no slots'}
        onFocus={() => setChosen(at)}
        onBlur={() => setChosen(undefined)}
        onKeyDown={moved}
        onPointerMove={pointed}
        onPointerDown={pointed}
        onPointerLeave={() => setChosen(undefined)}
        className="hatch relative mt-1 h-6 rounded-[2px]"
      >
        {stretches.map(({ range: [first, last], shard, color }) => (
          <div
            key={`${shard.key}-${first}`}
            className={cn(
              'keeps-fill absolute inset-y-0 rounded-[2px] border-surface border-r transition-opacity',
              here && here.shard.key !== shard.key && 'opacity-45',
            )}
            style={{
              left: percent(first),
              width: percent(last - first + 1),
              background: shard.state === 'silent' ? 'var(--failed-fill)' : color,
            }}
          />
        ))}
        {slot !== undefined && (
          <div
            aria-hidden
            className="absolute -inset-y-1 w-0.5 -translate-x-1/2 bg-fg keeps-fill"
            style={{ left: percent(slot) }}
          >
            <span className="absolute top-1/2 left-1/2 size-2.5 -translate-1/2 rounded-full border-2 border-fg bg-surface" />
          </div>
        )}
      </div>
      <div aria-hidden className="mt-2 flex justify-between border-line-strong border-t pt-1 text-axis text-fg-3">
        {[0, 0.25, 0.5, 0.75].map((part) => (
          <span key={part}>{formatCount(part * SLOTS)}</span>
        ))}
        <span>{formatCount(SLOTS - 1)}</span>
      </div>
      <p className="mt-1 line-clamp-2 min-h-5 text-fg-2 text-small max-md:min-h-10">
        {here ? stretchInWords(here) : allInWords(shards, stretches)}
      </p>
    </div>
  )
}

/** `31c5 · 127.0.0.1:30709 · 1,365 slots: 0–1,364` */
function stretchInWords({ shard, name }: Stretch): string {
  const { slots, address, state } = shard
  const more = slots.length - RANGES_SHOWN
  return [
    name,
    address,
    state === 'silent' && 'silent',
    `${plural(slotCount(slots), 'slot')}: ${rangesInWords(slots.slice(0, RANGES_SHOWN))}${more > 0 ? ` and ${plural(more, 'more range')}` : ''}`,
  ]
    .filter((part) => part !== false)
    .join(' · ')
}

/** The whole map in a line: how slots are divided, and which shards are silent. */
function allInWords(shards: readonly ShardState[], stretches: readonly Stretch[]): string {
  const silent = shards.filter(({ state }) => state === 'silent')
  const names = silent.map(({ key }) => stretches.find(({ shard }) => shard.key === key)?.name ?? key)
  const share = `${plural(shards.length, 'shard')}, ${shareInWords(shards)}.`
  return silent.length === 0 ? share : `${share} Silent: ${listInWords(names)}.`
}
