'use client'

import { formatCount } from '@gearboard/gears/vocabulary/text'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { CircleCheck, GitCompareArrows, History } from 'lucide-react'
import { parseAsInteger, parseAsString, useQueryStates } from 'nuqs'
import { type FormEvent, type ReactNode, useState } from 'react'
import {
  diffExecutions,
  diffInWords,
  type ExecutionDiff,
  isSameFunction,
  type Measured,
  type StepPair,
} from '@/components/execution/execution-diff'
import { executionPath } from '@/components/shared/page/paths'
import { Duration } from '@/components/shared/text/figures'
import { OutcomeBadge } from '@/components/shared/text/outcome'
import { ShardName } from '@/components/shared/text/shard-name'
import { LOADING } from '@/components/shared/text/words'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Field, Input } from '@/components/ui/input'
import { PageLink } from '@/components/ui/page-link'
import { Panel } from '@/components/ui/panel'
import { type PlainColumn, PlainTable } from '@/components/ui/plain-table'
import { Select } from '@/components/ui/select'
import { Skeleton } from '@/components/ui/skeleton'
import { describeError } from '@/lib/api/call'
import { useConnectionName } from '@/lib/api/live'
import { endpointPages, endpointQuery } from '@/lib/api/query'
import type { ExecutionDetail } from '@/lib/model/executions/execution'
import type { PlanBox } from '@/lib/model/executions/plan'
import { quoteValue } from '@/lib/model/filter/filter'
import type { RememberedExecution } from '@/lib/model/record/history'
import { formatClock, formatDuration, shortenId } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'

const OFFERED = 50

/** This run beside another one, which the address names (`with`, and `epoch` of one under a key that several had). */
export function ComparePanel({ execution }: { readonly execution: ExecutionDetail }) {
  const connection = useConnectionName()
  const [other, setOther] = useQueryStates({ with: parseAsString, withEpoch: parseAsInteger })
  const key = other.with
  const { data, error } = useQuery({
    ...endpointQuery('execution', { connection, id: key ?? '', epoch: other.withEpoch ?? undefined }),
    enabled: key !== null,
  })
  return (
    <div className="flex flex-col gap-3">
      <Panel title="Compare with" bodyClassName="flex flex-wrap items-end gap-3 px-3 pb-3">
        <OtherRuns
          execution={execution}
          value={key === null ? '' : choiceOf(key, other.withEpoch)}
          onChoose={(run) => void setOther({ with: run.key, withEpoch: run.epoch })}
        />
        <ById onChoose={(id) => void setOther({ with: id, withEpoch: null })} />
      </Panel>
      {key === null ? (
        <EmptyState icon={GitCompareArrows} title="Choose another run">
          Its times, counts and steps appear beside those of this run.
        </EmptyState>
      ) : error ? (
        <Banner tone="failed" title="Cannot show the other run">
          {describeError(error)}
        </Banner>
      ) : data ? (
        <Comparison here={execution} there={data} epoch={other.withEpoch} />
      ) : (
        <Skeleton className="h-40" />
      )}
    </div>
  )
}

const choiceOf = (key: string, epoch: number | null): string => (epoch === null ? key : `${key} ${epoch}`)

interface OtherRunsProps {
  readonly execution: ExecutionDetail
  readonly value: string
  readonly onChoose: (run: RememberedExecution) => void
}

/** The newest runs in history of the same function; one click leads to the run before this one, and to the last that was ok. */
function OtherRuns({ execution, value, onChoose }: OtherRunsProps) {
  const connection = useConnectionName()
  const { origin } = execution
  const name = origin.kind === 'unknown' ? null : origin.name
  const { data } = useInfiniteQuery({
    ...endpointPages('historyExecutions', { connection, q: `function:${quoteValue(name ?? '')}` }),
    enabled: name !== null,
  })
  const before = useRunBefore(execution)
  if (name === null) return <p className="text-fg-2">Unknown function. Enter the id of another run.</p>
  const runs = (data?.pages[0]?.executions ?? []).filter((run) => isAnotherRun(run, execution)).slice(0, OFFERED)
  const earlier = before.filter(
    (run) => !runs.some((each) => choiceOf(each.key, each.epoch) === choiceOf(run.key, run.epoch)),
  )
  const offered = [...runs, ...earlier]
  if (offered.length === 0)
    return <p className="text-fg-2">{data ? 'No other recorded runs of this function.' : LOADING}</p>
  const previous = before[0]
  const good = before.find(({ outcome }) => outcome === 'ok')
  return (
    <>
      <Button
        icon={History}
        disabledReason={previous ? undefined : 'No earlier recorded run of this function.'}
        onClick={() => previous && onChoose(previous)}
      >
        Previous run
      </Button>
      <Button
        icon={CircleCheck}
        disabledReason={good ? undefined : 'None of the recent runs before this one succeeded.'}
        onClick={() => good && onChoose(good)}
      >
        Last successful run
      </Button>
      <Select
        label="Another run of this function"
        value={value}
        className="max-w-full"
        options={[
          ...(offered.some((run) => choiceOf(run.key, run.epoch) === value) ? [] : [{ value, label: 'Choose a run…' }]),
          ...offered.map((run) => ({ value: choiceOf(run.key, run.epoch), label: runInWords(run) })),
        ]}
        onValueChange={(chosen) => {
          const run = offered.find((each) => choiceOf(each.key, each.epoch) === chosen)
          if (run) onChoose(run)
        }}
      />
    </>
  )
}

