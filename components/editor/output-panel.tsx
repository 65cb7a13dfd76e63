'use client'

import { isOver } from '@gearboard/gears/vocabulary/execution'
import { plural } from '@gearboard/gears/vocabulary/text'
import type { ResultValue } from '@gearboard/gears/vocabulary/value'
import { Ban, CirclePlay, ExternalLink } from 'lucide-react'
import { useState } from 'react'
import { carriedOut } from '@/components/shared/command/carried-out'
import { useAskProduction } from '@/components/shared/command/production-guard'
import { useManagementBlock } from '@/components/shared/command/write-block'
import { HiddenErrorHint, ProfiledRunState } from '@/components/shared/profiling/profiled-run'
import { type ReplyForm, ReplyFormControl, ReplyView } from '@/components/shared/reply/reply-view'
import { ErrorText } from '@/components/shared/text/error-text'
import { Elapsed } from '@/components/shared/text/figures'
import { Id } from '@/components/shared/text/id'
import { OutcomeBadge } from '@/components/shared/text/outcome'
import { TimeInFlight } from '@/components/shared/time/time-in-flight'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { PageLink } from '@/components/ui/page-link'
import { Tab, TabList, TabPanel, Tabs } from '@/components/ui/tabs'
import { toast } from '@/components/ui/toaster'
import { ApiError, describeError } from '@/lib/api/call'
import { useConnectionName } from '@/lib/api/live'
import { useAbort } from '@/lib/api/mutations'
import type { ReadScript } from '@/lib/functions/python/script'
import type { ExecutionDetail } from '@/lib/model/executions/execution'
import { executionBlocked } from '@/lib/model/executions/execution-blocked'
import { endedByItself } from '@/lib/model/executions/execution-view'
import { isOverridable, withheldInWords } from '@/lib/model/executions/withheld'
import { formatDuration } from '@/lib/model/text/format'
import { NewRegistrations } from './new-registrations'
import type { SubmitState } from './run'
import { ScriptPlanPanel } from './script-plan-panel'
import { errorsLeftOut, errorsOf } from './use-run'

interface OutputPanelProps {
  /** The script as it is in the editor. */
  readonly script: ReadScript
  readonly run: SubmitState
  /** The background execution; undefined while unknown. */
  readonly execution: ExecutionDetail | undefined
  /** Line of the script that raised the first error; null if unknown. */
  readonly failingLine: number | null
  readonly onShowLine: () => void
  /** Waits no longer for the reply. */
  readonly onGiveUp: () => void
}

/** Below the code: what the script would plan; the state of the last run, its results, its errors, what it registered. */
export function OutputPanel({ script, run, execution, failingLine, onShowLine, onGiveUp }: OutputPanelProps) {
  const [form, setForm] = useState<ReplyForm>('tree')
  const [chosen, setChosen] = useState<string>()
  const errors = errorsOf(run, execution)
  const leftOut = errorsLeftOut(run, execution)
  const results = resultsOf(run, execution)
  const registered = run.state === 'replied' && run.reply.kind === 'registered' ? run.reply.registrations : []
  const natural = errors.length > 0 ? 'errors' : registered.length > 0 ? 'registrations' : 'results'
  // The tab with content, until the user chooses one; a new run starts over.
  const tab = chosen === undefined || run.state === 'sending' ? natural : chosen
  return (
    <section aria-label="Output" className="flex min-h-0 flex-col rounded-panel border border-line bg-surface">
      <Tabs value={tab} onValueChange={setChosen} className="flex min-h-0 flex-1 flex-col">
        <div className="flex flex-wrap items-stretch justify-between gap-x-4 border-line border-b px-3">
          <TabList className="border-b-0">
            <Tab value="results" count={results?.count}>
              Results
            </Tab>
            <Tab value="errors" count={errors.length + leftOut}>
              Errors
            </Tab>
            {registered.length > 0 && (
              <Tab value="registrations" count={registered.length}>
                Registrations
              </Tab>
            )}
            <Tab value="plan">Plan</Tab>
          </TabList>
          <div aria-live="polite" className="flex flex-wrap items-center gap-x-3 gap-y-1 py-1 text-fg-2 text-small">
            <RunState run={run} execution={execution} onGiveUp={onGiveUp} />
            {tab === 'results' && results && results.values.length > 0 && (
              <ReplyFormControl value={form} onValueChange={setForm} />
            )}
          </div>
        </div>
        <div className="min-h-0 flex-1 overflow-auto">
          <TabPanel value="results" className="px-3 py-2">
            <Results run={run} execution={execution} results={results} form={form} />
          </TabPanel>
          <TabPanel value="errors" className="flex flex-col gap-2 px-3 py-2">
            <HiddenErrorHint errors={errors} />
            {errors.length === 0 && <p className="py-2 text-fg-3">No errors.</p>}
            {run.state === 'refused' ? (
              <Refusal error={run.error} />
            ) : (
              errors.map((text, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: error texts may be equal
                <ErrorText key={i} text={text} open={i === 0} />
              ))
            )}
            {leftOut > 0 && <p className="text-fg-3 text-small">and {plural(leftOut, 'other')}, left out</p>}
            {failingLine !== null && (
              <div>
                <Button size="row" onClick={onShowLine}>
                  Show line {failingLine}
                </Button>
              </div>
            )}
          </TabPanel>
          <TabPanel value="registrations" className="px-3 py-2">
            <NewRegistrations ids={registered} requirements={run.state === 'replied' ? run.sent.requirements : []} />
          </TabPanel>
          <TabPanel value="plan">
            <ScriptPlanPanel script={script} />
          </TabPanel>
        </div>
      </Tabs>
    </section>
  )
}

