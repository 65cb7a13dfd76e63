'use client'

import { Play } from 'lucide-react'
import type { FormEvent, KeyboardEvent } from 'react'
import { CopyAsCli } from '@/components/shared/command/copy-as-cli'
import type { CliCommand } from '@/components/shared/command/use-cli'
import { Button } from '@/components/ui/button'
import { Field, Input } from '@/components/ui/input'
import { Panel } from '@/components/ui/panel'
import { useConnectionState } from '@/lib/api/live'
import type { TriggerCall } from '@/lib/model/trigger/trigger-line'
import { type ArgumentRow, ArgumentRows, newRow } from './argument-rows'
import { KeyRoute } from './key-route'
import { PasteLine } from './paste-line'

/** What is typed: everything but the trigger's name, which lives in the address. */
export interface TriggerDraft {
  readonly key: string
  readonly rows: readonly ArgumentRow[]
}

export const callOf = (name: string, draft: TriggerDraft): TriggerCall => ({
  name,
  key: draft.key === '' ? null : draft.key,
  args: draft.rows.map((row) => row.word),
})

const commandOf = ({ name, key, args }: TriggerCall): CliCommand =>
  key === null
    ? { words: ['RG.TRIGGER', name, ...args], on: 'any' }
    : { words: ['RG.TRIGGERONKEY', name, key, ...args], on: { key } }

interface TriggerFormProps {
  readonly name: string
  readonly onName: (name: string) => void
  readonly draft: TriggerDraft
  readonly onDraft: (draft: TriggerDraft) => void
  readonly known: readonly string[]
  readonly pending: boolean
  /** Why nothing may be sent now. */
  readonly blocked: string | undefined
  readonly onSend: () => void
}

export function TriggerForm({ name, onName, draft, onDraft, known, pending, blocked, onSend }: TriggerFormProps) {
  const generation = useConnectionState()?.capability?.generation
  const keyError = generation === '1.0' && draft.key !== '' ? 'RedisGears 1.0 has no RG.TRIGGERONKEY.' : undefined
  const reason = blocked ?? (name === '' ? 'Name the trigger first.' : keyError)
  const send = (event?: FormEvent) => {
    event?.preventDefault()
    if (reason === undefined && !pending) onSend()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    // Fields of several lines have answered it already.
    if (!event.defaultPrevented && event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      send()
    }
  }
  return (
    <Panel title="Call" actions={<CopyAsCli size="row" commands={[commandOf(callOf(name, draft))]} />}>
      <form onSubmit={send} onKeyDown={onKeyDown} className="flex flex-col gap-3 border-line border-t px-3 py-3">
        <div className="grid gap-3 md:grid-cols-2">
          <Field label="Trigger" hint={unknownHint(name, known)}>
            {(control) => (
              <Input
                {...control}
                mono
                list="known-triggers"
                maxLength={4096}
                value={name}
                onChange={(event) => onName(event.target.value)}
              />
            )}
          </Field>
          <datalist id="known-triggers">
            {known.map((trigger) => (
              <option key={trigger} value={trigger} />
            ))}
          </datalist>
          <Field label="Key" hint={<KeyRoute slotKey={draft.key} />} error={keyError}>
            {(control) => (
              <Input
                {...control}
                mono
                maxLength={4096}
                value={draft.key}
                onChange={(event) => onDraft({ ...draft, key: event.target.value })}
              />
            )}
          </Field>
        </div>
        <ArgumentRows rows={draft.rows} onChange={(rows) => onDraft({ ...draft, rows })} />
        <PasteLine
          onRead={(line) => {
            if ('call' in line) onName(line.call.name)
            const args = 'call' in line ? line.call.args : line.args
            const key = 'call' in line ? (line.call.key ?? '') : draft.key
            onDraft({ key, rows: args.map((word) => newRow(word)) })
          }}
        />
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" variant="primary" icon={Play} pending={pending} disabledReason={reason}>
            {pending
              ? 'Waiting…'
              : name === ''
                ? 'Trigger'
                : `Trigger ${name.length > 40 ? `${name.slice(0, 40)}…` : name}`}
          </Button>
          {/* Enter in a field has no tooltip to say why nothing happens. */}
          <span aria-live="polite" className="text-fg-3 text-small">
            {reason ?? 'Enter sends, Alt with arrows moves an argument.'}
          </span>
        </div>
      </form>
    </Panel>
  )
}

const unknownHint = (name: string, known: readonly string[]): string | undefined =>
  name !== '' && !known.includes(name) ? 'No registration is known by that name; it is sent anyway.' : undefined
