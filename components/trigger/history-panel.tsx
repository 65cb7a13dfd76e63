'use client'

import { History, Pencil, RotateCw, Trash2 } from 'lucide-react'
import { OutcomeBadge } from '@/components/shared/text/outcome'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { keptInWords } from '@/components/shared/use-stored'
import { Button, IconButton } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { formatDuration } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'
import { callLine, type TriggerCall } from '@/lib/model/trigger/trigger-line'
import type { HistoryEntry } from './use-trigger-history'

interface HistoryPanelProps {
  readonly entries: readonly HistoryEntry[]
  /** The browser stores them. */
  readonly kept: boolean
  readonly sendBlocked: string | undefined
  readonly onSend: (call: TriggerCall) => void
  readonly onEdit: (call: TriggerCall) => void
  readonly onClear: () => void
}

/** What was sent from this browser, to send or to change again. */
export function HistoryPanel({ entries, kept, sendBlocked, onSend, onEdit, onClear }: HistoryPanelProps) {
  return (
    <Panel
      title="History"
      note={keptInWords(kept)}
      actions={
        entries.length > 0 && (
          <Button size="row" variant="ghost" icon={Trash2} onClick={onClear}>
            Clear
          </Button>
        )
      }
      bodyClassName="max-h-[70dvh] overflow-auto"
    >
      {entries.length === 0 ? (
        <EmptyState icon={History} title="No calls yet" className="py-8">
          Your calls will appear here, ready to send again.
        </EmptyState>
      ) : (
        <ol>
          {entries.map((entry) => (
            <li key={entry.at} className="border-line border-t px-3 py-1.5">
              <div className="flex items-center justify-between gap-2 text-small">
                <OutcomeBadge outcome={entry.outcome} />
                <span className="text-fg-3">
                  {formatDuration(entry.durationMs)} · <TimeAgo at={entry.at} />
                </span>
              </div>
              <div className="flex items-start justify-between gap-2">
                <p className="line-clamp-2 min-w-0 font-mono text-small [overflow-wrap:anywhere]">
                  {visibleText(callLine(entry.call)).replace(/^RG\./, '')}
                </p>
                <div className="flex shrink-0">
                  <IconButton size="row" label="Edit again" icon={Pencil} onClick={() => onEdit(entry.call)} />
                  <IconButton
                    size="row"
                    label="Send again"
                    icon={RotateCw}
                    disabledReason={sendBlocked}
                    onClick={() => onSend(entry.call)}
                  />
                </div>
              </div>
              <p className="truncate font-mono text-fg-3 text-small">{visibleText(entry.summary)}</p>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  )
}
