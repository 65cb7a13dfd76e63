'use client'

import { Command } from 'cmdk'
import { type LucideIcon, X } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { type ReactNode, useState } from 'react'
import { cn } from '@/components/ui/cn'
import { Dialog, DialogClose, DialogSurface, DialogTitle } from '@/components/ui/dialog'
import { Kbd } from '@/components/ui/kbd'

/** What the frame of a page gives its palette. */
export interface CommandPaletteProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly openHelp: () => void
  readonly openAbout: () => void
}

/** What the groups of a palette get while it is open. */
export interface PaletteSearch {
  readonly search: string
  /** What choosing an item does: the palette closes first. */
  readonly run: (act: () => void) => () => void
  readonly goTo: (path: string) => () => void
}

/** A command that is no page. */
export interface PaletteAction {
  readonly name: string
  readonly icon: LucideIcon
  readonly act: () => void
  readonly keys?: readonly string[]
}

interface PaletteDialogProps extends Pick<CommandPaletteProps, 'open' | 'onOpenChange'> {
  /** What can be typed. */
  readonly placeholder: string
  readonly children: (search: PaletteSearch) => ReactNode
}

/** Ctrl/⌘ K: a field, and what its words find, in groups. */
export function PaletteDialog({ open, onOpenChange, ...rest }: PaletteDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogSurface
        aria-describedby={undefined}
        className="fixed top-[12vh] left-1/2 z-50 w-[min(560px,calc(100vw-32px))] -translate-x-1/2 animate-enter overflow-hidden rounded-panel border border-line-strong bg-raised"
      >
        <DialogTitle className="sr-only">Search or run a command</DialogTitle>
        <PaletteBody close={() => onOpenChange(false)} {...rest} />
      </DialogSurface>
    </Dialog>
  )
}

interface PaletteBodyProps extends Pick<PaletteDialogProps, 'placeholder' | 'children'> {
  readonly close: () => void
}

function PaletteBody({ close, placeholder, children }: PaletteBodyProps) {
  const [search, setSearch] = useState('')
  const router = useRouter()
  const run = (act: () => void) => () => {
    close()
    act()
  }
  return (
    <Command label="Search or run a command" shouldFilter={false} loop>
      <div className="flex items-center gap-2 border-line border-b pr-2">
        <Command.Input
          autoFocus
          value={search}
          onValueChange={setSearch}
          placeholder={placeholder}
          className="h-11 w-full bg-transparent px-4 outline-none"
        />
        <DialogClose aria-label="Close" className="rounded-chip p-1 text-fg-3 hover:text-fg">
          <X aria-hidden />
        </DialogClose>
      </div>
      <Command.List className="max-h-[52vh] overflow-y-auto p-1">
        <Command.Empty className="px-3 py-6 text-center text-fg-3">No results</Command.Empty>
        {children({ search, run, goTo: (path) => run(() => router.push(path)) })}
      </Command.List>
    </Command>
  )
}

export const Keys = ({ keys }: { readonly keys: readonly string[] }) => (
  <span aria-hidden className="flex gap-1 max-md:hidden">
    {keys.map((key) => (
      <Kbd key={key}>{key}</Kbd>
    ))}
  </span>
)

interface GroupProps {
  readonly heading: string
  readonly show: boolean
  readonly children: ReactNode
}

export function Group({ heading, show, children }: GroupProps) {
  if (!show) return null
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-fg-3 [&_[cmdk-group-heading]]:text-small"
    >
      {children}
    </Command.Group>
  )
}

interface ItemProps {
  readonly value: string
  readonly onSelect: () => void
  readonly icon?: ReactNode
  readonly note?: ReactNode
  readonly children: ReactNode
}

export function Item({ value, onSelect, icon, note, children }: ItemProps) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className={cn(
        'flex min-h-8 cursor-pointer items-center gap-2.5 rounded-chip px-2 data-[selected=true]:bg-accent-tint max-md:min-h-10',
      )}
    >
      <span className="flex w-3.5 shrink-0 justify-center text-fg-3">{icon}</span>
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {note && <span className="shrink-0 text-fg-3 text-small">{note}</span>}
    </Command.Item>
  )
}

interface ActionsProps extends Pick<PaletteSearch, 'run'> {
  readonly actions: readonly PaletteAction[]
}

export const Actions = ({ actions, run }: ActionsProps) =>
  actions.map(({ name, icon: Icon, act, keys }) => (
    <Item
      key={name}
      value={`action ${name}`}
      onSelect={run(act)}
      icon={<Icon aria-hidden />}
      note={keys && <Keys keys={keys} />}
    >
      {name}
    </Item>
  ))
