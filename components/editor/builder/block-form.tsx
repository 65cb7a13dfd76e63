'use client'

import { type BlockId, callableOf, type Pipeline, setArgument, setComment } from '@gearboard/gears/pipeline'
import { ChevronDown } from 'lucide-react'
import { useId, useState } from 'react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Field, Textarea } from '@/components/ui/input'
import { BlockArgument } from './argument-field'
import type { PipelineProblem } from './pipeline-problems'

interface BlockFormProps {
  readonly pipeline: Pipeline
  readonly block: Exclude<BlockId, 'prelude'>
  readonly onChange: (pipeline: Pipeline, field: string) => void
  /** Of this block. */
  readonly problems: readonly PipelineProblem[]
}

const blockOf = (pipeline: Pipeline, id: BlockFormProps['block']) =>
  id === 'reader' || id === 'action' ? pipeline[id] : pipeline.steps.find((step) => step.id === id)

/** The arguments of a block: what must be said and what is said; the rest behind a button. */
export function BlockForm({ pipeline, block: id, onChange, problems }: BlockFormProps) {
  const [all, setAll] = useState(false)
  const restId = useId()
  const block = blockOf(pipeline, id)
  const { args } = callableOf(pipeline, id)
  if (!block) return null
  const comment = 'comment' in block ? block.comment : undefined
  const first = args.filter(
    ({ name, defaultValue }, i) => i === 0 || defaultValue === undefined || block.args[name] !== undefined,
  )
  const rest = args.filter((argument) => !first.includes(argument))
  const hidden = rest.length + (comment === '' ? 1 : 0)
  const field = (argument: (typeof args)[number]) => (
    <BlockArgument
      key={argument.name}
      argument={argument}
      source={block.args[argument.name]}
      onChange={(source) => onChange(setArgument(pipeline, id, argument.name, source), `${id} ${argument.name}`)}
      problem={problems.find((problem) => problem.arg === argument.name)}
    />
  )
  const wide = args.length === 1 || args.every(({ type }) => type === 'function')
  return (
    <div className="flex flex-col gap-2">
      {problems
        .filter((problem) => problem.arg === null)
        .map((problem) => (
          <p key={problem.text} className={problem.severity === 'warning' ? 'text-waiting' : 'text-failed'}>
            {problem.text}
          </p>
        ))}
      <div className={cn('grid gap-x-4 gap-y-2', !wide && 'sm:grid-cols-2')}>{first.map(field)}</div>
      {comment !== undefined && (all || comment !== '') && (
        <CommentField
          value={comment}
          onChange={(text) => id !== 'reader' && onChange(setComment(pipeline, id, text), `${id} #`)}
        />
      )}
      {all && rest.length > 0 && (
        <div id={restId} className="grid gap-x-4 gap-y-2 sm:grid-cols-2">
          {rest.map(field)}
        </div>
      )}
      {hidden > 0 && id !== 'reader' && (
        <div>
          <Button
            variant="ghost"
            size="row"
            icon={ChevronDown}
            aria-expanded={all}
            aria-controls={restId}
            className={cn('-ml-2', all && '[&>svg]:rotate-180')}
            onClick={() => setAll(!all)}
          >
            {all ? 'Fewer' : rest.length > 0 ? `${hidden} more: ${rest.map(({ name }) => name).join(', ')}` : 'Comment'}
          </Button>
        </div>
      )}
    </div>
  )
}

function CommentField({ value, onChange }: { readonly value: string; readonly onChange: (text: string) => void }) {
  return (
    <Field label="Comment">
      {(control) => (
        <Textarea
          {...control}
          mono
          rows={value.split('\n').length}
          className="min-h-7"
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  )
}
