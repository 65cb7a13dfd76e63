'use client'

import { cutEnd, plural } from '@gearboard/gears/vocabulary/text'
import { useVirtualizer } from '@tanstack/react-virtual'
import { SquareTerminal } from 'lucide-react'
import { useEffect, useMemo, useRef } from 'react'
import { HealthBadge } from '@/components/shared/text/outcome'
import { ChoiceRow } from '@/components/ui/choice-row'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { Skeleton } from '@/components/ui/skeleton'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import type { Registration } from '@/lib/model/registrations/registration'
import { looksLikeHook } from '@/lib/model/registrations/registration-view'
import { formatDuration } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'

/** Marks the heading between the commands and the hooks. */
const HOOKS: 'hooks' = 'hooks'

type CommandRegistration = Extract<Registration, { reader: 'CommandReader' }>

/** The registrations that a client calls, by trigger, and those that look like hooks on commands of Redis. */
export function commandsOf(registrations: readonly Registration[]) {
  const all = registrations
    .filter((registration) => registration.reader === 'CommandReader')
    .toSorted((a, b) => a.args.trigger.localeCompare(b.args.trigger, 'en'))
  const hooks: readonly CommandRegistration[] = all.filter((each) => looksLikeHook(each, all))
  return { triggers: all.filter((each) => !hooks.includes(each)), hooks }
}

export type ListedCommands = ReturnType<typeof commandsOf>

interface CommandListProps {
  /** Undefined while nothing is known. */
  readonly commands: ListedCommands | undefined
  readonly chosen: string
  readonly onChoose: (trigger: string) => void
}

export function CommandList({ commands, chosen, onChoose }: CommandListProps) {
  return (
    <Panel title="Commands" note={commands && plural(commands.triggers.length, 'registration')}>
      {commands === undefined ? (
        <div className="flex h-48 flex-col gap-2 p-3">
          <Skeleton className="h-9" />
          <Skeleton className="h-9" />
        </div>
      ) : commands.triggers.length + commands.hooks.length === 0 ? (
        <EmptyState icon={SquareTerminal} title="No commands registered" className="h-48">
          Register one with a CommandReader in the editor, or type any other name.
        </EmptyState>
      ) : (
        <Rows commands={commands} chosen={chosen} onChoose={onChoose} />
      )}
    </Panel>
  )
}

interface RowsProps extends Omit<CommandListProps, 'commands'> {
  readonly commands: ListedCommands
}

/** px; each is measured when it is drawn. */
const USUAL_ROW = 49
const OVERSCAN = 8

/** Draws only the rows in view: there may be thousands. */
function Rows({ commands: { triggers, hooks }, chosen, onChoose }: RowsProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useMemo(
    (): readonly (CommandRegistration | typeof HOOKS)[] => [
      ...triggers,
      ...(hooks.length > 0 ? [HOOKS, ...hooks] : []),
    ],
    [triggers, hooks],
  )
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => USUAL_ROW,
    overscan: OVERSCAN,
  })
  // A command that the address names is in view when the page opens.
  const at = rows.findIndex((row) => row !== HOOKS && row.args.trigger === chosen)
  const opened = useRef(false)
  useEffect(() => {
    if (at < 0 || opened.current) return
    opened.current = true
    // The end of the list may be below the window.
    virtualizer.scrollToIndex(at, { align: 'center' })
  }, [at, virtualizer])
  return (
    <div ref={scroller} className="min-h-48 max-h-[70dvh] overflow-auto max-lg:h-48">
      <ul className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const row = rows[index]
          if (!row) return null
          return (
            <li
              key={row === HOOKS ? HOOKS : row.key}
              ref={virtualizer.measureElement}
              data-index={index}
              aria-setsize={rows.length}
              aria-posinset={index + 1}
              className="absolute top-0 left-0 w-full"
              style={{ transform: `translateY(${start}px)` }}
            >
              {row === HOOKS ? (
                <HooksHeading count={hooks.length} />
              ) : (
                <CommandRow
                  command={row}
                  chosen={row.args.trigger === chosen}
                  onChoose={() => onChoose(row.args.trigger)}
                />
              )}
            </li>
          )
        })}
      </ul>
    </div>
  )
}

const HooksHeading = ({ count }: { readonly count: number }) => (
  <>
    <h3 className="border-line border-t px-3 pt-3 font-semibold">{plural(count, 'probable hook')}</h3>
    <p className="px-3 pb-1 text-fg-2 text-small">
      These have the name of a Redis command and run when a client sends it. RG.TRIGGER cannot call hooks.
    </p>
  </>
)

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
        <span className="min-w-0 truncate font-mono" title={visibleText(trigger)}>
          {visibleText(cutEnd(trigger, NAME_CHARS))}
        </span>
        <HealthBadge health={command.health} className="text-small" />
      </span>
      <span className="flex w-full justify-between gap-2 text-fg-3 text-small">
        <span className="min-w-0 truncate">
          {command.description && command.name !== trigger ? `${visibleText(command.name)} · ` : ''}
          {command.mode}
          {command.args.inOrder ? ', in order' : ''}
        </span>
        <span className="shrink-0">
          {command.counters.triggered === 0
            ? 'no calls yet'
            : `${plural(command.counters.triggered, 'call')}, ${formatDuration(command.averageMs)}`}
        </span>
      </span>
    </ChoiceRow>
  )
}
