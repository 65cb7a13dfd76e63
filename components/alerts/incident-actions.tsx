'use client'

import { useQuery } from '@tanstack/react-query'
import { BellOff, Check } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from '@/components/ui/dropdown-menu'
import { toast } from '@/components/ui/toaster'
import { describeError } from '@/lib/api/call'
import type { MeReply } from '@/lib/api/contract/session'
import { useAcknowledgeAlert, useMuteAlert } from '@/lib/api/mutations'
import { endpointQuery } from '@/lib/api/query'
import type { Incident } from '@/lib/model/alerts/incident'
import { allows, roleRefusal } from '@/lib/model/people/role'

const MUTES = [
  { minutes: 60, label: '1 hour' },
  { minutes: 8 * 60, label: '8 hours' },
  { minutes: 24 * 60, label: '1 day' },
  { minutes: 7 * 24 * 60, label: '1 week' },
] as const

/** Why this viewer may not act on an alert; the server enforces the same. */
function blockOf({ connection }: Incident, me: MeReply | undefined): string | undefined {
  if (!me) return undefined
  const needed = connection === null ? 'admin' : 'operate'
  const role = connection === null ? me.role : (me.connections.find(({ name }) => name === connection)?.role ?? null)
  return role !== null && allows(role, needed) ? undefined : roleRefusal(needed, role)
}

interface IncidentActionsProps {
  readonly incident: Incident
  /** Now, by the clock of the server. */
  readonly at: number
}

export function IncidentActions({ incident, at }: IncidentActionsProps) {
  const { data: me } = useQuery(endpointQuery('me'))
  const acknowledge = useAcknowledgeAlert()
  const mute = useMuteAlert()
  const { id, connection, state, acknowledged, mutedUntil } = incident
  if (state === 'resolved') return null
  const disabledReason = blockOf(incident, me)
  const onError = (error: unknown) => toast.error(describeError(error))
  const isMuted = mutedUntil !== null && mutedUntil > at
  const muteFor = (minutes: number) => mute.mutate({ id, connection, minutes }, { onError })
  return (
    <span className="inline-flex gap-1">
      {acknowledged === null && state === 'firing' && (
        <Button
          size="row"
          variant="ghost"
          icon={Check}
          pending={acknowledge.isPending}
          disabledReason={disabledReason}
          onClick={() => acknowledge.mutate({ id, connection }, { onError })}
        >
          Acknowledge
        </Button>
      )}
      {isMuted ? (
        <Button
          size="row"
          variant="ghost"
          pending={mute.isPending}
          disabledReason={disabledReason}
          onClick={() => muteFor(0)}
        >
          Unmute
        </Button>
      ) : disabledReason !== undefined ? (
        <Button size="row" variant="ghost" icon={BellOff} disabledReason={disabledReason}>
          Mute
        </Button>
      ) : (
        <DropdownMenu>
          <DropdownMenuTrigger asChild>
            <Button size="row" variant="ghost" icon={BellOff} pending={mute.isPending}>
              Mute
            </Button>
          </DropdownMenuTrigger>
          <DropdownMenuContent>
            {MUTES.map(({ minutes, label }) => (
              <DropdownMenuItem key={minutes} onSelect={() => muteFor(minutes)}>
                {label}
              </DropdownMenuItem>
            ))}
          </DropdownMenuContent>
        </DropdownMenu>
      )}
    </span>
  )
}
