'use client'

import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { CircleCheck, CircleQuestionMark, TrendingDown, TrendingUp } from 'lucide-react'
import { registrationPath } from '@/components/shared/page/paths'
import { type StateLook, StateWord } from '@/components/shared/text/outcome'
import { Banner } from '@/components/ui/banner'
import { EmptyState } from '@/components/ui/empty-state'
import { PageLink } from '@/components/ui/page-link'
import { Panel } from '@/components/ui/panel'
import { type PlainColumn, PlainTable } from '@/components/ui/plain-table'
import { Skeleton } from '@/components/ui/skeleton'
import { describeError } from '@/lib/api/call'
import { useConnectionName } from '@/lib/api/live'
import type { Growth, GrowthOfRuns, GrowthSubject } from '@/lib/model/record/growth'
import { formatSpan } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'
import { estimateInWords, growthInWords } from './growth-words'

const LOOKS: Readonly<Record<Exclude<GrowthOfRuns['verdict'], 'uncertain'>, StateLook>> = {
  grows: { icon: TrendingUp, tone: 'failed', word: 'grows' },
  shrinks: { icon: TrendingDown, tone: 'ok', word: 'shrinks' },
  flat: { icon: CircleCheck, tone: 'ok', word: 'no measurable growth' },
  unclear: { icon: CircleQuestionMark, tone: 'unknown', word: 'not enough data' },
}

const lookOf = (row: GrowthOfRuns): StateLook =>
  row.verdict === 'uncertain'
    ? {
        icon: CircleQuestionMark,
        tone: row.bytesPerRun.value > 0 ? 'waiting' : 'unknown',
        word: row.bytesPerRun.value > 0 ? 'may grow' : 'may shrink',
      }
    : LOOKS[row.verdict]

const COLUMNS: readonly PlainColumn<GrowthOfRuns>[] = [
  {
    id: 'function',
    header: 'Function',
    className: 'min-w-56',
    cell: ({ functions }) => <Subjects functions={functions} />,
  },
  { id: 'runs', header: 'Runs', align: 'right', cell: ({ runs }) => formatCount(runs) },
  { id: 'verdict', header: 'Verdict', cell: (row) => <StateWord look={lookOf(row)} /> },
  {
    id: 'bytes',
    header: 'Per run, with its 95 % interval',
    className: 'w-full',
    cell: (row) =>
      row.verdict === 'unclear' ? (
        <span className="text-fg-3">{row.why}</span>
      ) : (
        <span>{estimateInWords(row.bytesPerRun)}</span>
      ),
  },
]

function Subjects({ functions }: { readonly functions: readonly GrowthSubject[] }) {
  const connection = useConnectionName()
  return (
    <span className="whitespace-normal">
      {functions.map(({ name, registrationId }, i) => (
        <span key={registrationId ?? name}>
          {i > 0 && <span className="text-fg-3"> with </span>}
          {registrationId === null ? (
            <bdi>{visibleText(name)}</bdi>
          ) : (
            <PageLink href={registrationPath(connection, registrationId)} className="text-accent hover:underline">
              <bdi>{visibleText(name)}</bdi>
            </PageLink>
          )}
        </span>
      ))}
    </span>
  )
}

const rowKey = ({ functions }: GrowthOfRuns): string =>
  functions.map(({ name, registrationId }) => registrationId ?? name).join(' ')

interface GrowthPanelProps {
  readonly growth: Growth | undefined
  readonly error: Error | null
}

/** What each run of a function leaves behind, as far as figures can tell. */
export function GrowthPanel({ growth: data, error }: GrowthPanelProps) {
  return (
    <Panel title="Growth per run" note={data && `over ${plural(data.spans, 'span')} of ${formatSpan(data.stepMs)}`}>
      {error ? (
        <Banner tone="warning" title="Growth is unavailable" className="m-3">
          {describeError(error)}
        </Banner>
      ) : !data ? (
        <Skeleton className="m-3 h-80" />
      ) : (
        <>
          <p className="px-3 pb-2 text-fg-2">{growthInWords(data)}</p>
          {data.functions.length > 0 ? (
            <PlainTable label="Growth per run" rows={data.functions} columns={COLUMNS} rowKey={rowKey} />
          ) : (
            <EmptyState icon={CircleQuestionMark} title="Not enough data">
              A function needs 30 runs in the time range. Choose a longer time range.
            </EmptyState>
          )}
          {data.functions.length > 0 && data.others > 0 && (
            <p className="px-3 py-2 text-fg-3 text-small">
              {plural(data.others, 'other function')} ran too rarely to measure.
            </p>
          )}
        </>
      )}
    </Panel>
  )
}