interface Results {
  readonly values: readonly ResultValue[]
  /** All of them; more than `values` where the answer was cut. */
  readonly count: number
}

function resultsOf(run: SubmitState, execution: ExecutionDetail | undefined): Results | undefined {
  if (run.state !== 'replied') return undefined
  if (run.reply.kind === 'finished') return { values: run.reply.results, count: run.reply.resultCount }
  if (!execution?.results) return undefined
  return { values: execution.results, count: execution.resultCount ?? execution.results.length }
}

function RunState({ run, execution, onGiveUp }: Pick<OutputPanelProps, 'run' | 'execution' | 'onGiveUp'>) {
  switch (run.state) {
    case 'idle':
      return null
    case 'sending':
      return (
        <span className="inline-flex items-center gap-2">
          <OutcomeBadge outcome="running" /> <Elapsed from={run.since} />
          <Button size="row" onClick={onGiveUp}>
            Stop waiting
          </Button>
        </span>
      )
    case 'refused':
      return <OutcomeBadge outcome={carriedOut(run.error) === 'unknown' ? 'unknown' : 'failed'} />
    case 'replied':
      break
  }
  const { reply } = run
  switch (reply.kind) {
    case 'registered':
      return (
        <span>
          {plural(reply.registrations.length, 'registration')} came
          {reply.unanswered !== undefined && `, as each shard lists; the server did not answer (${reply.unanswered})`}
        </span>
      )
    case 'nothing':
      return <span>The top level ran; it started no execution and registered nothing</span>
    case 'finished':
      return (
        <>
          <OutcomeBadge outcome={reply.outcome} />
          <span>in {formatDuration(reply.durationMs)}, then dropped from the server</span>
        </>
      )
    case 'started':
      return (
        <>
          {run.profiled && <ProfiledRunState id={reply.executionId} />}
          <Following key={reply.executionId} id={reply.executionId} execution={execution} />
        </>
      )
  }
}

/** A background execution: its state, a link to it, and a button to abort it. */
function Following({ id, execution }: { readonly id: string; readonly execution: ExecutionDetail | undefined }) {
  const connection = useConnectionName()
  const abort = useAbort()
  const blocked = useManagementBlock()
  const over = execution !== undefined && isOver(execution.outcome)
  // The run that was started here: after a restart of the server the id may be another one's.
  const [identity, setIdentity] = useState(execution?.identity ?? null)
  if (identity === null && execution && execution.identity !== null) setIdentity(execution.identity)
  const another = execution !== undefined && execution.identity !== null && execution.identity !== identity
  const blockedNow = another
    ? 'The server has restarted and lost this run.'
    : execution
      ? executionBlocked.abort(execution)
      : 'Not listed yet.'
  const askProduction = useAskProduction()
  const stop = async () => {
    const confirmed = identity !== null && (await askProduction({ effect: 'Abort this run' }))
    if (!confirmed) return
    try {
      const { reached } = await abort.mutateAsync({ id: execution?.key ?? id, seen: [identity], ...confirmed })
      const otherwise = endedByItself(reached)
      if (otherwise !== undefined) toast.warning('Not aborted', { description: otherwise })
    } catch (error) {
      toast.error('Abort failed', { description: describeError(error) })
    }
  }
  return (
    <>
      {execution ? <OutcomeBadge outcome={execution.outcome} /> : <span>started</span>}
      {execution && (
        <span>
          {over ? `in ${formatDuration(execution.durationMs)} of work` : <TimeInFlight execution={execution} />}
        </span>
      )}
      <PageLink
        href={`/${encodeURIComponent(connection)}/executions/${encodeURIComponent(execution?.key ?? id)}`}
        className="inline-flex items-center gap-1 text-accent hover:underline"
      >
        <Id id={id} /> <ExternalLink aria-hidden className="size-3" />
      </PageLink>
      {!over && (
        <Button
          size="row"
          variant="danger"
          icon={Ban}
          pending={abort.isPending}
          disabledReason={blocked ?? blockedNow}
          onClick={stop}
        >
          Abort
        </Button>
      )}
    </>
  )
}

