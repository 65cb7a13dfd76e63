'use client'

import { formatCount } from '@gearboard/gears/vocabulary/text'
import { TriangleAlert } from 'lucide-react'
import { ScrollRegion } from '@/components/shared/text/scroll-region'
import { ShardName } from '@/components/shared/text/shard-name'
import { Panel } from '@/components/ui/panel'
import { heat, type Plan, type PlanBox, skewOf } from '@/lib/model/executions/plan'

/** Above this the cell takes the full accent, whose text colour is tested against it; below, the page's text stays readable. */
const FULL = 0.9
const STRONGEST_MIX = 58

const figure = (ms: number): string =>
  ms > 0 && ms < 10 ? ms.toFixed(1).replace(/\.0$/, '') : formatCount(Math.round(ms))

/** Shards × steps, ms: one hue on a square-root scale, the number in every cell. */
export function HeatPanel({ plan }: { readonly plan: Plan }) {
  const max = Math.max(0, ...plan.boxes.map((box) => box.slowest?.ms ?? 0))
  const skew = skewOf(plan)
  return (
    <Panel
      title="Shards × steps"
      note="ms"
      actions={
        <span className="flex items-center gap-1.5 text-fg-2">
          0
          {[0.15, 0.35, 0.55, 0.75, 1].map((strength) => (
            <span
              key={strength}
              aria-hidden
              className="keeps-fill h-2.5 w-3.5 rounded-[2px]"
              style={{ background: fill(strength) }}
            />
          ))}
          {figure(max)}
        </span>
      }
      bodyClassName="flex flex-col gap-2 px-3 pb-3"
    >
      <ScrollRegion label="Shards and steps">
        <table
          aria-label="Time per shard and step, ms"
          className="w-full table-fixed border-separate border-spacing-0.5"
          style={{ minWidth: 64 + 50 * plan.boxes.length }}
        >
          <thead>
            <tr className="text-axis text-fg-3">
              <th className="w-14 font-normal">
                <span className="sr-only">Shard</span>
              </th>
              {plan.boxes.map((box) => (
                <th key={box.number} scope="col" title={box.title} className="truncate px-0.5 text-right font-normal">
                  {box.number} {nameOf(box)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {plan.shards.map((shard, row) => (
              <tr key={shard}>
                <th scope="row" className="pr-2 text-left font-normal">
                  <ShardName shard={shard} />
                </th>
                {plan.boxes.map((box) => {
                  const ms = box.times[row] ?? null
                  const strength = ms === null ? 0 : heat(ms, max)
                  return (
                    <td
                      key={box.number}
                      className="h-7 rounded-[3px] px-2 text-right text-small"
                      style={
                        ms === null
                          ? undefined
                          : { background: fill(strength), color: strength > FULL ? 'var(--on-accent)' : undefined }
                      }
                    >
                      {ms === null ? <span className="text-fg-3">–</span> : figure(ms)}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {skew && (
        <p className="flex items-center gap-2 text-fg-2 text-small">
          <TriangleAlert aria-hidden className="text-waiting" />
          <span>
            {skew.box.title} took{' '}
            {Number.isFinite(skew.factor) ? `${skew.factor.toFixed(1)} times longer` : 'all its time'} on{' '}
            <ShardName shard={skew.shard} />.
          </span>
        </p>
      )}
    </Panel>
  )
}

const nameOf = ({ kind, type, title }: PlanBox): string =>
  kind === 'reader' ? 'read' : title === 'lambda' ? type : title

const fill = (strength: number): string =>
  strength > FULL
    ? 'var(--accent)'
    : `color-mix(in srgb, var(--accent) ${Math.round(6 + strength * (STRONGEST_MIX - 6))}%, var(--surface))`
