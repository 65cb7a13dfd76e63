'use client'

import { useQuery } from '@tanstack/react-query'
import { Command } from 'cmdk'
import {
  CircleQuestionMark,
  Database,
  History,
  Info,
  Link as LinkIcon,
  Pause,
  Play,
  Plus,
  SunMoon,
  X,
} from 'lucide-react'
import { usePathname, useRouter } from 'next/navigation'
import { type ReactNode, useMemo, useState } from 'react'
import { ExecutionActionDialog } from '@/components/shared/actions/execution-action-dialog'
import type { AskedExecutionAction } from '@/components/shared/actions/execution-actions'
import { matching } from '@/components/shared/matching'
import { copyLink } from '@/components/shared/page/copy-link'
import { executionPath, registrationPath } from '@/components/shared/page/paths'
import { useOwnAdmin } from '@/components/shared/people/use-may-add-connections'
import { CONNECTION_LOOK } from '@/components/shared/text/connection-look'
import { HEALTH_LOOK, OUTCOME_LOOK, TONE_TEXT } from '@/components/shared/text/outcome'
import { useRegistrationCommands } from '@/components/shell/registration-commands'
import { cn } from '@/components/ui/cn'
import { Dialog, DialogClose, DialogSurface, DialogTitle } from '@/components/ui/dialog'
import { Kbd } from '@/components/ui/kbd'
import { useConnectionName, useExecutions, useRegistrations } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import { executionName } from '@/lib/model/executions/execution-view'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import { shortenId } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'
import { useCurrentCommands } from './current-commands'
import { useLiveFeed } from './live-context'
import { DESTINATIONS } from './nav'
import { useRecentName } from './recent-name'
import { useRecents } from './recents'
import { useToggleTheme } from './theme'

interface CommandPaletteProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly openHelp: () => void
  readonly openAbout: () => void
}

/** Ctrl/⌘ K: pages, registrations, executions and actions by name. */
export function CommandPalette({ open, onOpenChange, ...rest }: CommandPaletteProps) {
  const [asked, setAsked] = useState<AskedExecutionAction>()
  return (
    <>
      <Dialog open={open} onOpenChange={onOpenChange}>
        <DialogSurface
          aria-describedby={undefined}
          className="fixed top-[12vh] left-1/2 z-50 w-[min(560px,calc(100vw-32px))] -translate-x-1/2 animate-enter overflow-hidden rounded-panel border border-line-strong bg-raised"
        >
          <DialogTitle className="sr-only">Search or run a command</DialogTitle>
          <PaletteBody close={() => onOpenChange(false)} onAsk={setAsked} {...rest} />
        </DialogSurface>
      </Dialog>
      <ExecutionActionDialog asked={asked} onClose={() => setAsked(undefined)} />
    </>
  )
}

interface PaletteBodyProps extends Pick<CommandPaletteProps, 'openHelp' | 'openAbout'> {
  readonly close: () => void
  readonly onAsk: (asked: AskedExecutionAction) => void
}

function PaletteBody({ close, onAsk, openHelp, openAbout }: PaletteBodyProps) {
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
  const here = usePathname().split('/').slice(2).join('/')
  const current = matching(useCurrentCommands(onAsk), search, ({ name }) => name)
  const nameOf = useRecentName(registrations, executions)
  const [recents] = useRecents()
  const recent = search ? [] : recents.filter((path) => path !== here).slice(0, RECENT)
  const pages = matching(DESTINATIONS, search, ({ name, also = [] }) => [name, ...also].join(' '), DESTINATIONS.length)
  const isAdmin = useOwnAdmin()
  const { data } = useQuery(endpointQuery('connections'))
  const others = (data?.connections ?? []).filter(({ name }) => name !== connection)
  const connections = matching(others, search, ({ name, label = '', address, labels }) =>
    ['connection', name, label, address, ...labels].join(' '),
  )
  const actions = matching(
    [
      ...(others.length > 0 ? [{ name: 'All connections', icon: Database, act: () => router.push('/') }] : []),
      ...(isAdmin
        ? [{ name: 'Add connection', icon: Plus, act: () => router.push('/settings/connections?add=true') }]
        : []),
      { name: 'Switch between light and dark', icon: SunMoon, act: toggleTheme },
      { name: 'Copy link to this page', icon: LinkIcon, act: () => void copyLink() },
      { name: 'Keyboard shortcuts', icon: CircleQuestionMark, act: openHelp, keys: ['?'] },
      { name: 'About Gearboard', icon: Info, act: openAbout },
      mode === 'paused'
        ? { name: 'Resume live data', icon: Play, act: resume }
        : { name: 'Pause live data', icon: Pause, act: pause },
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
    // The list is in the order of their first appearance.
    () =>
      search
        ? matching(newestFirst(executions ?? []), search, (e) => `${e.id} ${e.outcome} ${executionName(e) ?? ''}`)
        : [],
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
        <DialogClose aria-label="Close" className="rounded-chip p-1 text-fg-3 hover:text-fg">
          <X aria-hidden />
        </DialogClose>
      </div>
      <Command.List className="max-h-[52vh] overflow-y-auto p-1">
        <Command.Empty className="px-3 py-6 text-center text-fg-3">No results</Command.Empty>
        <Group heading="This page" show={current.length > 0}>
          {current.map(({ name, icon: Icon, act }) => (
            <Item
              key={name}
              value={`current ${name}`}
              onSelect={'path' in act ? goTo(act.path) : run(act.run)}
              icon={<Icon aria-hidden />}
            >
              {name}
            </Item>
          ))}
        </Group>
        <Group heading="Recent" show={recent.length > 0}>
          {recent.map((path) => (
            <Item
              key={path}
              value={`recent ${path}`}
              onSelect={goTo(`/${encodeURIComponent(connection)}/${path}`)}
              icon={<History aria-hidden />}
            >
              {nameOf(path)}
            </Item>
          ))}
        </Group>
        <Group heading="Pages" show={pages.length > 0}>
          {pages.map(({ path, name, icon: Icon, keys }) => (
            <Item
              key={path}
              value={`page ${path}`}
              onSelect={goTo(`/${encodeURIComponent(connection)}/${path}`)}
              icon={<Icon aria-hidden />}
              note={keys && <Keys keys={keys} />}
            >
              {name}
            </Item>
          ))}
        </Group>
        <Group heading="Connections" show={connections.length > 0}>
          {connections.map(({ name, label, status, production }) => {
            const { icon: Icon, tone, word } = CONNECTION_LOOK[status]
            return (
              <Item
                key={name}
                value={`connection ${name}`}
                onSelect={goTo(`/${encodeURIComponent(name)}/overview`)}
                icon={<Icon aria-label={word} className={TONE_TEXT[tone]} />}
                note={production && 'production'}
              >
                {visibleText(label ?? name, NAME_CHARS)}
              </Item>
            )
          })}
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
          {actions.map(({ name, icon: Icon, act, keys }) => (
            <Item
              key={name}
              value={`action ${name}`}
              onSelect={run(act)}
              icon={<Icon aria-hidden />}
              note={keys && <Keys keys={keys} />}
            >
              {name}
            </Item>
          ))}
        </Group>
      </Command.List>
    </Command>
  )
}

const RECENT = 5

function* newestFirst<T>(items: readonly T[]): Generator<T> {
  for (let at = items.length - 1; at >= 0; at--) {
    const item = items[at]
    if (item !== undefined) yield item
  }
}

const Keys = ({ keys }: { readonly keys: readonly string[] }) => (
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
