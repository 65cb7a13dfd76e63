'use client'

import { Code, type LucideIcon } from 'lucide-react'
import { usePathname } from 'next/navigation'
import {
  type AskedExecutionAction,
  EXECUTION_ACTION_LOOK,
  type ExecutionAction,
} from '@/components/shared/actions/execution-actions'
import {
  REGISTRATION_ACTION_LOOK,
  REGISTRATION_ACTIONS,
  useRegistrationBlocked,
} from '@/components/shared/actions/registration-actions'
import { useActionBlock } from '@/components/shared/actions/use-action-block'
import { scriptOfExecution, useEditScript } from '@/components/shared/actions/use-edit-script'
import { registrationPath } from '@/components/shared/page/paths'
import { useConnectionName, useExecutionRow, useRegistrations } from '@/lib/api/live'
import { executionBlocked } from '@/lib/model/executions/execution-blocked'
import { readSegment } from '@/lib/model/text/path-segment'

interface CurrentCommand {
  readonly name: string
  readonly icon: LucideIcon
  readonly act: { readonly path: string } | { readonly run: () => void }
}

const EXECUTION_ACTIONS: readonly ExecutionAction[] = ['abort', 'drop']

/** What can be done now to the execution or registration whose page is open. */
export function useCurrentCommands(ask: (asked: AskedExecutionAction) => void): readonly CurrentCommand[] {
  const [, , slug, segment] = usePathname().split('/')
  const id = segment === undefined ? '' : readSegment(segment)
  const connection = useConnectionName()
  const execution = useExecutionRow(slug === 'executions' ? id : '')
  const registrations = useRegistrations()
  const registration = slug === 'registrations' ? registrations?.find(({ key }) => key === id) : undefined
  const block = useActionBlock()
  const blocked = useRegistrationBlocked()
  const edit = useEditScript()
  const script = execution ? scriptOfExecution(execution, registrations) : registration && { registration }
  return [
    // First: Enter in a palette just opened must not begin with a drop.
    ...(script ? [{ name: 'Open its script in the editor', icon: Code, act: { run: () => void edit(script) } }] : []),
    ...EXECUTION_ACTIONS.flatMap((kind) => {
      if (!execution || (block(kind) ?? executionBlocked[kind](execution)) !== undefined) return []
      const { verb, icon } = EXECUTION_ACTION_LOOK[kind]
      return { name: `${verb} this execution`, icon, act: { run: () => ask({ kind, chosen: [execution] }) } }
    }),
    ...REGISTRATION_ACTIONS.flatMap((kind) => {
      if (!registration || (block(kind) ?? blocked(kind, registration)) !== undefined) return []
      const { verb, icon } = REGISTRATION_ACTION_LOOK[kind]
      const path = `${registrationPath(connection, registration.key)}?ask=${kind}&seen=${registration.identity}`
      return { name: `${verb} this registration`, icon, act: { path } }
    }),
  ]
}
