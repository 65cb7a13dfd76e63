'use client'

import { useQuery } from '@tanstack/react-query'
import { CircleCheck, Plus, TriangleAlert, X } from 'lucide-react'
import { type ClipboardEvent, type KeyboardEvent, useMemo, useState } from 'react'
import { IconButton } from '@/components/ui/button'
import { Field, Input } from '@/components/ui/input'
import { useConnectionName } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import {
  MAX_REQUIREMENT_CHARS,
  type ReadRequirements,
  readRequirements,
  requirementPresence,
} from '@/lib/model/environment/pep508'
import { visibleText } from '@/lib/model/text/visible-text'

interface RequirementsFieldProps {
  readonly requirements: readonly string[]
  readonly onChange: (requirements: readonly string[]) => void
}

/** What pip installs before the script runs, each with what the shards already hold of it. */
export function RequirementsField({ requirements, onChange }: RequirementsFieldProps) {
  const held = useHeldRequirements()
  const [text, setText] = useState('')
  const [error, setError] = useState<string>()
  const [hint, setHint] = useState<string>()
  const addLines = (given: string) => {
    const read = readRequirements(given)
    const fresh = read.requirements.filter((one) => !requirements.includes(one))
    if (fresh.length > 0) onChange([...requirements, ...fresh])
    setError(problemInWords(read, fresh.length === 0 ? requirements : []))
    setHint(
      read.hashesLeftOut ? 'Hashes were removed: RedisGears passes requirements to pip without options.' : undefined,
    )
    return read
  }
  const addTyped = () => {
    if (text.trim() === '') return
    const { requirements: taken, problems } = addLines(text)
    if (problems.length === 0 && taken.some((one) => !requirements.includes(one))) setText('')
  }
  /** A field of one line would glue the lines of a file together. What none of them is stays to be corrected. */
  const onPaste = (event: ClipboardEvent<HTMLInputElement>) => {
    const pasted = event.clipboardData.getData('text')
    if (!/[\r\n]/.test(pasted.trim())) return
    event.preventDefault()
    setText(
      addLines(pasted)
        .problems.map(({ text: line }) => line)
        .at(0) ?? '',
    )
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') {
      event.preventDefault()
      addTyped()
    }
  }
  const ready = requirements.filter((one) => held?.includes(one)).length
  return (
    <div className="flex flex-col gap-1.5">
      {requirements.length > 0 && (
        <ul className="flex flex-col">
          {requirements.map((requirement) => (
            <li key={requirement} className="flex min-h-7 items-center gap-2">
              <span className="min-w-0 flex-1 truncate font-mono text-small" title={visibleText(requirement)}>
                {requirement}
              </span>
              <RequirementMark requirement={requirement} held={held} />
              <IconButton
                size="row"
                label={`Remove ${requirement}`}
                icon={X}
                onClick={() => onChange(requirements.filter((one) => one !== requirement))}
              />
            </li>
          ))}
        </ul>
      )}
      <Field
        label={
          <span className="flex justify-between">
            Requirements
            {requirements.length > 0 && held && (
              <span>
                {ready} of {requirements.length} ready
              </span>
            )}
          </span>
        }
        error={error}
        hint={hint}
        className="order-first"
      >
        {(control) => (
          <div className="flex gap-1">
            <Input
              {...control}
              mono
              placeholder="requests==2.32.3"
              maxLength={MAX_REQUIREMENT_CHARS}
              value={text}
              onChange={(event) => {
                setText(event.target.value)
                setError(undefined)
                setHint(undefined)
              }}
              onKeyDown={onKeyDown}
              onPaste={onPaste}
              // Include what was typed even without Enter.
              onBlur={addTyped}
            />
            <IconButton variant="default" label="Add requirement" icon={Plus} onClick={addTyped} />
          </div>
        )}
      </Field>
    </div>
  )
}

/** Why lines were not taken; of one line alone it goes without its number. @param there those that it may repeat */
function problemInWords({ requirements, problems }: ReadRequirements, there: readonly string[]): string | undefined {
  const [first] = problems
  if (first && problems.length === 1 && requirements.length === 0) return first.why
  if (first) return problems.map(({ line, text, why }) => `Line ${line}, ${text}: ${why}`).join(' ')
  const again = requirements.find((one) => there.includes(one))
  return again === undefined ? undefined : `${again} is already listed.`
}

/** Specifiers that every shard that answered has installed; undefined while not known. */
function useHeldRequirements(): readonly string[] | undefined {
  const { data } = useQuery(endpointQuery('requirements', { connection: useConnectionName() }))
  return useMemo(() => {
    const perShard = data?.shards.flatMap((answer) =>
      'value' in answer ? [answer.value.filter((one) => one.installed).map((one) => one.name)] : [],
    )
    const [first, ...rest] = perShard ?? []
    return first?.filter((name) => rest.every((names) => names.includes(name)))
  }, [data])
}

function RequirementMark({
  requirement,
  held,
}: {
  readonly requirement: string
  readonly held: readonly string[] | undefined
}) {
  if (!held) return <span className="text-fg-3 text-small">unknown</span>
  const state = requirementPresence(requirement, held)
  switch (state.kind) {
    case 'installed':
      return (
        <span className="inline-flex items-center gap-1 font-medium text-ok text-small">
          <CircleCheck aria-hidden /> installed
        </span>
      )
    case 'new':
      return (
        <span className="inline-flex items-center gap-1 font-medium text-running text-small">
          <Plus aria-hidden /> new
        </span>
      )
    case 'conflict':
      return (
        <span
          className="inline-flex items-center gap-1 font-medium text-small text-waiting"
          title={`The shards have ${state.installed}`}
        >
          <TriangleAlert aria-hidden /> {state.installed} is there
        </span>
      )
  }
}
