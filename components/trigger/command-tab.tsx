'use client'

import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { parseAsString, useQueryState } from 'nuqs'
import { useMemo, useState } from 'react'
import { carriedOut } from '@/components/shared/command/carried-out'
import { useAskProduction } from '@/components/shared/command/production-guard'
import { useWriteBlock } from '@/components/shared/command/write-block'
import { PageHeader } from '@/components/shared/page/page-header'
import { usePageTitle } from '@/components/shared/page/page-title'
import { describeError } from '@/lib/api/call'
import { useRegistrations } from '@/lib/api/live'
import { useTrigger } from '@/lib/api/mutations'
import { serverClock } from '@/lib/api/server-clock'
import { UNPROVEN_OVERRIDE } from '@/lib/model/executions/withheld'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import { isWholeName } from '@/lib/model/registrations/registration-row'
import { needsAttention } from '@/lib/model/registrations/registration-view'
import { listInWords } from '@/lib/model/text/format'
import { replyText } from '@/lib/model/text/result-tree'
import { visibleText } from '@/lib/model/text/visible-text'
import type { TriggerCall } from '@/lib/model/trigger/trigger-line'
import type { TriggerOverride } from '@/lib/model/trigger/trigger-override'
import { newRow } from './argument-rows'
import { CommandLinks } from './command-links'
import { CommandList, commandsOf, type ListedCommands } from './command-list'
import { HistoryPanel } from './history-panel'
import { overridesIn, ReplyPanel, type TriggerState } from './reply-panel'
import { callOf, type TriggerDraft, TriggerForm } from './trigger-form'
import { useTriggerHistory } from './use-trigger-history'

/** Of a trigger that is longer than what Gearboard sends: the list has its beginning and end. */
const unwhole = (commands: ListedCommands | undefined, name: string): string | undefined =>
  !isWholeName(name) && commands?.triggers.some(({ args }) => args.trigger === name)
    ? 'The name of this trigger is longer than 4,096 characters; call it with another client.'
    : undefined

/** Calls the registrations on a CommandReader. */
export function CommandTab() {
  const registrations = useRegistrations()
  const commands = useMemo(() => registrations && commandsOf(registrations), [registrations])
  const [name, setName] = useQueryState('trigger', parseAsString.withDefault(''))
  const [draft, setDraft] = useState<TriggerDraft>({ key: '', rows: [] })
  const [sending, setSending] = useState<TriggerState>({ state: 'idle' })
  usePageTitle(name === '' ? 'Trigger' : `${name} · Trigger`)
  const trigger = useTrigger()
  const history = useTriggerHistory()
  const blocked = useWriteBlock('operate')
  const askProduction = useAskProduction()

  /** The command whose reply the user has accepted as unproven: once, until another command is chosen. */
  const [trusted, setTrusted] = useState<ReadonlySet<string>>(new Set())
  const identityOf = (trigger: string) =>
    commands?.triggers.find(({ args }) => args.trigger === trigger)?.identity ?? `unknown ${trigger}`

  const chosen = commands?.triggers.find(({ args }) => args.trigger === name)
  const send = async (call: TriggerCall, anyway: readonly TriggerOverride[] = []) => {
    const confirmed = await askProduction({ effect: `Trigger ${visibleText(call.name, NAME_CHARS)}` })
    if (!confirmed) return
    const identity = identityOf(call.name)
    const consent: readonly TriggerOverride[] = trusted.has(identity) ? [UNPROVEN_OVERRIDE] : []
    const override = [...new Set([...anyway, ...consent])]
    if (override.includes(UNPROVEN_OVERRIDE)) setTrusted((before) => new Set([...before, identity]))
    const at = serverClock.now()
    setSending({ state: 'waiting', name: call.name, since: at })
    try {
      const reply = await trigger.mutateAsync({
        name: call.name,
        args: [...call.args],
        ...(call.key === null ? {} : { key: call.key }),
        ...(override.length > 0 && { override }),
        ...confirmed,
      })
      setSending({ state: 'answered', name: call.name, reply })
      const [outcome, summary] =
        'results' in reply ? (['ok', replyText(reply.results)] as const) : (['failed', reply.error] as const)
      history.add({ at, call, outcome, summary, durationMs: reply.durationMs })
    } catch (error) {
      setSending({ state: 'failed', name: call.name, call, override, error })
      // A call that did not run stays in the form.
      if (carriedOut(error) !== 'no')
        history.add({ at, call, outcome: 'unknown', summary: describeError(error), durationMs: null })
    }
  }
  const edit = (call: TriggerCall) => {
    void setName(call.name)
    setDraft({ key: call.key ?? '', rows: call.args.map((word) => newRow(word)) })
  }

  return (
    <>
      <PageHeader {...headline(commands)} />
      <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_280px] xl:grid-cols-[260px_minmax(0,1fr)_300px] min-[1920px]:grid-cols-[320px_minmax(0,1fr)_380px]">
        <div className="min-w-0 lg:col-start-2 xl:col-start-1">
          <CommandList commands={commands} chosen={name} onChoose={(trigger) => void setName(trigger)} />
        </div>
        {/* On a wide screen the reply is beside the call. */}
        <div className="flex min-w-0 flex-col gap-3 lg:col-start-1 lg:row-span-2 lg:row-start-1 xl:col-start-2 min-[1920px]:grid min-[1920px]:grid-cols-2 min-[1920px]:items-start">
          <div className="flex min-w-0 flex-col gap-3">
            <TriggerForm
              name={name}
              onName={(next) => void setName(next)}
              draft={draft}
              onDraft={setDraft}
              known={[...new Set(commands?.triggers.map((command) => command.args.trigger))].filter(isWholeName)}
              pending={trigger.isPending}
              blocked={blocked ?? unwhole(commands, name)}
              onSend={() => void send(callOf(name, draft))}
            />
            {chosen && <CommandLinks registration={chosen} />}
          </div>
          <ReplyPanel
            sending={sending}
            onSendAnyway={({ call, override, error }) => void send(call, [...override, ...overridesIn(error)])}
          />
        </div>
        <div className="min-w-0 lg:col-start-2 xl:col-start-3 xl:row-start-1">
          <HistoryPanel
            entries={history.entries}
            kept={history.kept}
            sendBlocked={blocked ?? (trigger.isPending ? 'A call is in progress.' : undefined)}
            onSend={(call) => {
              edit(call)
              void send(call)
            }}
            onEdit={edit}
            onClear={history.clear}
          />
        </div>
      </div>
    </>
  )
}

function headline(commands: ListedCommands | undefined) {
  if (!commands) return { headline: undefined }
  const { triggers, hooks } = commands
  const beside =
    hooks.length === 0
      ? ''
      : ` ${plural(hooks.length, 'other')} ${hooks.length === 1 ? 'looks like a hook' : 'look like hooks'} on Redis commands.`
  if (triggers.length === 0)
    return {
      headline: 'No commands registered.',
      second: `Register a function with a CommandReader to call it with RG.TRIGGER.${beside}`,
    }
  const failing = triggers.filter(needsAttention).map(({ name }) => name)
  const answering = `${plural(triggers.length, 'command')} available`
  if (failing.length === 0)
    return {
      headline: `${answering}.`,
      second: `${triggers.length === 1 ? '' : 'None is failing.'}${beside}`.trim(),
    }
  return {
    headline: `${answering}; ${formatCount(failing.length)} ${failing.length === 1 ? 'is' : 'are'} failing.`,
    second: `${listInWords(failing)}: see the registration for the error.${beside}`,
  }
}
