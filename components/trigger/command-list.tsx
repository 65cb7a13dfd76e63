'use client'

import { SquareTerminal } from 'lucide-react'
import { HealthBadge } from '@/components/shared/outcome'
import { ChoiceRow } from '@/components/ui/choice-row'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { Skeleton } from '@/components/ui/skeleton'
import { formatDuration, plural } from '@/lib/model/format'
import type { Registration } from '@/lib/model/registration'

export type CommandRegistration = Extract<Registration, { reader: 'CommandReader' }>

/** The registrations that a client calls, by trigger. */
export const commandsOf = (registrations: readonly Registration[]): readonly CommandRegistration[] =>
  registrations
    .filter((registration) => registration.reader === 'CommandReader')
    .toSorted((a, b) => a.args.trigger.localeCompare(b.args.trigger, 'en'))

interface CommandListProps {
  /** Undefined while nothing is known. */
  readonly commands: readonly CommandRegistration[] | undefined
  readonly chosen: string
  readonly onChoose: (trigger: string) => void
}

export function CommandList({ commands, chosen, onChoose }: CommandListProps) {
  return (
    <Panel
      title="Commands"
      note={commands && plural(commands.length, 'registration')}
      bodyClassName="max-h-[70dvh] overflow-auto max-lg:max-h-64"
    >
      {commands === undefined ? (
        <div className="flex flex-col gap-2 p-3">
          <Skeleton className="h-9" />
          <Skeleton className="h-9" />
        </div>
      ) : commands.length === 0 ? (
        <EmptyState icon={SquareTerminal} title="No command is registered" className="py-8">
          Register one on a CommandReader in the editor. Any other name may be typed all the same.
        </EmptyState>
      ) : (
        <ul>
          {commands.map((command) => (
            <li key={command.id}>
              <CommandRow
                command={command}
                chosen={command.args.trigger === chosen}
                onChoose={() => onChoose(command.args.trigger)}
              />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

interface CommandRowProps {
  readonly command: CommandRegistration
  readonly chosen: boolean
  readonly onChoose: () => void
}

function CommandRow({ command, chosen, onChoose }: CommandRowProps) {
  const { trigger } = command.args
  return (
    <ChoiceRow chosen={chosen} onChoose={onChoose} className="border-line border-t px-3">
      <span className="flex w-full items-center justify-between gap-2">
        <span className="min-w-0 truncate font-mono">{trigger}</span>
        <HealthBadge health={command.health} className="text-small" />
      </span>
      <span className="flex w-full justify-between gap-2 text-fg-3 text-small">
        <span className="min-w-0 truncate">
          {command.description && command.description !== trigger ? `${command.description} · ` : ''}
          {command.mode}
          {command.args.inOrder ? ', in order' : ''}
        </span>
        <span className="shrink-0">
          {command.counters.triggered === 0
            ? 'not called yet'
            : `${plural(command.counters.triggered, 'call')}, ${formatDuration(command.averageMs)}`}
        </span>
      </span>
    </ChoiceRow>
  )
}
