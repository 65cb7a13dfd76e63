'use client'

import { Funnel } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useId, useMemo, useRef, useState } from 'react'
import { cn } from '@/components/ui/cn'
import { problemInWords, type Vocabulary } from '@/lib/model/filter/filter'
import { type Completion, completions, countField, draftField, preselected } from '@/lib/model/filter/filter-complete'
import { visibleText } from '@/lib/model/text/visible-text'
import { CompletionList, optionId } from './completion-list'
import { FilterChip } from './filter-chip'
import { endsInTerm, joinTerms, shownTerms } from './filter-terms'
import type { FilterText } from './use-filter'

/** How much of a filter's error is shown, characters: it quotes the wrong terms. */
const PROBLEM_CHARS = 400

interface FilterInputProps<T> {
  /** `Filter executions`. */
  readonly label: string
  readonly placeholder: string
  /** What is counted in completions: `executions`. */
  readonly noun: string
  readonly filter: FilterText
  readonly vocabulary: Vocabulary<T>
  readonly items: readonly T[]
  readonly now: number
  /** Right end: how many match. */
  readonly children?: ReactNode
  readonly className?: string
}

/** The filter as chips and text, with completion while typing; it points out where a mistake is. */
export function FilterInput<T>({
  label,
  placeholder,
  noun,
  filter,
  vocabulary,
  items,
  now,
  children,
  className,
}: FilterInputProps<T>) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [typing, setTyping] = useState(false)
  const [open, setOpen] = useState(false)
  /** The completion chosen with the arrows, -1 for what is typed; undefined until there is a choice. */
  const [chosenAt, setChosenAt] = useState<number>()
  const { chips: tokens, draft } = shownTerms(filter.text, typing)
  const chips = tokens.map((token) => token.raw)
  const field = open ? draftField(draft, vocabulary) : undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is counted stays still while one reads it, and is not counted again with each delta
  const counted = useMemo(() => field && countField(field, items, now), [field])
  const offered = useMemo(
    () => (open ? completions(draft, vocabulary, counted) : []),
    [open, draft, vocabulary, counted],
  )
  const expanded = open && offered.length > 0
  const active = chosenAt ?? preselected(draft, offered, counted)
  const problem = filter.problems[0]

  const change = (text: string, inTerm: boolean) => {
    filter.setText(inTerm ? text : text.trim(), inTerm)
    setTyping(inTerm)
    setChosenAt(undefined)
  }
  const type = (value: string) => {
    const text = joinTerms(...chips, value)
    change(text, endsInTerm(text) && value.trim() !== '')
    setOpen(true)
  }
  const edit = (index: number) => {
    change(joinTerms(...chips.toSpliced(index, 1), draft, chips[index] ?? ''), true)
    input.current?.focus()
  }
  const remove = (index: number) => change(joinTerms(...chips.toSpliced(index, 1), draft), typing)
  const pick = (completion: Completion) => {
    change(joinTerms(...chips, completion.insert), !completion.complete)
    setOpen(!completion.complete)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const chosen = offered[active]
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      setOpen(true)
      const step = event.key === 'ArrowDown' ? 1 : -1
      setChosenAt(Math.max(-1, Math.min(offered.length - 1, active + step)))
    } else if (expanded && chosen && (event.key === 'Enter' || (event.key === 'Tab' && chosenAt !== undefined)))
      // Tab leaves the filter unless a completion was chosen with the arrows.
      pick(chosen)
    else if (event.key === 'Enter') {
      change(filter.text, false)
      setOpen(false)
    } else if (event.key === 'Escape' && expanded) setOpen(false)
    // Out of the field, where the keys of the page and its table work again.
    else if (event.key === 'Escape') input.current?.closest('main')?.focus({ preventScroll: true })
    else if (event.key === 'Backspace' && draft === '' && chips.length > 0) change(filter.text, true)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div className={cn('relative', className)}>
      {/* A press beside the chips focuses the input. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the input itself is reached by keyboard */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above */}
      <div
        onClick={(event) => event.target === event.currentTarget && input.current?.focus()}
        className={cn(
          'flex min-h-7 cursor-text flex-wrap items-center gap-1 rounded-control border border-line-strong bg-surface px-2 py-0.5 max-md:min-h-9',
          'hover:border-fg-3 has-[input:focus-visible]:border-accent',
          problem && 'border-failed',
        )}
      >
        <Funnel aria-hidden className="mr-1 text-fg-3" />
        {tokens.map((token, index) => (
          <FilterChip
            key={token.start}
            term={token.raw}
            wrong={filter.problems.some(({ start, end }) => start >= token.start && end <= token.end)}
            onEdit={() => edit(index)}
            onRemove={() => remove(index)}
          />
        ))}
        <input
          ref={input}
          role="combobox"
          aria-label={label}
          aria-expanded={expanded}
          aria-controls={`${id}-list`}
          aria-activedescendant={expanded && active >= 0 ? optionId(`${id}-list`, active) : undefined}
          aria-autocomplete="list"
          aria-invalid={problem ? true : undefined}
          aria-describedby={problem ? `${id}-problem` : undefined}
          autoComplete="off"
          spellCheck={false}
          value={draft}
          placeholder={chips.length === 0 ? placeholder : undefined}
          onChange={(event) => type(event.target.value)}
          onKeyDown={onKeyDown}
          onFocus={() => setOpen(true)}
          onBlur={() => {
            setOpen(false)
            change(filter.text, false)
          }}
          className="h-5 min-w-24 flex-1 bg-transparent font-mono text-small outline-none placeholder:font-sans placeholder:text-body"
        />
        {children && <span className="ml-auto pl-2 text-fg-3 text-small">{children}</span>}
      </div>
      {expanded && <CompletionList id={`${id}-list`} completions={offered} active={active} noun={noun} onPick={pick} />}
      {problem && (
        <p id={`${id}-problem`} role="status" className="mt-1 text-failed text-small">
          {visibleText(problemInWords(problem), PROBLEM_CHARS)} The list is unchanged.
        </p>
      )}
    </div>
  )
}
