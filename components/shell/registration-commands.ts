'use client'

import { Eraser, type LucideIcon } from 'lucide-react'
import {
  REGISTRATION_ACTION_LOOK,
  REGISTRATION_ACTIONS,
  useRegistrationBlocked,
} from '@/components/shared/actions/registration-actions'
import { useManagementBlock, useWriteBlock } from '@/components/shared/command/write-block'
import { matching } from '@/components/shared/matching'
import { registrationPath, registrationsPath } from '@/components/shared/page/paths'
import { useConnectionName, useConnectionState } from '@/lib/api/live'
import type { Registration } from '@/lib/model/registrations/registration'
import { clearStatisticsBlocked } from '@/lib/model/registrations/registration-blocked'

interface PaletteCommand {
  readonly name: string
  readonly icon: LucideIcon
  /** The page that asks for a confirmation. */
  readonly path: string
}

/** Commands for registrations that are possible now, by name; none before the user types. */
export function useRegistrationCommands(
  registrations: readonly Registration[] | undefined,
  search: string,
): readonly PaletteCommand[] {
  const connection = useConnectionName()
  const capability = useConnectionState()?.capability
  const writeBlock = useWriteBlock()
  const managementBlock = useManagementBlock()
  const blocked = useRegistrationBlocked()
  if (writeBlock !== undefined || search === '' || !registrations) return []
  function* commands(known: readonly Registration[]): Generator<PaletteCommand> {
    if ((managementBlock ?? clearStatisticsBlocked(known, capability)) === undefined) {
      const path = `${registrationsPath(connection)}?ask=clear-statistics`
      yield { name: 'Clear statistics of all registrations', icon: Eraser, path }
    }
    for (const r of known) {
      for (const kind of REGISTRATION_ACTIONS) {
        if (blocked(kind, r) !== undefined) continue
        const { verb, icon } = REGISTRATION_ACTION_LOOK[kind]
        yield {
          name: `${verb} ${r.name}`,
          icon,
          path: `${registrationPath(connection, r.key)}?ask=${kind}&seen=${r.identity}`,
        }
      }
    }
  }
  return matching(commands(registrations), search, ({ name }) => name)
}
