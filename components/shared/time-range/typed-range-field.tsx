'use client'

import { CalendarClock } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { Button, IconButton } from '@/components/ui/button'
import { Field, Input } from '@/components/ui/input'
import { Popover, PopoverContent, PopoverTrigger } from '@/components/ui/popover'
import { parseTypedRange, type TypedRange } from '@/lib/model/record/typed-range'
import { formatRange } from '@/lib/model/text/format'
import { usePreferences, zoneOf } from '../preferences'
import { useNow } from '../time/clock'
import { RANGE_MS, type RangeName, type TimeRange } from './use-time-range'

interface TypedRangeFieldProps {
  readonly time: TimeRange
  readonly ranges: readonly RangeName[]
}

/** A button that opens a field for a time range. What was typed stays in it, whether it was right or not. */
export function TypedRangeField(props: TypedRangeFieldProps) {
  const [open, setOpen] = useState(false)
  const [text, setText] = useState('')
  return (
    <Popover open={open} onOpenChange={setOpen}>
      <PopoverTrigger asChild>
        <IconButton icon={CalendarClock} label="Type a time range" />
      </PopoverTrigger>
      <PopoverContent align="end" aria-label="Type a time range" className="w-80 max-w-[calc(100vw-16px)]">
        <RangeForm {...props} text={text} onTextChange={setText} onDone={() => setOpen(false)} />
      </PopoverContent>
    </Popover>
  )
}

interface RangeFormProps extends TypedRangeFieldProps {
  readonly text: string
  readonly onTextChange: (text: string) => void
  readonly onDone: () => void
}

function RangeForm({ time, ranges, text, onTextChange, onDone }: RangeFormProps) {
  const now = Math.floor(useNow())
  const timeZone = zoneOf(usePreferences()[0])
  const [reason, setReason] = useState<string>()
  const typed = parseTypedRange(text, { now, timeZone })
  const show = (event: FormEvent) => {
    event.preventDefault()
    if (typed.kind === 'wrong') return setReason(typed.reason)
    showRange(typed, { time, ranges, now })
    onDone()
  }
  return (
    <form onSubmit={show} className="flex flex-col gap-2" noValidate>
      <Field label="Time range" error={reason} hint={typed.kind === 'wrong' ? <Examples /> : inWords(typed, now)}>
        {(control) => (
          <Input
            {...control}
            value={text}
            placeholder="last 3 h"
            onFocus={({ currentTarget }) => currentTarget.select()}
            onChange={({ target }) => {
              setReason(undefined)
              onTextChange(target.value)
            }}
          />
        )}
      </Field>
      <div className="flex items-center justify-between gap-2">
        <span className="text-fg-3 text-small [overflow-wrap:anywhere]">Times in {nameOfZone(timeZone)}</span>
        <Button type="submit" variant="primary">
          Show
        </Button>
      </div>
    </form>
  )
}

const Examples = () => <>3h, 14:00 to 15:30, yesterday, 2026-11-27 09:00 to 12:00, or live</>

const nameOfZone = (timeZone: string | undefined): string =>
  timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone

type RightRange = Exclude<TypedRange, { readonly kind: 'wrong' }>

function inWords(typed: RightRange, now: number): string {
  switch (typed.kind) {
    case 'live':
      return 'Back to live'
    case 'last':
      return `Shows ${formatRange(now - typed.ms, now, now)}`
    case 'span':
      return `Shows ${formatRange(typed.from, typed.to, now)}`
  }
}

/** A length that the page offers keeps moving with the time; others stay where they are. */
function showRange(typed: RightRange, { time, ranges, now }: TypedRangeFieldProps & { readonly now: number }): void {
  if (typed.kind === 'span') time.zoom(typed.from, typed.to)
  else if (typed.kind === 'last') {
    const offered = ranges.find((range) => RANGE_MS[range] === typed.ms)
    if (offered) time.setRange(offered)
    else time.zoom(now - typed.ms, now)
  } else if (time.range === null) time.backToLive()
}
