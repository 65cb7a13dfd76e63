'use client'

import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { Ban, Trash2, X } from 'lucide-react'
import { type ExecutionAction, noExecutionFits } from '@/components/shared/actions/execution-actions'
import { useActionBlock } from '@/components/shared/actions/use-action-block'
import { Button, IconButton } from '@/components/ui/button'
import type { Execution } from '@/lib/model/executions/execution'
import { ExportSelected } from './export-selected'

interface BulkBarProps {
  readonly selected: readonly Execution[]
  readonly matching: number
  /** More may match that are not loaded. */
  readonly more: boolean
  readonly onSelectAll: () => void
  readonly onAsk: (kind: ExecutionAction) => void
  readonly onClear: () => void
}

/** What can be done with the selection; it takes the table's footer, so that nothing moves. */
export function BulkBar({ selected, matching, more, onSelectAll, onAsk, onClear }: BulkBarProps) {
  const block = useActionBlock()
  const shards = new Set(selected.map((e) => e.shard)).size
  return (
    <>
      <span className="font-semibold text-fg">{formatCount(selected.length)} selected</span>
      <span>started on {plural(shards, 'shard')}</span>
      {matching > selected.length && (
        <Button variant="ghost" size="row" className="text-accent" onClick={onSelectAll}>
          Select all {formatCount(matching)} {more ? 'loaded' : 'matches'}
        </Button>
      )}
      <span className="ml-auto flex flex-wrap items-center gap-2">
        <Button
          size="row"
          icon={Ban}
          disabledReason={block('abort') ?? noExecutionFits('abort', selected)}
          onClick={() => onAsk('abort')}
        >
          Abort
        </Button>
        <Button
          size="row"
          icon={Trash2}
          disabledReason={block('drop') ?? noExecutionFits('drop', selected)}
          onClick={() => onAsk('drop')}
        >
          Drop
        </Button>
        <ExportSelected executions={selected} />
        <IconButton size="row" icon={X} label="Clear selection" onClick={onClear} />
      </span>
    </>
  )
}
