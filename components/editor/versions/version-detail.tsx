'use client'

import { executionPath } from '@/components/shared/page/paths'
import { CodeLines } from '@/components/shared/text/code-lines'
import { ErrorText } from '@/components/shared/text/error-text'
import { Id } from '@/components/shared/text/id'
import { Badge } from '@/components/ui/badge'
import { CopyButton } from '@/components/ui/copy-button'
import { PageLink } from '@/components/ui/page-link'
import { Select } from '@/components/ui/select'
import { Skeleton } from '@/components/ui/skeleton'
import { useConnectionName } from '@/lib/api/live'
import type { Submission } from '@/lib/functions/submission'
import { visibleText } from '@/lib/model/text/visible-text'
import { SourceDiff } from '../code/source-diff'
import { answerInWords, titleOf, type Version } from './version'

interface VersionDetailProps {
  readonly version: Version
  /** Undefined until its script is read. */
  readonly submission: Submission | undefined
  readonly versions: readonly Version[]
  /** Key of the version that it is compared with; empty for the editor's text. */
  readonly against: string
  readonly onAgainst: (key: string) => void
  /** The text that it is compared with; undefined until it is read. */
  readonly other: string | undefined
}

/** How a version was sent, what became of it, and how it differs from another text. */
export function VersionDetail({ version, submission, versions, against, onAgainst, other }: VersionDetailProps) {
  const options = [
    { value: EDITOR, label: 'current draft' },
    ...versions
      .filter(({ key }) => key !== version.key)
      .map((one) => ({ value: one.key, label: visibleText(titleOf(one)) })),
  ]
  return (
    <section aria-label={titleOf(version)} className="flex min-w-0 flex-col gap-3">
      <Facts version={version} submission={submission} />
      {!submission ? (
        <Skeleton className="h-40" />
      ) : (
        <>
          <div className="flex flex-wrap items-center gap-2">
            <span className="text-fg-2 text-small">Compare with</span>
            <Select
              label="Compare with"
              value={against === '' ? EDITOR : against}
              options={options}
              onValueChange={(next) => onAgainst(next === EDITOR ? '' : next)}
              className="max-w-full"
            />
          </div>
          {other === undefined ? (
            <Skeleton className="h-20" />
          ) : (
            <SourceDiff
              title={`this version → ${against === '' ? 'current draft' : 'the other version'}`}
              before={submission.script}
              after={other}
            />
          )}
          <details className="group" open={other === submission.script}>
            <summary className="w-fit cursor-pointer text-fg-2 text-small marker:text-fg-3 hover:text-fg">
              Show the whole source
            </summary>
            <div className="relative mt-2 rounded-control border border-line bg-surface">
              <div className="absolute top-1 right-1">
                <CopyButton label="Copy source" size="row" text={submission.script} />
              </div>
              <CodeLines label="Source" code={submission.script} className="max-h-96" />
            </div>
          </details>
        </>
      )}
    </section>
  )
}

/** The Select takes no empty value. */
const EDITOR = 'editor'

function Facts({ version, submission }: Pick<VersionDetailProps, 'version' | 'submission'>) {
  const connection = useConnectionName()
  const source = version.kind === 'recorded' ? version.source : undefined
  const facts = [
    ['Session', submission?.id === '' ? 'unnamed' : submission?.id],
    ['Description', submission?.description === '' ? 'none' : submission?.description],
    ['Sent as', source ? optionsInWords(source.options) : undefined],
  ] as const
  return (
    <div className="flex flex-col gap-1.5">
      <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-0.5">
        {facts.map(
          ([name, value]) =>
            value !== undefined && (
              <div key={name} className="contents">
                <dt className="text-fg-3">{name}</dt>
                <dd className="min-w-0 [overflow-wrap:anywhere]">{visibleText(value)}</dd>
              </div>
            ),
        )}
        <dt className="text-fg-3">Requirements</dt>
        <dd className="flex min-w-0 flex-wrap gap-1">
          {submission?.requirements.length
            ? submission.requirements.map((one) => (
                <Badge key={one} className="font-mono">
                  {one}
                </Badge>
              ))
            : 'none'}
        </dd>
        <dt className="text-fg-3">Reply</dt>
        <dd className="min-w-0 [overflow-wrap:anywhere]">{visibleText(answerInWords(version))}</dd>
        {source?.executionId != null && (
          <>
            <dt className="text-fg-3">Execution</dt>
            <dd>
              <PageLink href={executionPath(connection, source.executionId)} className="text-accent hover:underline">
                <Id id={source.executionId} />
              </PageLink>
            </dd>
          </>
        )}
      </dl>
      {source?.error != null && <ErrorText text={source.error} />}
    </div>
  )
}

function optionsInWords(options: Readonly<Record<string, string | boolean>>): string {
  const words = [
    options.upgrade === true && 'UPGRADE',
    typeof options.replaceWith === 'string' && `REPLACE_WITH ${options.replaceWith}`,
    options.forceReinstallRequirements === true && 'FORCE_REINSTALL_REQUIREMENTS',
    options.blocking !== true && 'UNBLOCKING',
  ].filter((word) => word !== false)
  return words.length > 0 ? words.join(', ') : 'a blocking run'
}
