'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { PlanFlow, PlanLegend } from '@/components/shared/plan/plan-flow'
import { useFold } from '@/components/shared/plan/use-fold'
import { cn } from '@/components/ui/cn'
import { Panel } from '@/components/ui/panel'
import type { Plan, PlanBox } from '@/lib/model/executions/plan'
import { formatDuration } from '@/lib/model/text/format'

interface PlanPanelProps {
  readonly plan: Plan
  /** Steps at its end that the record has no room for. */
  readonly leftOut: number
}

/** The reader and the steps, each with its slowest shard's time and share. */
export function PlanPanel({ plan, leftOut }: PlanPanelProps) {
  const shards = plan.shards.length
  const slowest = plan.timed ? slowestBox(plan) : undefined
  // Where the time went is never folded.
  const { shown, toggle } = useFold(plan.boxes, (box) => box === slowest)
  return (
    <Panel
      title="Plan"
      note={[
        'data-flow order',
        plan.timed && `each box shows its slowest shard and share of ${formatDuration(plan.totalMs)}`,
        leftOut > 0 && `history leaves out ${plural(leftOut, 'later step')}`,
      ]
        .filter((words) => words !== false)
        .join('; ')}
      actions={
        <>
          {toggle}
          <PlanLegend shards={shards} />
        </>
      }
    >
      <PlanFlow label="Plan" boxes={shown} shards={shards}>
        {(box) => <Times box={box} timed={plan.timed} slowest={box === slowest} />}
      </PlanFlow>
    </Panel>
  )
}

interface TimesProps {
  readonly box: PlanBox
  readonly timed: boolean
  readonly slowest: boolean
}

function Times({ box, timed, slowest }: TimesProps) {
  return (
    <>
      <span className="flex justify-between gap-2 text-small">
        <span className={cn(slowest ? 'font-semibold text-waiting' : box.slowest?.ms ? 'font-semibold' : 'text-fg-3')}>
          {box.slowest ? formatDuration(box.slowest.ms) : timed ? '–' : 'not timed'}
        </span>
        {box.share !== null && <span className="text-fg-3">{Math.round(box.share * 100)} %</span>}
      </span>
      <span aria-hidden className="keeps-fill mt-1.5 h-1 overflow-hidden rounded-full bg-hover">
        <span className="block h-full bg-running-fill" style={{ width: `${100 * Math.min(1, box.share ?? 0)}%` }} />
      </span>
    </>
  )
}

function slowestBox(plan: Plan): PlanBox | undefined {
  const [first] = plan.boxes
    .filter((box) => box.slowest !== null && box.slowest.ms > 0)
    .toSorted((a, b) => (b.slowest?.ms ?? 0) - (a.slowest?.ms ?? 0))
  return first
}
