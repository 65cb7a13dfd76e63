'use client'

import { useQuery } from '@tanstack/react-query'
import { ChevronDown, Copy, Database } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { copyText } from '@/components/shared/page/copy-link'
import { CONNECT_COMMAND } from '@/components/shared/text/words'
import { Badge } from '@/components/ui/badge'
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu'
import { useConnectionName, useConnectionState } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import { visibleText } from '@/lib/model/text/visible-text'

/** The current connection, the others to switch to, and how to connect another server. */
export function ConnectionSwitcher() {
  const name = useConnectionName()
  const state = useConnectionState()
  const { data } = useQuery(endpointQuery('connections'))
  const router = useRouter()
  return (
    <DropdownMenu>
      <DropdownMenuTrigger className="flex h-7 min-w-0 items-center gap-2 rounded-control px-1.5 font-semibold transition-colors hover:bg-hover max-md:h-9">
        <Database aria-hidden className="text-fg-3 max-md:hidden" />
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
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start">
        <DropdownMenuLabel>Connections</DropdownMenuLabel>
        {(data?.connections ?? (state ? [state] : [])).map((connection) => (
          <DropdownMenuItem
            key={connection.name}
            checked={connection.name === name}
            onSelect={() => router.push(`/${encodeURIComponent(connection.name)}/overview`)}
          >
            <span className="font-medium">{visibleText(connection.label ?? connection.name, NAME_CHARS)}</span>
            <span className="block font-mono text-fg-3 text-small [overflow-wrap:anywhere]">
              {visibleText(connection.address, NAME_CHARS)}
            </span>
            {connection.sentinel?.address && (
              <span className="block text-fg-3 text-small">
                master at <span className="font-mono">{visibleText(connection.sentinel.address, NAME_CHARS)}</span>,
                named by Sentinel
              </span>
            )}
          </DropdownMenuItem>
        ))}
        <DropdownMenuSeparator />
        <DropdownMenuLabel>
          To connect another server, start Gearboard with{' '}
          <code className="block font-mono [overflow-wrap:anywhere]">{CONNECT_COMMAND}</code>
        </DropdownMenuLabel>
        <DropdownMenuItem icon={Copy} onSelect={() => void copyText(CONNECT_COMMAND, 'Command copied')}>
          Copy command
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
