'use client'

import { useQuery } from '@tanstack/react-query'
import { History, RotateCcw } from 'lucide-react'
import { useState } from 'react'
import { Unreadable, unreadableIn } from '@/components/shared/text/unreadable'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { keptInWords } from '@/components/shared/use-stored'
import { Badge } from '@/components/ui/badge'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { ChoiceRow } from '@/components/ui/choice-row'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import { EmptyState } from '@/components/ui/empty-state'
import { Skeleton } from '@/components/ui/skeleton'
import { useConnectionName, useRegistrations } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import type { NewDraft } from '@/lib/functions/drafts'
import { submissionOf } from '@/lib/functions/submission'
import { liveRegistrations } from '@/lib/model/record/source'
import type { Registration } from '@/lib/model/registrations/registration'
import { visibleText } from '@/lib/model/text/visible-text'
import type { SavedDraft } from './use-saved-drafts'
import { useVersionList } from './use-versions'
import { answerInWords, timeOf, titleOf, type Version } from './version'
import { VersionDetail } from './version-detail'

interface VersionsDialogProps {
  /** Key of the version that is looked at; empty for the newest; null while the dialog is closed. */
  readonly chosen: string | null
  readonly onChoose: (key: string | null) => void
  readonly kept: readonly SavedDraft[]
  /** The browser stores them. */
  readonly stored: boolean
  /** The script that is shown in the editor. */
  readonly current: string
  /** Sessions that stand; undefined while not known. */
  readonly sessions: readonly string[] | undefined
  readonly onOpen: (draft: NewDraft) => void
}

/** Every source that was submitted from here, each compared with the editor's text or another version. */
export function VersionsDialog({ chosen, onChoose, ...rest }: VersionsDialogProps) {
  return (
    <Dialog open={chosen !== null} onOpenChange={(open) => !open && onChoose(null)}>
      {/* Mounted again for each opening, so that it reads what is in history now. */}
      {chosen !== null && <Content {...rest} chosen={chosen} onChoose={onChoose} />}
    </Dialog>
  )
}

function Content({
  chosen,
  onChoose,
  kept,
  stored,
  current,
  sessions,
  onOpen,
}: Omit<VersionsDialogProps, 'chosen'> & { readonly chosen: string }) {
  const { versions, query, loaded, unread } = useVersionList(kept)
  const [against, setAgainst] = useState('')
  const registrations = useRegistrations() ?? []
  const version = versions.find(({ key }) => key === chosen) ?? versions[0]
  const submission = useSubmissionOf(version, sessions, registrations)
  const other = useSubmissionOf(
    versions.find(({ key }) => key === against),
    sessions,
    registrations,
  )
  const session = submission?.id ?? ''
  const live = version !== undefined && isLive(version, registrations)
  return (
    <DialogContent
      title="Versions"
      description="Everything submitted through Gearboard, plus your drafts; newest first."
      className="w-[min(1040px,calc(100vw-32px))]"
      footer={
        submission && (
          <>
            <Button variant={live ? 'primary' : 'default'} onClick={() => onOpen(submission)}>
              Open in the editor
            </Button>
            {/* The live version is what a roll-back would lead to. */}
            {!live && (
              <Button
                variant="primary"
                icon={RotateCcw}
                disabledReason={rollBackBlocked(session, sessions)}
                onClick={() => onOpen({ ...submission, mode: 'upgrade' })}
              >
                {session === '' ? 'Roll back' : `Roll back session ${session}`}
              </Button>
            )}
          </>
        )
      }
    >
      <div className="flex flex-col gap-3">
        {unread !== undefined && (
          <Banner tone="warning" title="Gearboard is not recording submissions">
            {unread} Submissions from this page are {keptInWords(stored)}.
          </Banner>
        )}
        <Unreadable count={unreadableIn(query.data?.pages)} />
        {!loaded ? (
          <Skeleton className="h-64" />
        ) : !version ? (
          <EmptyState icon={History} title="No versions yet">
            Every script you submit will appear here, with its author and result.
          </EmptyState>
        ) : (
          <div className="grid gap-4 md:grid-cols-[280px_minmax(0,1fr)]">
            <div className="flex min-w-0 flex-col gap-2">
              <ol aria-label="Versions" className="flex flex-col max-md:max-h-56 max-md:overflow-auto">
                {versions.map((one) => (
                  <li key={one.key}>
                    <VersionRow
                      version={one}
                      chosen={one === version}
                      live={isLive(one, registrations)}
                      onChoose={() => onChoose(one.key)}
                    />
                  </li>
                ))}
              </ol>
              {query.hasNextPage && (
                <Button pending={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  Show older
                </Button>
              )}
            </div>
            <VersionDetail
              version={version}
              submission={submission}
              versions={versions}
              against={against}
              onAgainst={setAgainst}
              other={against === '' ? current : other?.script}
            />
          </div>
        )}
      </div>
    </DialogContent>
  )
}

interface VersionRowProps {
  readonly version: Version
  readonly chosen: boolean
  readonly live: boolean
  readonly onChoose: () => void
}

function VersionRow({ version, chosen, live, onChoose }: VersionRowProps) {
  const author = version.kind === 'recorded' ? version.source.author : 'this browser'
  return (
    <ChoiceRow chosen={chosen} onChoose={onChoose} className="rounded-control px-2.5">
      <span className="flex w-full items-center justify-between gap-2">
        <bdi className="min-w-0 truncate font-medium">{visibleText(titleOf(version))}</bdi>
        {live && <Badge tone="ok">live</Badge>}
      </span>
      <span className="flex w-full justify-between gap-2 text-fg-2 text-small">
        <bdi className="min-w-0 truncate">{author === null ? 'anonymous' : visibleText(author)}</bdi>
        <TimeAgo at={timeOf(version)} className="shrink-0" />
      </span>
      <span className="line-clamp-2 text-fg-2 text-small [overflow-wrap:anywhere]">
        {visibleText(answerInWords(version))}
      </span>
    </ChoiceRow>
  )
}

/** What would open in the editor; undefined until the script is read. */
function useSubmissionOf(
  version: Version | undefined,
  sessions: readonly string[] | undefined,
  registrations: readonly Registration[],
): NewDraft | undefined {
  const id = version?.kind === 'recorded' ? version.source.id : ''
  const { data } = useQuery({ ...endpointQuery('source', { connection: useConnectionName(), id }), enabled: id !== '' })
  if (version?.kind === 'kept') {
    const { script, mode, id, description, requirements } = version.draft
    const rest = { replaceWith: '', blocking: false, reinstall: false, from: null, edited: true }
    return { script, mode, id, description, requirements, ...rest }
  }
  if (!version || data?.id !== id) return undefined
  return {
    ...submissionOf(data, sessions, isLive(version, registrations)),
    from: { source: data.id, name: titleOf(version) },
    edited: false,
  }
}

function rollBackBlocked(session: string, sessions: readonly string[] | undefined): string | undefined {
  if (session === '') return 'It was sent without a session name. Open it in the editor and run it.'
  if (sessions === undefined) return 'The server’s sessions are unknown.'
  return sessions.includes(session)
    ? undefined
    : `Session ${session} no longer exists. Open this version in the editor and register it again.`
}

const isLive = (version: Version, registrations: readonly Registration[]): boolean =>
  version.kind === 'recorded' && liveRegistrations(version.source, registrations).length > 0
