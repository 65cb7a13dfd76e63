'use client'

import { splitWords, type Word } from '@gearboard/gears/vocabulary/shell-words'
import { Zap } from 'lucide-react'
import { parseAsString, useQueryState } from 'nuqs'
import { type FormEvent, type KeyboardEvent, useId, useState } from 'react'
import { CopyAsCli } from '@/components/shared/command/copy-as-cli'
import { Button } from '@/components/ui/button'
import { Field, Input, Textarea } from '@/components/ui/input'
import { Panel } from '@/components/ui/panel'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { useRegistrations } from '@/lib/api/live'
import type { Registration } from '@/lib/model/registrations/registration'
import { isWholeName } from '@/lib/model/registrations/registration-row'
import { EVENT_COMMAND, EVENT_TYPES, type EventType, TEST_PREFIX, wordsProblem } from '@/lib/model/trigger/injection'
import { KeyRoute } from '../key-route'

export interface TestEvent {
  readonly key: string
  readonly type: EventType
  readonly words: readonly Word[]
  readonly watchMs: number
  readonly expireS: number
}

const HINTS: Readonly<Record<EventType, string>> = {
  string: 'One value; quote it as in redis-cli if it has spaces: "two words", "\\xff".',
  hash: 'Field and value pairs: name Ada age 36',
  list: 'Elements: a b c',
  set: 'Members: a b c',
  stream: 'Field and value pairs of one entry: total 12.5 country NO',
  del: '',
}

const FIRST: Readonly<Record<EventType, string>> = {
  string: '1',
  hash: 'name test',
  list: 'a',
  set: 'a',
  stream: 'name test',
  del: '',
}

const TYPE_OPTIONS = EVENT_TYPES.map((value) => ({ value, label: value }))

interface InjectionFormProps {
  readonly pending: boolean
  readonly blocked: string | undefined
  readonly onSend: (event: TestEvent) => void
}

/** What to write, how long to watch, and how long it stays. */
export function InjectionForm({ pending, blocked, onSend }: InjectionFormProps) {
  const listId = useId()
  const registrations = useRegistrations() ?? []
  const [key, setKey] = useQueryState('key', parseAsString.withDefault(`${TEST_PREFIX}1`))
  const [type, setType] = useState<EventType>('string')
  const [line, setLine] = useState(FIRST.string)
  const [watchS, setWatchS] = useState('3')
  const [expireS, setExpireS] = useState('60')

  const split = splitWords(line)
  const words = 'words' in split ? split.words : []
  const problems = {
    key: key === '' ? 'Enter a key first.' : undefined,
    words:
      type === 'del'
        ? undefined
        : 'error' in split
          ? `${split.error} At character ${split.at + 1}.`
          : wordsProblem(type, words),
    watch: numberProblem(watchS, 1, 10),
    expire: type === 'del' ? undefined : numberProblem(expireS, 1, 3600),
  }
  const reason = blocked ?? Object.values(problems).find((problem) => problem !== undefined)
  const send = (event?: FormEvent) => {
    event?.preventDefault()
    if (reason !== undefined || pending) return
    onSend({
      key,
      type,
      words: type === 'del' ? [] : words,
      watchMs: Number(watchS) * 1000,
      expireS: type === 'del' ? 60 : Number(expireS),
    })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.target instanceof HTMLButtonElement) return
    event.preventDefault()
    send()
  }
  const chooseType = (next: EventType) => {
    if (line === FIRST[type] || line === '') setLine(FIRST[next])
    setType(next)
  }
  return (
    <Panel
      title="Event"
      actions={
        <CopyAsCli
          size="row"
          commands={[
            {
              words: [EVENT_COMMAND[type], key, ...(type === 'stream' ? ['*'] : []), ...(type === 'del' ? [] : words)],
              on: { key },
            },
          ]}
        />
      }
    >
      <form onSubmit={send} onKeyDown={onKeyDown} className="flex flex-col gap-3 border-line border-t px-3 py-3">
        <Field label="Key" error={problems.key} hint={<KeyHint value={key} />}>
          {(control) => (
            <Input
              {...control}
              mono
              list={listId}
              maxLength={4096}
              value={key}
              onChange={(event) => void setKey(event.target.value)}
            />
          )}
        </Field>
        <datalist id={listId}>
          {suggestions(registrations).map(({ value, label }) => (
            <option key={value} value={value} label={label} />
          ))}
        </datalist>
        <div className="flex flex-col gap-1">
          <span className="text-fg-3 text-small">Write</span>
          <SegmentedControl
            label="What to write"
            value={type}
            options={TYPE_OPTIONS}
            onValueChange={chooseType}
            className="[&>button]:px-1"
          />
        </div>
        {type !== 'del' && (
          <Field label="Value" error={problems.words} hint={HINTS[type]}>
            {(control) => (
              <Textarea {...control} mono rows={2} value={line} onChange={(event) => setLine(event.target.value)} />
            )}
          </Field>
        )}
        <div className="grid grid-cols-2 gap-3">
          <SecondsField label="Watch for" value={watchS} onChange={setWatchS} error={problems.watch} />
          {type !== 'del' && (
            <SecondsField label="Expires after" value={expireS} onChange={setExpireS} error={problems.expire} />
          )}
        </div>
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" variant="primary" icon={Zap} pending={pending} disabledReason={reason}>
            {pending ? 'Watching…' : `Inject ${EVENT_COMMAND[type]}`}
          </Button>
          <span aria-live="polite" className="min-w-0 text-fg-3 text-small">
            {reason ?? 'Enter sends.'}
          </span>
        </div>
      </form>
    </Panel>
  )
}

function KeyHint({ value }: { readonly value: string }) {
  return (
    <span className="flex flex-col">
      {!value.startsWith(TEST_PREFIX) && (
        <span className="text-waiting">Keys outside {TEST_PREFIX} need a confirmation.</span>
      )}
      <KeyRoute slotKey={value} />
    </span>
  )
}

function numberProblem(text: string, least: number, most: number): string | undefined {
  const value = Number(text)
  return /^\d+$/.test(text) && value >= least && value <= most
    ? undefined
    : `A whole number from ${least} to ${most.toLocaleString('en')}.`
}

/** Keys that match the prefix of a registration and are unlikely to exist. */
function suggestions(registrations: readonly Registration[]) {
  const found = new Map<string, string>()
  for (const registration of registrations) {
    if (registration.reader === 'CommandReader') continue
    const { prefix } = registration.args
    const value = !prefix.endsWith('*')
      ? prefix
      : prefix === '*'
        ? `${TEST_PREFIX}1`
        : `${prefix.slice(0, -1)}gearboard-test`
    if (isWholeName(value) && !found.has(value)) found.set(value, registration.name)
  }
  return [...found].map(([value, label]) => ({ value, label }))
}

interface SecondsFieldProps {
  readonly label: string
  /** As typed. */
  readonly value: string
  readonly onChange: (typed: string) => void
  readonly error: string | undefined
}

function SecondsField({ label, value, onChange, error }: SecondsFieldProps) {
  return (
    <Field label={`${label}, seconds`} error={error}>
      {(control) => (
        <Input {...control} inputMode="numeric" value={value} onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  )
}