interface ResultsBodyProps extends Pick<OutputPanelProps, 'run' | 'execution'> {
  readonly results: Results | undefined
  readonly form: ReplyForm
}

function Results({ run, execution, results, form }: ResultsBodyProps) {
  if (run.state === 'idle')
    return (
      <EmptyState icon={CirclePlay} title="No output yet" className="py-6">
        Results and errors will appear here.
      </EmptyState>
    )
  if (run.state === 'sending')
    return <p className="py-2 text-fg-2">Sent. You can keep editing; the reply will appear here.</p>
  if (run.state === 'refused')
    return (
      <p className="py-2 text-fg-3">
        {carriedOut(run.error) === 'no' ? 'It did not run. See Errors.' : 'No results. See Errors.'}
      </p>
    )
  if (run.reply.kind === 'registered')
    return <p className="py-2 text-fg-3">Registered: results appear when its events fire.</p>
  if (run.reply.kind === 'nothing') return <p className="py-2 text-fg-3">The script started no run: no results.</p>
  if (!results && execution && isOver(execution.outcome) && execution.withheld)
    return <Withheld execution={execution} withheld={execution.withheld} />
  if (results && results.values.length === 0 && results.count > 0)
    return (
      <p className="py-2 text-fg-3">
        {plural(results.count, 'result')}, too large to show here. Turn off Wait for the result, run it again, and open
        its page.
      </p>
    )
  if (!results || results.values.length === 0) {
    const running = run.reply.kind === 'started' && !(execution && isOver(execution.outcome))
    return <p className="py-2 text-fg-3">{running ? 'Results appear when it has finished.' : 'No results.'}</p>
  }
  return (
    <>
      <ReplyView results={results.values} form={form} />
      {results.count > results.values.length && (
        <p className="mt-2 text-fg-3 text-small">
          The first {plural(results.values.length, 'result')} of {results.count.toLocaleString('en')}.
        </p>
      )}
    </>
  )
}

/** Explains why Gearboard did not read the results; the execution's page can read them anyway. */
function Withheld({
  execution,
  withheld,
}: {
  readonly execution: ExecutionDetail
  readonly withheld: NonNullable<ExecutionDetail['withheld']>
}) {
  const connection = useConnectionName()
  const { title, text } = withheldInWords(withheld, execution.id, execution.resultCount)
  return (
    <EmptyState title={title} className="py-6">
      {text}{' '}
      <PageLink
        href={`/${encodeURIComponent(connection)}/executions/${encodeURIComponent(execution.key)}`}
        className="text-accent hover:underline"
      >
        {isOverridable(withheld) ? 'Its page can read them' : 'Open the execution'}
      </PageLink>
    </EmptyState>
  )
}

const TITLES = {
  no: 'It did not run',
  partly: 'Some shards did not accept it',
  unknown: 'We don’t know whether it ran',
} as const

/** The server's words where it refused; else what kept the script from it. */
function Refusal({ error }: { readonly error: unknown }) {
  if (error instanceof ApiError && error.code === 'rejected') return <ErrorText text={error.message} open />
  const fate = carriedOut(error)
  return (
    <Banner tone={fate === 'unknown' ? 'silent' : 'failed'} title={TITLES[fate]}>
      <span className="whitespace-pre-wrap [overflow-wrap:anywhere]">{describeError(error)}</span>
    </Banner>
  )
}
