'use client'

import { useDraggable } from '@dnd-kit/react'
import { OPERATIONS, type OperationName, type ReaderName } from '@gearboard/gears/docs'
import { SHORTHANDS, type Shorthand } from '@gearboard/gears/pipeline'
import { Plus } from 'lucide-react'
import { useRef } from 'react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu'
import { Tooltip } from '@/components/ui/tooltip'

/** What can be added: an operation, or a shorthand for one with its argument. */
export interface Addable {
  readonly id: string
  readonly label: string
  readonly operation: OperationName
  readonly doc: string
  readonly args?: Shorthand['args']
}

interface PaletteGroup {
  readonly title: string
  readonly addables: readonly Addable[]
}

const operations = (title: string, wanted: (typeof OPERATIONS)[number]['moves']): PaletteGroup => ({
  title,
  addables: OPERATIONS.filter(({ moves }) => moves === wanted).map(({ name, doc }) => ({
    id: name,
    label: name,
    operation: name,
    doc,
  })),
})

const GROUPS = [
  operations('On each shard', null),
  operations('By key, across shards', 'repartition'),
  operations('To one shard', 'collect'),
]

function groupsFor(reader: ReaderName): readonly PaletteGroup[] {
  const all: readonly Shorthand[] = SHORTHANDS
  const own = all.filter(({ readers }) => readers.includes(reader))
  if (own.length === 0) return GROUPS
  const addables = own.map(({ name, operation, args, doc }) => ({
    id: `shorthand ${name}`,
    label: `${operation}: ${name}`,
    operation,
    args,
    doc,
  }))
  return [{ title: `For ${reader}`, addables }, ...GROUPS]
}

export const addableOf = (reader: ReaderName, id: unknown): Addable | undefined =>
  groupsFor(reader)
    .flatMap(({ addables }) => addables)
    .find((one) => one.id === id)

interface PaletteProps {
  readonly reader: ReaderName
  readonly onAdd: (addable: Addable) => void
}

/** The operations: pressed, they are added behind the step one was at last; dragged, anywhere. */
export function Palette({ reader, onAdd }: PaletteProps) {
  return (
    <div className="sticky top-0 flex flex-col gap-3 max-lg:hidden">
      {groupsFor(reader).map(({ title, addables }) => (
        <section key={title} aria-label={title} className="flex flex-col gap-0.5">
          <h2 className="px-2 text-fg-3 text-small">{title}</h2>
          {addables.map((addable) => (
            <PaletteItem key={addable.id} addable={addable} onAdd={() => onAdd(addable)} />
          ))}
        </section>
      ))}
    </div>
  )
}

function PaletteItem({ addable, onAdd }: { readonly addable: Addable; readonly onAdd: () => void }) {
  const { ref, isDragging } = useDraggable({ id: addable.id, type: 'operation' })
  return (
    <Tooltip content={addable.doc} side="right">
      <button
        type="button"
        ref={ref}
        aria-label={`Add ${addable.label}`}
        onClick={onAdd}
        className={cn(
          'flex min-h-6 cursor-grab touch-none items-center gap-1.5 rounded-control bg-surface px-2 text-left font-mono text-small hover:bg-hover',
          isDragging && 'border border-accent',
        )}
      >
        <Plus aria-hidden className="size-3 text-fg-3" />
        {addable.label}
      </button>
    </Tooltip>
  )
}

/** The same as a menu, where there is no room beside the blocks. */
export function AddMenu({ reader, onAdd }: PaletteProps) {
  // Added once the menu has closed: until then it keeps the focus, which is to go to the new step.
  const chosen = useRef<Addable>(undefined)
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button icon={Plus} className="lg:hidden">
          Add step
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent
        align="start"
        className="max-h-96 overflow-y-auto"
        onCloseAutoFocus={(event) => {
          if (!chosen.current) return
          event.preventDefault()
          onAdd(chosen.current)
          chosen.current = undefined
        }}
      >
        {groupsFor(reader).map(({ title, addables }) => (
          <div key={title}>
            <DropdownMenuLabel>{title}</DropdownMenuLabel>
            {addables.map((addable) => (
              <DropdownMenuItem
                key={addable.id}
                onSelect={() => {
                  chosen.current = addable
                }}
              >
                <span className="font-mono">{addable.label}</span>
              </DropdownMenuItem>
            ))}
          </div>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