/** Runs of the same function that were first seen before this one, newest first. */
function useRunBefore(execution: ExecutionDetail): readonly RememberedExecution[] {
  const { origin, firstSeen } = execution
  const { data } = useInfiniteQuery({
    ...endpointPages('historyExecutions', {
      connection: useConnectionName(),
      q: `function:${quoteValue(origin.kind === 'unknown' ? '' : origin.name)}`,
      to: firstSeen,
    }),
    enabled: origin.kind !== 'unknown',
  })
  return (data?.pages[0]?.executions ?? []).filter((run) => isAnotherRun(run, execution))
}

const isAnotherRun = (run: RememberedExecution, execution: ExecutionDetail): boolean =>
  isSameFunction(run, execution) && (run.key !== execution.key || run.firstSeen !== execution.firstSeen)

const runInWords = (run: RememberedExecution): string =>
  `${run.outcome}, ${formatClock(run.firstSeen)}, ${formatDuration(run.durationMs)}, ${shortenId(run.id)}`

function ById({ onChoose }: { readonly onChoose: (id: string) => void }) {
  const [id, setId] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (id.trim() !== '') onChoose(id.trim())
  }
  return (
    <form onSubmit={submit} className="flex items-end gap-2">
      <Field label="Or the id of any execution">
        {(control) => (
          <Input {...control} mono className="w-64" value={id} onChange={(event) => setId(event.target.value)} />
        )}
      </Field>
      <Button type="submit" disabledReason={id.trim() === '' ? 'Enter an id first.' : undefined}>
        Compare
      </Button>
    </form>
  )
}

interface ComparisonProps {
  readonly here: ExecutionDetail
  readonly there: ExecutionDetail
  /** Of the other, where the address names one. */
  readonly epoch: number | null
}

interface FactRow {
  readonly name: string
  readonly here: ReactNode
  readonly there: ReactNode
}

const factColumns: readonly PlainColumn<FactRow>[] = [
  { id: 'name', header: '', cell: ({ name }) => <span className="text-fg-3">{name}</span> },
  { id: 'here', header: 'This run', cell: ({ here }) => here },
  { id: 'there', header: 'Other run', cell: ({ there }) => there },
]

function Comparison({ here, there, epoch }: ComparisonProps) {
  const connection = useConnectionName()
  const diff = diffExecutions(here, there)
  const facts: readonly FactRow[] = [
    { name: 'outcome', here: <OutcomeBadge outcome={here.outcome} />, there: <OutcomeBadge outcome={there.outcome} /> },
    factOf('duration', diff, ({ durationMs }) => formatDuration(durationMs)),
    factOf('results', diff, ({ results }) => formatCount(results)),
    factOf('errors', diff, ({ errors }) => formatCount(errors)),
    factOf('shards that answered', diff, ({ answered, shards }) => `${answered} of ${shards}`),
    { name: 'started by', here: <ShardName shard={here.shard} />, there: <ShardName shard={there.shard} /> },
    { name: 'first seen', here: formatClock(here.firstSeen), there: formatClock(there.firstSeen) },
  ]
  return (
    <>
      <Panel
        title={diffInWords(diff)}
        actions={
          <PageLink
            href={executionPath(connection, there.key, epoch ?? undefined)}
            className="text-accent underline underline-offset-2"
          >
            Open the other run
          </PageLink>
        }
      >
        <PlainTable label="Both runs" rows={facts} columns={factColumns} rowKey={({ name }) => name} />
      </Panel>
      <Panel title="Steps side by side" note={stepsNote(diff)}>
        <PlainTable
          label="Steps of both runs"
          rows={diff.steps}
          columns={stepColumns}
          rowKey={({ here: a, there: b }) => `${a?.number ?? ''}-${b?.number ?? ''}`}
        />
      </Panel>
    </>
  )
}

const factOf = (name: string, { here, there }: ExecutionDiff, words: (run: Measured) => string): FactRow => ({
  name,
  here: words(here),
  there: words(there),
})

function stepsNote({ samePlan, timed }: ExecutionDiff): string {
  const plans = samePlan ? 'same plan' : 'different plans'
  return timed ? `${plans}; times of the slowest shard` : `${plans}; step times need ProfileExecutions on for both runs`
}

const stepColumns: readonly PlainColumn<StepPair>[] = [
  { id: 'here', header: 'This run', cell: ({ here }) => <Step box={here} /> },
  { id: 'hereMs', header: 'Time', align: 'right', cell: ({ here }) => <StepTime box={here} /> },
  { id: 'there', header: 'Other run', cell: ({ there }) => <Step box={there} /> },
  { id: 'thereMs', header: 'Time', align: 'right', cell: ({ there }) => <StepTime box={there} /> },
  { id: 'change', header: 'Change', align: 'right', cell: ({ here, there }) => changeOf(here, there) },
]

function Step({ box }: { readonly box: PlanBox | undefined }) {
  if (!box) return <span className="text-waiting">not in its plan</span>
  return (
    <span>
      <span className="text-fg-3">{box.number}</span> {box.type}{' '}
      <bdi className="font-semibold">{visibleText(box.title)}</bdi>
    </span>
  )
}

function StepTime({ box }: { readonly box: PlanBox | undefined }) {
  if (!box?.slowest) return <span className="text-fg-3">–</span>
  return (
    <span>
      <Duration ms={box.slowest.ms} />
      {box.share !== null && <span className="text-fg-3"> {Math.round(100 * box.share)} %</span>}
    </span>
  )
}

function changeOf(here: PlanBox | undefined, there: PlanBox | undefined): string {
  const [a, b] = [here?.slowest?.ms, there?.slowest?.ms]
  if (a === undefined || b === undefined) return '–'
  if (a === b) return 'the same'
  return a > b ? `+${formatDuration(a - b)}` : `−${formatDuration(b - a)}`
}
