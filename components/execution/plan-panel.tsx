'use client'

import { Fragment } from 'react'
import { ScrollRegion } from '@/components/shared/scroll-region'
import { type StrandShape, Strands } from '@/components/shared/strands'
import { cn } from '@/components/ui/cn'
import { Panel } from '@/components/ui/panel'
import { Tooltip } from '@/components/ui/tooltip'
import { formatDuration } from '@/lib/model/format'
import type { Plan, PlanBox } from '@/lib/model/plan'
import { visibleText } from '@/lib/model/visible-text'

/** The reader and the steps as boxes in data-flow order, each with its slowest shard's time and share. */
export function PlanPanel({ plan }: { readonly plan: Plan }) {
  const shards = plan.shards.length
  const slowest = plan.timed ? slowestBox(plan) : undefined
  return (
    <Panel
      title="Plan"
      note={
        plan.timed
          ? `data-flow order; each box shows its slowest shard and share of ${formatDuration(plan.totalMs)}`
          : 'data-flow order'
      }
      actions={
        <span className="flex gap-4 text-fg-2 max-md:hidden">
          <Legend shape="parallel" strands={shards}>
            local, per shard
          </Legend>
          <Legend shape="cross" strands={shards}>
            global, crosses shards
          </Legend>
        </span>
      }
    >
      <ScrollRegion label="Plan" className="px-3 pb-3">
        <ol className="flex min-w-fit items-stretch">
          {plan.boxes.map((box, index) => (
            <Fragment key={box.number}>
              {index > 0 && <Strands shape={shapeBefore(box, plan.boxes[index - 1])} strands={shards} />}
              <Box box={box} plan={plan} slowest={box === slowest} />
            </Fragment>
          ))}
        </ol>
      </ScrollRegion>
    </Panel>
  )
}

function Box({ box, plan, slowest }: { readonly box: PlanBox; readonly plan: Plan; readonly slowest: boolean }) {
  const oneShard = box.afterCollect && plan.shards.length > 1
  return (
    <li
      className={cn(
        'flex min-w-26 flex-[1_1_0px] flex-col rounded-control border bg-raised px-2 py-1.5',
        box.kind === 'global' ? 'border-fg-3 border-dashed' : 'border-line-strong',
      )}
    >
      <span className="flex justify-between gap-1 whitespace-nowrap text-axis text-fg-3">
        <span className="min-w-0 truncate">
          {box.number} {box.type}
        </span>
        {box.kind === 'global' ? 'global' : oneShard ? '1 shard' : ''}
      </span>
      <Tooltip content={<span className="font-mono">{visibleText(box.reported)}</span>}>
        <span className={cn('truncate font-mono text-small', box.builtIn ? 'text-fg-2' : 'font-semibold')}>
          {visibleText(box.title)}
        </span>
      </Tooltip>
      <span className="flex justify-between gap-2 text-small">
        <span className={cn(slowest ? 'font-semibold text-waiting' : box.slowest?.ms ? 'font-semibold' : 'text-fg-3')}>
          {box.slowest ? formatDuration(box.slowest.ms) : plan.timed ? '–' : 'not timed'}
        </span>
        {box.share !== null && <span className="text-fg-3">{Math.round(box.share * 100)} %</span>}
      </span>
      <span aria-hidden className="mt-1.5 h-1 overflow-hidden rounded-full bg-hover">
        <span className="block h-full bg-running-fill" style={{ width: `${100 * Math.min(1, box.share ?? 0)}%` }} />
      </span>
    </li>
  )
}

function slowestBox(plan: Plan): PlanBox | undefined {
  const [first] = plan.boxes
    .filter((box) => box.slowest !== null && box.slowest.ms > 0)
    .toSorted((a, b) => (b.slowest?.ms ?? 0) - (a.slowest?.ms ?? 0))
  return first
}

function shapeBefore(box: PlanBox, before: PlanBox | undefined): StrandShape {
  if (box.afterCollect && before?.type === 'collect') return 'one'
  if (box.afterCollect) return 'one'
  if (box.type === 'repartition') return 'cross'
  if (box.type === 'collect') return 'merge'
  return 'parallel'
}

function Legend(props: { readonly shape: StrandShape; readonly strands: number; readonly children: string }) {
  return (
    <span className="flex items-center gap-1.5">
      <Strands shape={props.shape} strands={Math.max(2, props.strands)} className="h-3 w-6" />
      {props.children}
    </span>
  )
}
