'use client'

import { joinWord, type Word } from '@gearboard/gears/vocabulary/shell-words'
import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react'
import { type KeyboardEvent, useRef } from 'react'
import { flushSync } from 'react-dom'
import { Badge } from '@/components/ui/badge'
import { Button, IconButton } from '@/components/ui/button'
import { Input, Textarea } from '@/components/ui/input'
import { hasNul } from '@/lib/model/trigger/trigger-line'

export interface ArgumentRow {
  /** Keeps focus and identity while rows move. */
  readonly id: number
  readonly word: Word
}

let nextId = 0
export const newRow = (word: Word = ''): ArgumentRow => ({ id: nextId++, word })

/** What the contract takes at most. */
const MOST_ARGUMENTS = 1000

interface ArgumentRowsProps {
  readonly rows: readonly ArgumentRow[]
  readonly onChange: (rows: readonly ArgumentRow[]) => void
}

/** The arguments in their order: added, removed and moved by mouse or keyboard (Alt with arrows). */
export function ArgumentRows({ rows, onChange }: ArgumentRowsProps) {
  const list = useRef<HTMLOListElement>(null)
  /** The row has the focus when this returns: a user who continues to type must not lose a letter. */
  const change = (next: readonly ArgumentRow[], focused: number) => {
    flushSync(() => onChange(next))
    list.current?.querySelectorAll<HTMLElement>('[data-argument]')[focused]?.focus()
  }

  const move = (from: number, to: number) => {
    const row = rows[from]
    if (!row || to < 0 || to >= rows.length) return
    change(rows.toSpliced(from, 1).toSpliced(to, 0, row), to)
  }
  const remove = (index: number) => change(rows.toSpliced(index, 1), Math.min(index, rows.length - 2))
  const addArgument = () => change([...rows, newRow()], rows.length)
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-fg-3 text-small">Arguments</legend>
      <ol ref={list} className="flex flex-col gap-1">
        {rows.map((row, i) => (
          <li key={row.id} className="flex items-start gap-1">
            <span aria-hidden className="w-6 pt-1 text-right font-mono text-fg-3 text-small max-md:pt-2">
              {i + 1}
            </span>
            <ArgumentField
              word={row.word}
              label={`Argument ${i + 1}`}
              onChange={(word) => onChange(rows.with(i, { ...row, word }))}
              onMove={(by) => move(i, i + by)}
            />
            <IconButton
              label={`Move argument ${i + 1} up`}
              icon={ArrowUp}
              disabledReason={i === 0 ? 'Already first.' : undefined}
              onClick={() => move(i, i - 1)}
            />
            <IconButton
              label={`Move argument ${i + 1} down`}
              icon={ArrowDown}
              disabledReason={i === rows.length - 1 ? 'Already last.' : undefined}
              onClick={() => move(i, i + 1)}
            />
            <IconButton label={`Remove argument ${i + 1}`} icon={X} onClick={() => remove(i)} />
          </li>
        ))}
      </ol>
      <div className={rows.length > 0 ? 'pl-7' : undefined}>
        <Button
          size="row"
          icon={Plus}
          onClick={addArgument}
          disabledReason={rows.length >= MOST_ARGUMENTS ? 'A command takes at most 1,000 arguments.' : undefined}
        >
          Add argument
        </Button>
      </div>
    </fieldset>
  )
}

interface ArgumentFieldProps {
  readonly word: Word
  readonly label: string
  readonly onChange: (word: Word) => void
  readonly onMove: (by: -1 | 1) => void
}

function ArgumentField({ word, label, onChange, onMove }: ArgumentFieldProps) {
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      event.preventDefault()
      onMove(event.key === 'ArrowUp' ? -1 : 1)
    }
    // Enter sends as in any form; Shift+Enter breaks the line.
    if (event.key === 'Enter' && !event.shiftKey && event.currentTarget instanceof HTMLTextAreaElement) {
      event.preventDefault()
      event.currentTarget.form?.requestSubmit()
    }
  }
  return (
    <div className="min-w-0 flex-1">
      {typeof word === 'string' ? (
        <Textarea
          mono
          rows={1}
          data-argument
          aria-label={label}
          value={word}
          maxLength={1024 * 1024}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={onKeyDown}
          className="block max-h-40 min-h-7 resize-none py-[5px] field-sizing-content max-md:min-h-9 max-md:py-2"
        />
      ) : (
        <div className="flex items-center gap-2">
          <Input
            mono
            data-argument
            readOnly
            aria-label={`${label}, bytes`}
            value={joinWord(word)}
            onKeyDown={onKeyDown}
          />
          <Badge>bytes</Badge>
        </div>
      )}
      {hasNul(word) && (
        <p className="mt-0.5 text-small text-waiting">RedisGears cuts an argument at its first NUL byte.</p>
      )}
    </div>
  )
}
