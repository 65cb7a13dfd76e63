'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import {
  Check,
  CircleHelp,
  CircleMinus,
  CirclePlay,
  Hourglass,
  type LucideIcon,
  Plus,
  TriangleAlert,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '@/components/ui/cn'
import { useRegistrations, useShards } from '@/lib/api/live'
import { effectsOf, given, lineOf, type ReadScript } from '@/lib/functions/python/script'
import type { Submission } from '@/lib/functions/submission'
import type { Registration } from '@/lib/model/registrations/registration'
import { listInWords } from '@/lib/model/text/format'
import type { Replaced } from './replaced'

interface ConsequencesProps {
  readonly draft: Submission
  readonly replaced: Replaced
  readonly script: ReadScript
}

interface Consequence {
  readonly icon: LucideIcon
  readonly tone: string
  readonly words: ReactNode
}

/** What will happen when this is sent, as far as script and server tell. */
export function Consequences({ draft, replaced, script }: ConsequencesProps) {
  const registrations = useRegistrations()
  const shards = useShards()
  const where = shards ? `on ${plural(shards.length, 'shard')}` : 'on every shard'
  const going = replaced.registrations ?? []
  const list = [
    ...goes(going, draft, registrations !== undefined),
    ...comes(script, where),
    ...stillRuns(replaced),
    ...runs(script, draft, where),
    ...taken(script, registrations ?? [], going),
  ]
  return (
    <section aria-labelledby="consequences" className="flex flex-col gap-2">
      <h2 id="consequences" className="text-fg-3 text-small">
        What will happen
      </h2>
      <ul className="flex flex-col gap-1.5">
        {list.map(({ icon: Icon, tone, words }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the sentences have no identity of their own
          <li key={i} className="flex gap-2">
            <Icon aria-hidden className={cn('mt-[3px]', tone)} />
            <span className="min-w-0 [overflow-wrap:anywhere]">{words}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function goes(going: readonly Registration[], draft: Submission, known: boolean): Consequence[] {
  if (draft.mode !== 'upgrade' && draft.mode !== 'replace') return []
  if (going.length > 0)
    return [
      {
        icon: CircleMinus,
        tone: 'text-fg-3',
        words: (
          <>
            Replaces <strong>{listInWords(going.map((one) => one.name))}</strong>; queued runs are aborted
          </>
        ),
      },
    ]
  const name = draft.mode === 'upgrade' ? draft.id : draft.replaceWith
  if (name === '' || !known) return []
  return [{ icon: Plus, tone: 'text-fg-3', words: `${name} has no known registrations; nothing is replaced` }]
}

function comes(script: ReadScript, where: string): Consequence[] {
  const { registers, mayRegister } = effectsOf(script)
  const words = (certain: boolean) => {
    const those = script.actions.filter(
      ({ name, when, unconditional }) => name === 'register' && when === 'sent' && unconditional === certain,
    )
    return `${listInWords([...new Set(those.map(({ builder }) => builder.reader ?? 'unknown reader'))])}`
  }
  return [
    ...(registers > 0
      ? [
          {
            icon: Plus,
            tone: 'text-running',
            words: `Adds ${registers} ${words(true)} ${registers === 1 ? 'registration' : 'registrations'} ${where}`,
          },
        ]
      : []),
    ...(mayRegister > 0
      ? [
          {
            icon: Plus,
            tone: 'text-fg-3',
            words: `May add ${registers > 0 ? 'more registrations' : 'registrations'} (${words(false)}), depending on a condition or loop`,
          },
        ]
      : []),
  ]
}

/** RedisGears unregisters with ABORTPENDING: what has not begun is aborted, what runs ends with the old code (protocol 6.5). */
function stillRuns({ inFlight, untold }: Replaced): Consequence[] {
  if (inFlight === 0 && untold === 0) return []
  const more = untold > 0 ? `; ${plural(untold, 'shard')} did not report` : ''
  return [
    {
      icon: Hourglass,
      tone: 'text-waiting',
      words: `${plural(inFlight, 'execution')} in flight${more}: running ones finish with the old code, queued ones are aborted`,
    },
  ]
}

function runs(script: ReadScript, draft: Submission, where: string): Consequence[] {
  const effects = effectsOf(script)
  const run = script.actions.find(({ name, when }) => name === 'run' && when === 'sent')
  const registers = effects.registers + effects.mayRegister > 0
  const hidden = effects.cannotTell && {
    icon: CircleHelp,
    tone: 'text-waiting',
    words: `Unknown what ${run || registers ? 'else ' : ''}it runs or registers: ${effects.cannotTell.why} (line ${lineOf(script, effects.cannotTell.node)})`,
  }
  if (!run && !registers)
    return [hidden ?? { icon: CirclePlay, tone: 'text-fg-3', words: 'Runs its top level once, on the main thread' }]
  if (!run) return hidden ? [hidden] : []
  const kept = draft.blocking
    ? 'Waits for the result, then drops the execution'
    : 'Keeps its results on the server until they are dropped or evicted'
  const mode = given(run.args, 'mode')?.value
  const local = mode?.kind === 'text' && mode.value === 'async_local'
  return [
    {
      icon: CirclePlay,
      tone: effects.runs > 0 ? 'text-running' : 'text-fg-3',
      words: `${effects.runs > 0 ? 'Runs' : 'May run'} once ${local ? 'on one shard' : where}${effects.runs > 0 ? '' : ', depending on a condition or loop'}`,
    },
    ...(registers ? [] : [{ icon: Check, tone: 'text-ok', words: kept }]),
    ...(hidden ? [hidden] : []),
  ]
}

/** Triggers that another session holds: the module refuses them (`trigger already registered`). */
function taken(
  script: ReadScript,
  registrations: readonly Registration[],
  going: readonly Registration[],
): Consequence[] {
  const wanted = script.actions.flatMap(({ args, when }) => {
    const trigger = when === 'sent' ? given(args, 'trigger')?.value : undefined
    return trigger?.kind === 'text' ? [trigger.value] : []
  })
  const held = registrations.filter(
    (one) => one.reader === 'CommandReader' && wanted.includes(one.args.trigger) && !going.includes(one),
  )
  return held.map((one) => ({
    icon: TriangleAlert,
    tone: 'text-waiting',
    words: (
      <>
        The trigger <strong>{one.reader === 'CommandReader' && one.args.trigger}</strong> is in use
        {one.privateData?.session ? ` by session ${one.privateData.session}` : ''}: the server will reject it
      </>
    ),
  }))
}
