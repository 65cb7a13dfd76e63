'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { Braces, Download, FileSpreadsheet } from 'lucide-react'
import { download } from '@/components/shared/page/download'
import { Button } from '@/components/ui/button'
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu'
import type { Execution } from '@/lib/model/executions/execution'
import { EXECUTION_COLUMNS } from '@/lib/model/export/export-columns'
import { type ExportFormat, exportHead, exportRows } from '@/lib/model/export/export-table'

/** Exports the selected executions, which the page has. */
export function ExportSelected({ executions }: { readonly executions: readonly Execution[] }) {
  const save = (format: ExportFormat) =>
    download('executions', format, [
      exportHead(EXECUTION_COLUMNS, format),
      exportRows(EXECUTION_COLUMNS, format, executions),
    ])
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button icon={Download} size="row">
          Export
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent>
        <DropdownMenuLabel>{plural(executions.length, 'execution')} selected</DropdownMenuLabel>
        <DropdownMenuItem icon={FileSpreadsheet} onSelect={() => save('csv')}>
          CSV
        </DropdownMenuItem>
        <DropdownMenuItem icon={Braces} onSelect={() => save('jsonl')}>
          JSON lines
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
