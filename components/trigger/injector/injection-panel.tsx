'use client'

import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { Zap } from 'lucide-react'
import { executionPath, registrationPath } from '@/components/shared/page/paths'
import { ErrorText } from '@/components/shared/text/error-text'
import { Elapsed } from '@/components/shared/text/figures'
import { Id } from '@/components/shared/text/id'
import { OutcomeBadge } from '@/components/shared/text/outcome'
import { ShardName } from '@/components/shared/text/shard-name'
import { Banner } from '@/components/ui/banner'
import { EmptyState } from '@/components/ui/empty-state'
import { PageLink } from '@/components/ui/page-link'
import { Panel } from '@/components/ui/panel'
import { type PlainColumn, PlainTable } from '@/components/ui/plain-table'
import { describeError } from '@/lib/api/call'
import { useConnectionName, useExecutions } from '@/lib/api/live'
import { formatDuration } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'
import { type FiredRegistration, hasFired, type InjectionReport } from '@/lib/model/trigger/injection'

/** What became of the last event. */
export type Injecting =
  | { readonly state: 'idle' }
  /** ms since the epoch. */
  | { readonly state: 'watching'; readonly key: string; readonly since: number }
  | { readonly state: 'seen'; readonly report: InjectionReport }
  | { readonly state: 'failed'; readonly key: string; readonly error: unknown }

export function InjectionPanel({ injecting }: { readonly injecting: Injecting }) {
  return (
    <Panel title="Fired registrations" note="as observed">
      <div aria-live="polite" aria-busy={injecting.state === 'watching'} className="border-line border-t">
        <Body injecting={injecting} />
      </div>
    </Panel>
  )
}

function Body({ injecting }: { readonly injecting: Injecting }) {
  switch (injecting.state) {
    case 'idle':
      return (
        <EmptyState icon={Zap} title="No test event yet" className="py-8">
          Send an event to see which registrations fire, how their counters change, and which executions start.
        </EmptyState>
      )
    case 'watching':
      return (
        <p className="px-3 py-2 text-fg-2">
          Watching counters on every shard: <Elapsed from={injecting.since} />
        </p>
      )
    case 'failed':
      return (
        <div className="p-3">
          <Banner tone="failed" title="The event was not sent">
            <span className="whitespace-pre-wrap">{describeError(injecting.error)}</span>
          </Banner>
        </div>
      )
    case 'seen':
      return <Report report={injecting.report} />
  }
}

const COUNTERS: readonly PlainColumn<FiredRegistration>[] = [
  { id: 'name', header: 'Registration', cell: (row) => <Name row={row} /> },
  { id: 'reader', header: 'Reader', cell: ({ reader }) => reader },
  { id: 'triggered', header: 'Triggered', align: 'right', cell: ({ grew }) => count(grew.triggered) },
  { id: 'success', header: 'Success', align: 'right', cell: ({ grew }) => count(grew.success) },
  {
    id: 'failures',
    header: 'Failed',
    align: 'right',
    cell: ({ grew }) => (
      <span className={grew.failures > 0 ? 'font-semibold text-failed' : ''}>{count(grew.failures)}</span>
    ),
  },
  { id: 'aborted', header: 'Aborted', align: 'right', cell: ({ grew }) => count(grew.aborted) },
  { id: 'pending', header: 'Unfinished', align: 'right', cell: ({ pending }) => count(pending) },
]

const COLUMNS: readonly PlainColumn<FiredRegistration>[] = [
  { id: 'reaches', header: 'This event', cell: (row) => <Verdict row={row} /> },
  ...COUNTERS,
]

const count = (n: number) => (n === 0 ? <span className="text-fg-3">0</span> : formatCount(n))

function Name({ row: { id, name } }: { readonly row: FiredRegistration }) {
  return (
    <PageLink href={registrationPath(useConnectionName(), id)} className="font-medium text-accent hover:underline">
      <bdi>{visibleText(name)}</bdi>
    </PageLink>
  )
}

function Verdict({ row }: { readonly row: FiredRegistration }) {
  if (hasFired(row)) return <span className="font-semibold">fired it</span>
  return <span className="text-fg-2">{UNFIRED[row.reaches]}</span>
}

/** Why a registration that has the key did not fire. */
const UNFIRED: Readonly<Record<FiredRegistration['reaches'], string>> = {
  yes: 'matches the key but did not fire',
  perhaps: 'did not fire it',
  other_events: 'matches the key, but not this event',
  other_types: 'matches the key, but not this type',
  no: 'does not match the key',
}

const rowKey = ({ id }: FiredRegistration): string => id

function Report({ report }: { readonly report: InjectionReport }) {
  const { registrations, executions, silent } = report
  const concerned = registrations.filter(({ reaches }) => reaches !== 'no')
  const others = registrations.filter(({ reaches }) => reaches === 'no')
  const failed = concerned.filter((one) => one.error !== null)
  return (
    <div className="flex flex-col gap-3 py-3 *:mx-3">
      <p className="text-fg-2">
        <span className="font-mono text-fg [overflow-wrap:anywhere]">{visibleText(report.key)}</span> was written in
        slot {formatCount(report.slot)}
        {report.shard !== null && (
          <>
            {' '}
            on <ShardName shard={report.shard} swatch />
          </>
        )}
        ; the server answered <span className="font-mono">{visibleText(report.written)}</span>. Watched for{' '}
        {formatDuration(report.watchedMs)}.{' '}
        {report.expiresInS === null
          ? 'The key does not expire.'
          : `The key expires after ${plural(report.expiresInS, 'second')}, which is another event.`}
      </p>
      {silent.length > 0 && (
        <Banner tone="silent" title={`${plural(silent.length, 'shard')} did not report`}>
          Fired registrations on {silent.join(', ')} is not known.
        </Banner>
      )}
      {concerned.length === 0 ? (
        <p className="text-fg-3">No registration has this key.</p>
      ) : (
        <PlainTable
          label="Registrations that fired"
          rows={concerned}
          columns={COLUMNS}
          rowKey={rowKey}
          className="!mx-0 border-line border-y"
        />
      )}
      {failed.map(({ id, name, error }) => (
        <div key={id}>
          <p className="text-fg-2">The last error of {visibleText(name)}:</p>
          <ErrorText text={error ?? ''} open />
        </div>
      ))}
      <Executions ids={executions} />
      {others.length > 0 && (
        <details className="!mx-0">
          <summary className="mx-3 cursor-pointer text-fg-2">
            {plural(others.length, 'registration')} of other keys fired meanwhile, for other reasons
          </summary>
          <PlainTable
            label="Registrations that fired for other reasons"
            rows={others}
            columns={COUNTERS}
            rowKey={rowKey}
            className="mt-2 border-line border-y"
          />
        </details>
      )}
    </div>
  )
}

function Executions({ ids }: { readonly ids: readonly string[] }) {
  const connection = useConnectionName()
  const executions = useExecutions()
  if (ids.length === 0)
    return (
      <p className="text-fg-3">
        No execution is listed that was not before. Those of sync functions and of commands never stay listed.
      </p>
    )
  return (
    <div>
      <h3 className="mb-1 text-fg-3 text-small">Executions that came meanwhile, of any registration</h3>
      <ul className="flex flex-wrap gap-x-4 gap-y-1">
        {ids.map((id) => {
          const known = executions?.find((one) => one.id === id)
          return (
            <li key={id} className="inline-flex items-center gap-2">
              {known && <OutcomeBadge outcome={known.outcome} />}
              <PageLink href={executionPath(connection, known?.key ?? id)} className="text-accent hover:underline">
                <Id id={id} />
              </PageLink>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
