'use client'

import { Command } from 'cmdk'
import { SunMoon, X } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { Dialog as Radix } from 'radix-ui'
import { type ReactNode, useMemo, useState } from 'react'
import { matching } from '@/components/shared/matching'
import { executionPath, registrationPath } from '@/components/shared/page/paths'
import { HEALTH_LOOK, OUTCOME_LOOK, TONE_TEXT } from '@/components/shared/text/outcome'
import { useRegistrationCommands } from '@/components/shell/registration-commands'
import { cn } from '@/components/ui/cn'
import { scrim } from '@/components/ui/dialog'
import { FocusBefore, useReturnFocus } from '@/components/ui/return-focus'
import { useConnectionName, useExecutions, useRegistrations } from '@/lib/api/live'
import { executionName } from '@/lib/model/executions/execution-view'
import { shortenId } from '@/lib/model/text/format'
import { useLiveFeed } from './live-context'
import { NAV_ENTRIES } from './nav'
import { useToggleTheme } from './theme'

interface CommandPaletteProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
}

/** Ctrl/⌘ K: pages, registrations, executions and actions by name. */
export function CommandPalette({ open, onOpenChange }: CommandPaletteProps) {
  const { opener, onCloseAutoFocus } = useReturnFocus()
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={scrim} />
        <Radix.Content
          onCloseAutoFocus={onCloseAutoFocus}
          aria-describedby={undefined}
          className="fixed top-[12vh] left-1/2 z-50 w-[min(560px,calc(100vw-32px))] -translate-x-1/2 animate-enter overflow-hidden rounded-panel border border-line-strong bg-raised"
        >
          <FocusBefore opener={opener} />
          <Radix.Title className="sr-only">Search or run a command</Radix.Title>
          <Palette close={() => onOpenChange(false)} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

function Palette({ close }: { readonly close: () => void }) {
  const [search, setSearch] = useState('')
  const connection = useConnectionName()
  const router = useRouter()
  const { mode, pause, resume } = useLiveFeed()
  const toggleTheme = useToggleTheme()
  const executions = useExecutions()
  const registrations = useRegistrations()

  const run = (act: () => void) => () => {
    close()
    act()
  }
  const goTo = (path: string) => run(() => router.push(path))
  const registrationActions = useRegistrationCommands(registrations, search)
  const pages = matching(NAV_ENTRIES, search, (entry) => [entry.name, ...(entry.also ?? [])].join(' '))
  const actions = matching(
    [
      { name: 'Switch between light and dark', icon: SunMoon, act: toggleTheme },
      mode === 'paused'
        ? { name: 'Resume live data', icon: undefined, act: resume }
        : { name: 'Pause live data', icon: undefined, act: pause },
    ],
    search,
    ({ name }) => name,
  )
  const foundRegistrations = useMemo(
    () => matching(registrations ?? [], search, (r) => `${r.name} ${r.reader} ${r.health} ${r.id}`),
    [registrations, search],
  )
  // List no executions before the user types: there may be thousands.
  const foundExecutions = useMemo(
    () => (search ? matching(executions ?? [], search, (e) => `${e.id} ${e.outcome} ${executionName(e) ?? ''}`) : []),
    [executions, search],
  )
  return (
    <Command label="Search or run a command" shouldFilter={false} loop>
      <div className="flex items-center gap-2 border-line border-b pr-2">
        <Command.Input
          autoFocus
          value={search}
          onValueChange={setSearch}
          placeholder="Page, registration, execution id or action"
          className="h-11 w-full bg-transparent px-4 outline-none"
        />
        <Radix.Close aria-label="Close" className="rounded-chip p-1 text-fg-3 hover:text-fg">
          <X aria-hidden />
        </Radix.Close>
      </div>
      <Command.List className="max-h-[52vh] overflow-y-auto p-1">
        <Command.Empty className="px-3 py-6 text-center text-fg-3">No results</Command.Empty>
        <Group heading="Pages" show={pages.length > 0}>
          {pages.map((entry) => (
            <Item
              key={entry.slug}
              value={`page ${entry.slug}`}
              onSelect={goTo(`/${encodeURIComponent(connection)}/${entry.slug}`)}
              icon={<entry.icon aria-hidden />}
            >
              {entry.name}
            </Item>
          ))}
        </Group>
        <Group heading="Registrations" show={foundRegistrations.length > 0}>
          {foundRegistrations.map((r) => {
            const { icon: Icon, tone, word } = HEALTH_LOOK[r.health]
            return (
              <Item
                key={r.key}
                value={`registration ${r.key}`}
                onSelect={goTo(registrationPath(connection, r.key))}
                icon={<Icon aria-label={word} className={TONE_TEXT[tone]} />}
                note={r.reader}
              >
                {r.name}
              </Item>
            )
          })}
        </Group>
        <Group heading="Executions" show={foundExecutions.length > 0}>
          {foundExecutions.map((e) => {
            const { icon: Icon, tone, word } = OUTCOME_LOOK[e.outcome]
            return (
              <Item
                key={e.key}
                value={`execution ${e.key}`}
                onSelect={goTo(executionPath(connection, e.key))}
                icon={<Icon aria-label={word} className={TONE_TEXT[tone]} />}
                note={<span className="font-mono">{shortenId(e.id)}</span>}
              >
                {executionName(e) ?? 'execution'}
              </Item>
            )
          })}
        </Group>
        <Group heading="Actions" show={actions.length + registrationActions.length > 0}>
          {registrationActions.map(({ name, icon: Icon, path }) => (
            <Item key={path} value={`action ${path}`} onSelect={goTo(path)} icon={<Icon aria-hidden />}>
              {name}
            </Item>
          ))}
          {actions.map(({ name, icon: Icon, act }) => (
            <Item key={name} value={`action ${name}`} onSelect={run(act)} icon={Icon && <Icon aria-hidden />}>
              {name}
            </Item>
          ))}
        </Group>
      </Command.List>
    </Command>
  )
}

interface GroupProps {
  readonly heading: string
  readonly show: boolean
  readonly children: ReactNode
}

function Group({ heading, show, children }: GroupProps) {
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

function Item({ value, onSelect, icon, note, children }: ItemProps) {
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
