import { Columns3 } from 'lucide-react'
import { Button } from '@/components/ui/button'
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu'
import { isRequired } from './chosen-columns'
import type { ColumnChoice } from './use-columns'

/** The menu of a list's columns. On a narrow list some have no room even when chosen; on a phone hardly any has, so the menu is not there. */
export function ColumnChooser<Row>({ columns }: { readonly columns: ColumnChoice<Row> }) {
  const { all, shown, toggle } = columns
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button icon={Columns3} className="max-md:hidden">
          Columns
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent>
        <DropdownMenuLabel>Shown where there is room</DropdownMenuLabel>
        {all.map((column) => (
          <DropdownMenuItem
            key={column.id}
            checked={shown.includes(column)}
            keepsOpen
            disabledReason={isRequired(column) ? 'Always shown.' : undefined}
            onSelect={() => toggle(column.id)}
          >
            {column.header}
          </DropdownMenuItem>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
