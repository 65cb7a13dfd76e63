'use client'

import { useQuery } from '@tanstack/react-query'
import { Command } from 'cmdk'
import { ChevronDown, Copy, Database, LayoutList, Plus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { type ReactNode, useState } from 'react'
import { matching } from '@/components/shared/matching'
import { copyText } from '@/components/shared/page/copy-link'
import { useMayAddConnections } from '@/components/shared/people/use-may-add-connections'
import { ColourMark } from '@/components/shared/text/colour-mark'
import { CONNECTION_LOOK } from '@/components/shared/text/connection-look'
import { TONE_TEXT } from '@/components/shared/text/outcome'
import { CONNECT_COMMAND } from '@/components/shared/text/words'
import { Badge } from '@/components/ui/badge'
import { cn } from '@/components/ui/cn'
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu'
import { Popover, PopoverContent, PopoverTrigger } from '@/components/ui/popover'
import { useConnectionName, useConnectionState } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import type { ConnectionState } from '@/lib/model/connection/connection'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import { visibleText } from '@/lib/model/text/visible-text'

/** More than these are filtered by typing. */
const MENU_MOST = 8
/** Of those that match, how many are drawn. */
const DRAWN = 50
/** States of the others, while the list is open, ms. */
const REFRESH_MS = 5000

const ADD_PATH = '/settings/connections?add=true'
const overviewPath = (name: string): string => `/${encodeURIComponent(name)}/overview`

const TRIGGER =
  'flex h-7 min-w-0 items-center gap-2 rounded-control px-1.5 font-semibold transition-colors hover:bg-hover max-md:h-9'

/** The current connection, the others to switch to, and how to add another one. */
export function ConnectionSwitcher() {
  const { data } = useQuery(endpointQuery('connections'))
  return (data?.connections.length ?? 0) > MENU_MOST ? <FilteredSwitcher /> : <MenuSwitcher />
}

function MenuSwitcher() {
  return (
    <DropdownMenu>
      <DropdownMenuTrigger className={TRIGGER}>
        <Current />
      </DropdownMenuTrigger>
      <DropdownMenuContent
        align="start"
        className="max-h-(--radix-dropdown-menu-content-available-height) overflow-y-auto"
      >
        <MenuBody />
      </DropdownMenuContent>
    </DropdownMenu>
  )
}

function Current() {
  const name = useConnectionName()
  const state = useConnectionState()
  return (
    <>
      <Database aria-hidden className="text-fg-3 max-md:hidden" />
      {state?.colour && <ColourMark colour={state.colour} />}
      <span className="truncate">{state?.label ?? name}</span>
      {state?.embedded && <span className="truncate font-normal text-fg-3 max-md:hidden">embedded</span>}
      {state?.production && (
        <Badge tone="failed" className="shrink-0">
          <span className="max-md:hidden">production</span>
          <span className="md:hidden">prod</span>
        </Badge>
      )}
      <ChevronDown aria-hidden className="text-fg-3" />
      <span className="sr-only">switch connection</span>
    </>
  )
}

function useConnections(): readonly ConnectionState[] {
  const state = useConnectionState()
  const { data } = useQuery({ ...endpointQuery('connections'), refetchInterval: REFRESH_MS })
  return data?.connections ?? (state ? [state] : [])
}

function MenuBody() {
  const name = useConnectionName()
  const router = useRouter()
  const connections = useConnections()
  const mayAdd = useMayAddConnections()
  return (
    <>
      <DropdownMenuLabel>Connections</DropdownMenuLabel>
      {connections.map((connection) => (
        <DropdownMenuItem
          key={connection.name}
          checked={connection.name === name}
          onSelect={() => router.push(overviewPath(connection.name))}
        >
          <ConnectionLines connection={connection} />
        </DropdownMenuItem>
      ))}
      <DropdownMenuSeparator />
      {connections.length > 1 && (
        <DropdownMenuItem icon={LayoutList} onSelect={() => router.push('/')}>
          All connections
        </DropdownMenuItem>
      )}
      {mayAdd && (
        <DropdownMenuItem icon={Plus} onSelect={() => router.push(ADD_PATH)}>
          Add connection
        </DropdownMenuItem>
      )}
      {mayAdd === false && (
        <>
          <DropdownMenuLabel>
            To connect another server, start Gearboard with{' '}
            <code className="block font-mono [overflow-wrap:anywhere]">{CONNECT_COMMAND}</code>
          </DropdownMenuLabel>
          <DropdownMenuItem icon={Copy} onSelect={() => void copyText(CONNECT_COMMAND, 'Command copied')}>
            Copy command
          </DropdownMenuItem>
        </>
      )}
    </>
  )
}

function ConnectionLines({ connection }: { readonly connection: ConnectionState }) {
  const { name, label, address, sentinel, status, production, colour } = connection
  const { icon: Icon, tone, word } = CONNECTION_LOOK[status]
  return (
    <span className="flex gap-2">
      <ColourMark colour={colour} className="mt-0.5" />
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-2">
          <span className="font-medium">{visibleText(label ?? name, NAME_CHARS)}</span>
          {label !== undefined && label !== name && <span className="text-fg-3 text-small">{name}</span>}
          {production && <Badge tone="failed">production</Badge>}
          <span className={cn('ml-auto inline-flex items-center gap-1 text-small', TONE_TEXT[tone])}>
            <Icon aria-hidden className="size-3" />
            {word}
          </span>
        </span>
        <span className="block font-mono text-fg-3 text-small [overflow-wrap:anywhere]">
          {visibleText(address, NAME_CHARS)}
        </span>
        {sentinel?.address && (
          <span className="block text-fg-3 text-small">
            master at <span className="font-mono">{visibleText(sentinel.address, NAME_CHARS)}</span>, named by Sentinel
          </span>
        )}
      </span>
    </span>
  )
}

/** The same for so many that a menu would be too long: a menu takes no field to type into. */
function FilteredSwitcher() {
  const [open, setOpen] = useState(false)
  return (
    <Popover open={open} onOpenChange={setOpen}>
      <PopoverTrigger className={TRIGGER}>
        <Current />
      </PopoverTrigger>
      <PopoverContent aria-label="Connections" align="start" className="w-110 max-w-[calc(100vw-1rem)] p-1">
        <FilteredBody close={() => setOpen(false)} />
      </PopoverContent>
    </Popover>
  )
}

function FilteredBody({ close }: { readonly close: () => void }) {
  const [search, setSearch] = useState('')
  const router = useRouter()
  const connections = useConnections()
  const mayAdd = useMayAddConnections()
  const found = matching(
    connections,
    search,
    ({ name, label = '', address, labels }) => [name, label, address, ...labels].join(' '),
    DRAWN,
  )
  const goTo = (path: string) => () => {
    close()
    router.push(path)
  }
  return (
    <Command label="Connections" shouldFilter={false} loop>
      <Command.Input
        autoFocus
        value={search}
        onValueChange={setSearch}
        placeholder={`Filter ${connections.length} connections`}
        className="h-9 w-full bg-transparent px-2 outline-none"
      />
      <Command.List className="max-h-[60vh] overflow-y-auto border-line border-t pt-1">
        <Command.Empty className="px-3 py-4 text-center text-fg-3">No results</Command.Empty>
        {found.map((connection) => (
          <Line key={connection.name} value={connection.name} onSelect={goTo(overviewPath(connection.name))}>
            <ConnectionLines connection={connection} />
          </Line>
        ))}
        <Line value="/" onSelect={goTo('/')}>
          All connections
        </Line>
        {mayAdd && (
          <Line value={ADD_PATH} onSelect={goTo(ADD_PATH)}>
            Add connection
          </Line>
        )}
      </Command.List>
    </Command>
  )
}

interface LineProps {
  readonly value: string
  readonly onSelect: () => void
  readonly children: ReactNode
}

const Line = ({ value, onSelect, children }: LineProps) => (
  <Command.Item
    value={value}
    onSelect={onSelect}
    className="block min-h-7 cursor-pointer rounded-chip px-2 py-1 data-[selected=true]:bg-hover max-md:min-h-9"
  >
    {children}
  </Command.Item>
)
