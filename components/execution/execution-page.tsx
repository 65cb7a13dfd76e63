'use client'

import { useMemo, useState } from 'react'
import { usePageTitle } from '@/components/shared/page/page-title'
import { useTab } from '@/components/shared/page/use-tab'
import { AnotherNow } from '@/components/shared/time/another-now'
import { cn } from '@/components/ui/cn'
import { Tab, TabList, TabPanel, Tabs } from '@/components/ui/tabs'
import { useRegistrations } from '@/lib/api/live'
import { allErrors, type ExecutionDetail } from '@/lib/model/executions/execution'
import { executionName, isInFlight } from '@/lib/model/executions/execution-view'
import { lanesOf, planOf } from '@/lib/model/executions/plan'
import { shortenId } from '@/lib/model/text/format'
import { ComparePanel } from './compare-panel'
import { ErrorsPanel } from './errors-panel'
import { ExecutionHeader } from './execution-header'
import { ExecutionLoading, ExecutionLost } from './execution-missing'
import { FunctionPanel } from './function-panel'
import { HeatPanel } from './heat-panel'
import { PlanPanel } from './plan-panel'
import { ProfilingHint } from './profiling-hint'
import { RawPanel } from './raw-panel'
import { ResultsPanel } from './results-panel'
import { ExecutionSourcePanel } from './source-panel'
import { StatePanel } from './state-panel'
import { useExecution } from './use-execution'
import { WaterfallPanel } from './waterfall-panel'

const UNKNOWN = 'unknown function'
const TABS = ['run', 'compare', 'source', 'raw'] as const

/** One execution, by its key in the list. */
export function ExecutionPage({ id }: { readonly id: string }) {
  const { data: execution, error } = useExecution(id)
  if (!execution) return error ? <ExecutionLost id={id} error={error} /> : <ExecutionLoading id={id} />
  return <Known key={id} execution={execution} />
}

/** `doubles 0000…-12, failed`. */
const titleOf = (e: ExecutionDetail): string =>
  `${executionName(e) ?? 'Execution'} ${shortenId(e.id)}, ${isInFlight(e) ? e.status : e.outcome}`

function Known({ execution }: { readonly execution: ExecutionDetail }) {
  usePageTitle(titleOf(execution))
  const tab = useTab(TABS)
  // The execution this page was opened for. It stays the same once it is only remembered.
  const [opened, setOpened] = useState(execution)
  const another = execution.identity !== null && opened.identity !== null && execution.identity !== opened.identity
  return (
    <div className="flex flex-col gap-3">
      <ExecutionHeader execution={execution} />
      {another && (
        <AnotherNow
          noun="execution"
          before={executionName(opened) ?? UNKNOWN}
          now={executionName(execution) ?? UNKNOWN}
          onSeen={() => setOpened(execution)}
        />
      )}
      <Tabs {...tab} className="flex flex-col gap-3">
        <TabList aria-label="Execution views">
          <Tab value="run">Run</Tab>
          <Tab value="compare">Compare</Tab>
          <Tab value="source">Source</Tab>
          <Tab value="raw">Raw reply</Tab>
        </TabList>
        <TabPanel value="run">
          <Run execution={execution} />
        </TabPanel>
        <TabPanel value="compare">
          <ComparePanel execution={execution} />
        </TabPanel>
        <TabPanel value="source">
          <ExecutionSourcePanel execution={execution} />
        </TabPanel>
        <TabPanel value="raw">
          <RawPanel execution={execution} />
        </TabPanel>
      </Tabs>
    </div>
  )
}

function Run({ execution }: { readonly execution: ExecutionDetail }) {
  const reader = useReader(execution)
  const plan = useMemo(
    () => planOf(execution.parts, execution.shard, reader),
    [execution.parts, execution.shard, reader],
  )
  const lanes = useMemo(() => lanesOf(plan, execution.parts), [plan, execution.parts])
  const timed = plan.timed
  const failed = allErrors(execution) > 0
  const errors = <ErrorsPanel execution={execution} />
  const ran = execution.parts.length > 0
  return (
    <div className="flex flex-col gap-3">
      {isInFlight(execution) && <StatePanel execution={execution} />}
      <div className={cn('flex flex-col gap-3', ran && WIDE)}>
        {failed && <div className={LEFT}>{errors}</div>}
        {ran && (
          <div className="col-start-2 row-span-full flex min-w-0 flex-col gap-3">
            <PlanPanel plan={plan} leftOut={Math.max(...execution.parts.map(({ stepsLeftOut = 0 }) => stepsLeftOut))} />
            {!timed && !isInFlight(execution) && <ProfilingHint />}
            <div className={timed ? 'grid gap-3 xl:max-[1919px]:grid-cols-[minmax(0,7fr)_minmax(0,6fr)]' : undefined}>
              {lanes.some((lane) => lane.ended || lane.totalMs > 0) && <WaterfallPanel plan={plan} lanes={lanes} />}
              {timed && <HeatPanel plan={plan} />}
            </div>
          </div>
        )}
        <div className={LEFT}>
          {failed ? (
            <ResultsPanel execution={execution} />
          ) : (
            <div className="grid items-start gap-3 xl:grid-cols-[minmax(0,7fr)_minmax(0,6fr)]">
              <ResultsPanel execution={execution} />
              {errors}
            </div>
          )}
        </div>
        <div className={cn(LEFT, 'empty:hidden')}>
          <FunctionPanel execution={execution} />
        </div>
      </div>
    </div>
  )
}

/** From 1920 px on the plan and its times are beside what came of the run; what is left of their height is under the last panel. */
const WIDE =
  'min-[1920px]:grid min-[1920px]:grid-cols-[minmax(0,1fr)_minmax(0,1fr)] min-[1920px]:grid-rows-[auto_auto_1fr] min-[1920px]:items-start'
const LEFT = 'col-start-1 min-w-0'

/** The reader of the registration that it is linked to; the module itself does not say. */
function useReader({ origin }: ExecutionDetail): string | null {
  const registrations = useRegistrations()
  if (origin.kind !== 'registration') return null
  return registrations?.find(({ id }) => id === origin.registrationId)?.reader ?? null
}
