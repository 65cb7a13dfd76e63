'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { Download } from 'lucide-react'
import { ExportFormats } from '@/components/shared/export/export-formats'
import { download } from '@/components/shared/page/download'
import { Button } from '@/components/ui/button'
import { DropdownMenu, DropdownMenuTrigger } from '@/components/ui/dropdown-menu'
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
      <ExportFormats label={`${plural(executions.length, 'execution')} selected`} onChoose={save} />
    </DropdownMenu>
  )
}
