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
import { executionsCsv, executionsJson } from './export'

interface ExportMenuProps {
  readonly executions: readonly Execution[]
  /** `that match`, `selected`. */
  readonly which: string
  readonly size?: 'default' | 'row'
}

export function ExportMenu({ executions, which, size }: ExportMenuProps) {
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button
          icon={Download}
          size={size}
          disabledReason={executions.length === 0 ? 'No execution matches the filter.' : undefined}
        >
          Export
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent>
        <DropdownMenuLabel>
          {plural(executions.length, 'execution')} {which}
        </DropdownMenuLabel>
        <DropdownMenuItem
          icon={FileSpreadsheet}
          onSelect={() => download('executions', 'csv', executionsCsv(executions))}
        >
          CSV
        </DropdownMenuItem>
        <DropdownMenuItem icon={Braces} onSelect={() => download('executions', 'json', executionsJson(executions))}>
          JSON
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
