'use client'

import { useQuery } from '@tanstack/react-query'
import { ChevronDown, Database } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { Badge } from '@/components/ui/badge'
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu'
import { useConnectionName, useConnectionState } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import { visibleText } from '@/lib/model/text/visible-text'

/** The current connection, and the others to switch to. */
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
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
