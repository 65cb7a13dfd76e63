'use client'

import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { errorTitle, frameInScript } from '@gearboard/gears/vocabulary/traceback'
import { CircleCheck, Pencil } from 'lucide-react'
import { versionPath } from '@/components/shared/page/paths'
import { HiddenErrorHint } from '@/components/shared/profiling/profiled-run'
import { LongText } from '@/components/shared/text/bounded-text'
import { CodeLines } from '@/components/shared/text/code-lines'
import { ScrollRegion } from '@/components/shared/text/scroll-region'
import { ShardName } from '@/components/shared/text/shard-name'
import { LinkButton } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { Skeleton } from '@/components/ui/skeleton'
import { useConnectionName } from '@/lib/api/live'
import { allErrors, type ExecutionDetail } from '@/lib/model/executions/execution'
import { isInFlight } from '@/lib/model/executions/execution-view'
import { visibleText } from '@/lib/model/text/visible-text'
import { type ErrorGroup, errorGroups, readErrors } from './error-groups'
import { type RunSource, useRunSource } from './use-run-source'

/** Lines of the script shown around the failing one. */
const AROUND = 3

/** The errors by cause: traceback unfolded, and the failing line of the script where it is known. */
export function ErrorsPanel({ execution }: { readonly execution: ExecutionDetail }) {
  const { source, pending } = useRunSource(execution)
  const groups = errorGroups(execution)
  const count = readErrors(groups)
  const all = allErrors(execution)
  const read = all > count ? `, the first ${formatCount(count)} ${execution.live ? 'read' : 'kept'}` : ''
  return (
    <Panel
      title="Errors"
      note={count === 0 ? undefined : `${plural(all, 'error')}${read}, ${plural(groups.length, 'signature')}`}
      actions={
        count > 0 && (
          <CopyButton
            withText
            size="row"
            label="Copy"
            text={() => groups.map((group) => group.report.text).join('\n\n')}
          />
        )
      }
      bodyClassName="border-line border-t"
    >
      {count === 0 ? (
        <NoErrors execution={execution} />
      ) : (
        <>
          <HiddenErrorHint errors={execution.errors} />
          <ul className="divide-y divide-line">
            {groups.map((group) => (
              <Group key={group.signature} group={group} source={source} pending={pending} />
            ))}
          </ul>
        </>
      )}
    </Panel>
  )
}

/** As high as the button that opens the source, and the lines around the failing one. */
const LinesLoading = () => (
  <>
    <Skeleton className="h-6 max-md:h-15" />
    <Skeleton className="h-[150px]" />
  </>
)

interface ErrorGroupProps {
  readonly group: ErrorGroup
  readonly source: RunSource | undefined
  /** The source may still come. */
  readonly pending: boolean
}

function Group({ group, source, pending }: ErrorGroupProps) {
  const { report, count, shards } = group
  const frame = source && frameInScript(report, source.script)
  return (
    <li className="flex flex-col gap-2 px-3 py-2">
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className="min-w-0 font-mono font-semibold text-failed [overflow-wrap:anywhere]">
          {visibleText(errorTitle(report))}
        </span>
        <span className="text-fg-2 text-small">
          {count > 1 && `${formatCount(count)} times `}
          {shards.length > 0 && 'on '}
          {shards.map((shard) => (
            <ShardName key={shard} shard={shard} className="mr-1.5" />
          ))}
        </span>
      </p>
      {source && frame && (
        <>
          <div className="flex flex-wrap items-center justify-between gap-2">
            <p className="text-fg-2 text-small">
              {frame.function}, line {frame.line} of <SourceName source={source} />
            </p>
            <OpenLine source={source} line={frame.line} />
          </div>
          <CodeLines
            label="Lines around the failing line"
            code={source.script}
            failing={[frame.line]}
            from={Math.max(1, frame.line - AROUND)}
            to={frame.line + AROUND}
            className="rounded-control border border-line bg-canvas"
          />
        </>
      )}
      {pending && !source && report.frames.length > 0 && <LinesLoading />}
      {report.text !== errorTitle(report) && (
        <ScrollRegion label="Traceback" className="max-h-80">
          <pre className="whitespace-pre-wrap break-words font-mono text-fg-2 text-small">
            <LongText text={report.text} />
          </pre>
        </ScrollRegion>
      )}
    </li>
  )
}

function SourceName({ source: { inferred } }: { readonly source: RunSource }) {
  if (!inferred) return 'the submitted script'
  return (
    <>
      <bdi>{visibleText(inferred.name)}</bdi> v{inferred.version} (inferred)
    </>
  )
}

/** Opens the live version where another one has replaced the one that ran; the line, where that has it. */
function OpenLine({ source: { opens }, line }: { readonly source: RunSource; readonly line: number }) {
  const connection = useConnectionName()
  const there = opens.lineOf(line)
  return (
    <span className="flex flex-wrap items-center gap-2 text-fg-2 text-small">
      {opens.replacement !== null && (
        <span>
          <bdi>{visibleText(opens.replacement)}</bdi> is live
          {there === null && ' and does not have this line'}
        </span>
      )}
      <LinkButton size="row" icon={Pencil} href={versionPath(connection, opens.id, there ?? undefined)}>
        {there === null ? 'Open in editor' : `Open in editor at line ${there}`}
      </LinkButton>
    </span>
  )
}

function NoErrors({ execution }: { readonly execution: ExecutionDetail }) {
  if (isInFlight(execution))
    return <EmptyState title="No errors yet">RedisGears reports errors when the execution ends.</EmptyState>
  if (execution.outcome === 'unknown')
    return <EmptyState title="Unknown">Removed from the server before its errors were read.</EmptyState>
  return <EmptyState icon={CircleCheck} title="No errors" />
}
