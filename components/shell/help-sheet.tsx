'use client'

import { Dialog, DialogContent } from '@/components/ui/dialog'
import { Kbd } from '@/components/ui/kbd'
import type { PageKey } from './shortcuts'

interface Shortcut {
  readonly keys: readonly string[]
  readonly does: string
}

interface ShortcutGroup {
  readonly name: string
  readonly shortcuts: readonly Shortcut[]
}

const groupsOf = (pageKeys: readonly PageKey[]): readonly ShortcutGroup[] => [
  {
    name: 'Anywhere',
    shortcuts: [
      { keys: ['Ctrl', 'K'], does: 'Search or run a command (⌘ K on a Mac)' },
      { keys: ['/'], does: 'Filter the list; Esc leaves the filter' },
      { keys: ['?'], does: 'Shortcuts' },
      { keys: ['Esc'], does: 'Close dialog or panel' },
    ],
  },
  {
    name: 'Pages',
    shortcuts: pageKeys.map(({ key, name }) => ({ keys: ['G', key.toUpperCase()], does: name })),
  },
  {
    name: 'Tables',
    shortcuts: [
      { keys: ['↑', '↓'], does: 'Move; also Page Up, Page Down, Home and End' },
      { keys: ['J', 'K'], does: 'Move down or up, from anywhere on the page' },
      { keys: ['Enter'], does: 'Open the row' },
      { keys: ['X'], does: 'Select the row, also Space; with Shift, all rows up to it' },
      { keys: ['Esc'], does: 'Clear selection' },
      { keys: ['.'], does: 'Show new rows' },
    ],
  },
  {
    name: 'The active row, or all selected ones',
    shortcuts: [
      { keys: ['A'], does: 'Abort executions' },
      { keys: ['D'], does: 'Drop executions' },
      { keys: ['P'], does: 'Pause registrations, or resume paused ones' },
      { keys: ['U'], does: 'Unregister' },
      { keys: ['E'], does: 'Edit the script' },
    ],
  },
]

interface HelpSheetProps {
  readonly open: boolean
  readonly pageKeys: readonly PageKey[]
  readonly onOpenChange: (open: boolean) => void
}

export function HelpSheet({ open, pageKeys, onOpenChange }: HelpSheetProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent title="Keyboard shortcuts">
        <div className="flex flex-col gap-4">
          {groupsOf(pageKeys).map(({ name, shortcuts }) => (
            <section key={name}>
              <h3 className="pb-1 text-fg-3 text-small">{name}</h3>
              <dl className="grid grid-cols-[96px_1fr] gap-y-1.5">
                {shortcuts.map(({ keys, does }) => (
                  <div key={does} className="contents">
                    <dt className="flex items-center gap-1">
                      {keys.map((key) => (
                        <Kbd key={key}>{key}</Kbd>
                      ))}
                    </dt>
                    <dd>{does}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </DialogContent>
    </Dialog>
  )
}
