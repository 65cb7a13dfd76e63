'use client'

import { History } from 'lucide-react'
import { useState } from 'react'
import { TimeAgo } from '@/components/shared/time-ago'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import { EmptyState } from '@/components/ui/empty-state'
import { DiffView } from './diff-view'
import type { Version } from './use-versions'

interface VersionsDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly versions: readonly Version[]
  readonly current: string
  readonly onRestore: (version: Version) => void
}

/** The sources that were sent from this browser, each against what is in the editor now. */
export function VersionsDialog({ open, onOpenChange, versions, current, onRestore }: VersionsDialogProps) {
  const [chosenAt, setChosenAt] = useState<number>()
  const chosen = versions.find((version) => version.at === chosenAt) ?? versions[0]
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent
        title="Versions"
        description="Every source that was sent or set aside in this browser, newest first."
        className="w-[min(920px,calc(100vw-32px))]"
        footer={chosen && <Button onClick={() => onRestore(chosen)}>Restore this version</Button>}
      >
        {!chosen ? (
          <EmptyState icon={History} title="No version yet">
            Each script that you send is kept here.
          </EmptyState>
        ) : (
          <div className="grid gap-4 md:grid-cols-[260px_minmax(0,1fr)]">
            <ol className="flex flex-col">
              {versions.map((version) => (
                <li key={version.at}>
                  <button
                    type="button"
                    aria-pressed={version === chosen}
                    onClick={() => setChosenAt(version.at)}
                    className={cn(
                      'flex w-full flex-col rounded-control px-2.5 py-1.5 text-left hover:bg-hover',
                      version === chosen && 'bg-accent-tint hover:bg-accent-tint',
                    )}
                  >
                    <span className="flex w-full justify-between gap-2">
                      <span className="min-w-0 truncate font-medium">{versionName(version)}</span>
                      <TimeAgo at={version.at} className="shrink-0 text-fg-2 text-small" />
                    </span>
                    <span className="line-clamp-2 text-fg-2 text-small [overflow-wrap:anywhere]">
                      {version.outcome}
                    </span>
                  </button>
                </li>
              ))}
            </ol>
            <div className="min-w-0">
              <DiffView title="this version → in the editor" before={chosen.script} after={current} />
              <pre className="mt-3 overflow-x-auto rounded-control border border-line bg-surface p-2.5 font-mono text-small">
                {chosen.script}
              </pre>
            </div>
          </div>
        )}
      </DialogContent>
    </Dialog>
  )
}

const versionName = ({ id, description, mode }: Version): string =>
  (mode !== 'run' && (id || description)) || (mode === 'run' ? 'run once' : 'unnamed session')
