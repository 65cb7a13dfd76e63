'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { useMemo } from 'react'
import { PlanFlow, PlanLegend } from '@/components/shared/plan/plan-flow'
import { useFold } from '@/components/shared/plan/use-fold'
import { useConnectionState, useShards } from '@/lib/api/live'
import { effectsOf, lineOf, type ReadScript } from '@/lib/functions/python/script'
import { type ScriptPlan, scriptPlans } from '@/lib/functions/python/script-plan'
import { shapesOf } from '@/lib/model/executions/plan'

/** The steps that each `run` and `register` of the script would build, read off the text: nothing is sent. */
export function ScriptPlanPanel({ script }: { readonly script: ReadScript }) {
  const generation = useConnectionState()?.capability?.generation ?? '1.2'
  const shards = useShards()?.length ?? 1
  const { cannotTell } = effectsOf(script)
  const plans = useMemo(() => scriptPlans(script, generation), [script, generation])
  return (
    <>
      <div className="flex flex-wrap justify-between gap-x-4 px-3 py-2 text-fg-2 text-small">
        <p>Read from the script without sending it: the steps that RedisGears {generation} would plan.</p>
        {plans.some((plan) => 'steps' in plan) && <PlanLegend shards={shards} />}
      </div>
      {plans.map((plan) => (
        <PlanOfAction key={plan.from} plan={plan} shards={shards} />
      ))}
      {cannotTell && (
        <p className="px-3 pb-3">
          The script does not show everything that runs or is registered: {cannotTell.why} (line{' '}
          {lineOf(script, cannotTell.node)}).
        </p>
      )}
      {plans.length === 0 && !cannotTell && (
        <p className="px-3 pb-3 text-fg-3">
          The script does not call run or register on a GearsBuilder, so there is no plan.
        </p>
      )}
    </>
  )
}

function PlanOfAction({ plan, shards }: { readonly plan: ScriptPlan; readonly shards: number }) {
  const label = `${plan.action} on line ${plan.line}`
  if ('problem' in plan)
    return (
      <section aria-label={label} className="px-3 pb-3">
        <h3 className="font-semibold">{label}</h3>
        <p>Cannot read its steps: {plan.problem}</p>
      </section>
    )
  return <ReadPlan plan={plan} label={label} shards={shards} />
}

interface ReadPlanProps {
  readonly plan: Exclude<ScriptPlan, { readonly problem: string }>
  readonly label: string
  readonly shards: number
}

function ReadPlan({ plan, label, shards }: ReadPlanProps) {
  const crosses = ({ type }: { readonly type: string }) => type === 'repartition' || type === 'collect'
  const crossings = plan.steps.filter(crosses).length
  const boxes = shapesOf(
    plan.steps.map((step) => ({ ...step, global: plan.moves !== false && crosses(step) })),
    plan.reader,
  )
  const { shown, toggle } = useFold(boxes)
  return (
    <section aria-label={label}>
      <div className="flex flex-wrap items-center justify-between gap-x-3 px-3 pb-2">
        <h3>
          <span className="font-semibold">{label}</span>: {plan.reader}, then {plural(plan.steps.length, 'step')};{' '}
          {crossingWords(crossings, plan.moves, shards)}
        </h3>
        {toggle}
      </div>
      <PlanFlow label={`Plan of ${label}`} boxes={shown} shards={shards} />
    </section>
  )
}

function crossingWords(crossings: number, moves: boolean | null, shards: number): string {
  if (crossings === 0) return 'records stay on their shard.'
  if (moves === false) return 'runs on one shard, because of its mode.'
  if (moves === null) return `records cross shards at ${crossings}, unless its mode is async_local or sync.`
  return shards > 1 ? `records cross shards at ${crossings}.` : `in a cluster records cross shards at ${crossings}.`
}
