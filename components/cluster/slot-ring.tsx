import type { SlotRange } from '@gearboard/gears/vocabulary/shard'
import { SLOTS } from '@gearboard/gears/vocabulary/slots'
import type { ShardState } from '@/lib/model/cluster/shard'

/** A stretch of slots and who holds it, drawn in the bar and in the ring alike. */
export interface Stretch {
  readonly range: SlotRange
  readonly shard: ShardState
  readonly name: string
  readonly color: string
}

const SIZE = 200
const RADIUS = 82
const WIDTH = 20
/** Between stretches, in slots: about a degree. */
const GAP = 40

/** A point of the ring; slot 0 is at the top, clockwise. */
function at(slot: number, radius: number): string {
  const angle = (2 * Math.PI * slot) / SLOTS - Math.PI / 2
  return `${(SIZE / 2 + radius * Math.cos(angle)).toFixed(2)} ${(SIZE / 2 + radius * Math.sin(angle)).toFixed(2)}`
}

function arc(first: number, last: number): string {
  const end = Math.max(first + 1, last - GAP)
  return `M${at(first, RADIUS)}A${RADIUS} ${RADIUS} 0 ${end - first > SLOTS / 2 ? 1 : 0} 1 ${at(end, RADIUS)}`
}

interface SlotRingProps {
  readonly stretches: readonly Stretch[]
  readonly slot: number | undefined
  readonly shards: number
}

/** The same map as a ring: shares are seen at a glance. */
export function SlotRing({ stretches, slot, shards }: SlotRingProps) {
  const [x, y] = slot === undefined ? [] : at(slot, RADIUS).split(' ')
  return (
    <svg aria-hidden viewBox={`0 0 ${SIZE} ${SIZE}`} className="mx-auto size-50 max-md:hidden">
      <circle cx={SIZE / 2} cy={SIZE / 2} r={RADIUS} fill="none" stroke="var(--line)" strokeWidth={WIDTH} />
      {stretches.map(({ range: [first, last], shard, color }) => (
        <path key={`${shard.key}-${first}`} d={arc(first, last)} fill="none" stroke={color} strokeWidth={WIDTH} />
      ))}
      {slot !== undefined && <circle cx={x} cy={y} r="5" fill="var(--surface)" stroke="var(--fg)" strokeWidth="2" />}
      <text x="50%" y="50%" textAnchor="middle" className="fill-fg font-semibold text-figure">
        {shards}
      </text>
      <text x="50%" y="60%" textAnchor="middle" className="fill-fg-2 text-small">
        {shards === 1 ? 'shard' : 'shards'}
      </text>
    </svg>
  )
}
