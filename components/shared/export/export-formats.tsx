import { Braces, FileSpreadsheet } from 'lucide-react'
import { DropdownMenuContent, DropdownMenuItem, DropdownMenuLabel } from '@/components/ui/dropdown-menu'
import { EXPORT_FORMATS, type ExportFormat } from '@/lib/model/export/export-table'

const FORMATS = {
  csv: { icon: FileSpreadsheet, label: 'CSV' },
  jsonl: { icon: Braces, label: 'JSON lines' },
} as const satisfies Record<ExportFormat, object>

interface ExportFormatsProps {
  /** What is exported, and how much of it. */
  readonly label: string
  readonly onChoose: (format: ExportFormat) => void
}

/** The content of a menu that exports: one entry a format. */
export function ExportFormats({ label, onChoose }: ExportFormatsProps) {
  return (
    <DropdownMenuContent>
      <DropdownMenuLabel>{label}</DropdownMenuLabel>
      {EXPORT_FORMATS.map((format) => (
        <DropdownMenuItem key={format} icon={FORMATS[format].icon} onSelect={() => onChoose(format)}>
          {FORMATS[format].label}
        </DropdownMenuItem>
      ))}
    </DropdownMenuContent>
  )
}
