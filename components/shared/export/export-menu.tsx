'use client'

import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { useQuery } from '@tanstack/react-query'
import { CircleStop, Download } from 'lucide-react'
import { useState } from 'react'
import { LOADING } from '@/components/shared/text/words'
import { Button } from '@/components/ui/button'
import { DropdownMenu, DropdownMenuTrigger } from '@/components/ui/dropdown-menu'
import { describeError } from '@/lib/api/call'
import type { ServerExport } from '@/lib/api/exports'
import type { ExportSize } from '@/lib/model/export/export-table'
import { ExportFormats } from './export-formats'
import { useExport } from './use-export'

interface ExportMenuProps {
  /** One row of it: `execution`. */
  readonly noun: string
  readonly from: ServerExport
  /** Why nothing can be exported now. */
  readonly disabledReason?: string
}

/** Exports a whole list, filter and range as they are, streamed by the server. It says how many rows there are before and after. */
export function ExportMenu({ noun, from, disabledReason }: ExportMenuProps) {
  const [open, setOpen] = useState(false)
  const { data, error } = useQuery({ ...from.size, enabled: open, staleTime: 0, gcTime: 0 })
  const { rows, stop, start } = useExport(noun, from)
  if (rows !== undefined)
    return (
      <Button icon={CircleStop} onClick={stop}>
        Stop export ({formatCount(rows)})
      </Button>
    )
  return (
    <DropdownMenu open={open} onOpenChange={setOpen}>
      <DropdownMenuTrigger asChild>
        <Button icon={Download} disabledReason={disabledReason}>
          Export
        </Button>
      </DropdownMenuTrigger>
      <ExportFormats
        label={error ? describeError(error) : data ? `Export ${sizeInWords(data, noun)} as` : LOADING}
        onChoose={(format) => void start(format)}
      />
    </DropdownMenu>
  )
}

const sizeInWords = ({ rows, more }: ExportSize, noun: string): string =>
  more ? `more than ${plural(rows, noun)}` : plural(rows, noun)
