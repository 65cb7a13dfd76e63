'use client'

import { useSortable } from '@dnd-kit/react/sortable'
import { callableOf, type Flow, type Pipeline, type PipelineStep } from '@gearboard/gears/pipeline'
import { ArrowDown, ArrowUp, GripVertical, X } from 'lucide-react'
import type { KeyboardEvent } from 'react'
import { IconButton } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { BlockForm } from './block-form'
import { BlockFrame } from './block-frame'
import type { PipelineProblem } from './pipeline-problems'

interface StepBlockProps {
  readonly pipeline: Pipeline
  readonly step: PipelineStep
  readonly index: number
  readonly flow: Flow
  readonly problems: readonly PipelineProblem[]
  readonly onChange: (pipeline: Pipeline, field?: string) => void
  readonly onMove: (id: number, place: number) => void
  readonly onRemove: (id: number) => void
}

/** An operation: dragged by its grip, or moved by the arrow keys on it. */
export function StepBlock({ pipeline, step, index, flow, problems, onChange, onMove, onRemove }: StepBlockProps) {
  const { ref, handleRef, isDragging, isDropTarget } = useSortable({
    id: step.id,
    index,
    type: 'step',
    accept: ['step', 'operation'],
  })
  const last = pipeline.steps.length - 1
  const places: Readonly<Record<string, number>> = { ArrowUp: index - 1, ArrowDown: index + 1, Home: 0, End: last }
  const onKeyDown = (event: KeyboardEvent) => {
    const place = places[event.key]
    if (event.key === 'Delete' || event.key === 'Backspace') onRemove(step.id)
    else if (place === undefined) return
    else if (place !== index && place >= 0 && place <= last) onMove(step.id, place)
    event.preventDefault()
  }
  const name = `step ${index + 1}, ${step.name}`
  return (
    <BlockFrame
      ref={ref}
      id={step.id}
      label={`Step ${index + 1}: ${step.name}`}
      number={index + 2}
      name={step.name}
      doc={callableOf(pipeline, step.id).doc}
      flow={flow}
      className={cn(isDragging && 'opacity-60', isDropTarget && !isDragging && 'border-t-accent')}
      handle={
        <button
          type="button"
          ref={handleRef}
          data-handle
          aria-label={`Reorder ${name}`}
          aria-description="Use the arrow keys to move it, Delete to remove it."
          onKeyDown={onKeyDown}
          className="-ml-1 flex size-6 shrink-0 cursor-grab touch-none items-center justify-center rounded-control text-fg-3 hover:bg-hover hover:text-fg max-md:size-9"
        >
          <GripVertical aria-hidden />
        </button>
      }
      actions={
        <>
          <IconButton
            size="row"
            icon={ArrowUp}
            label={`Move up ${name}`}
            disabledReason={index === 0 ? 'Already the first step.' : undefined}
            onClick={() => onMove(step.id, index - 1)}
          />
          <IconButton
            size="row"
            icon={ArrowDown}
            label={`Move down ${name}`}
            disabledReason={index === last ? 'Already the last step.' : undefined}
            onClick={() => onMove(step.id, index + 1)}
          />
          <IconButton size="row" icon={X} label={`Remove ${name}`} onClick={() => onRemove(step.id)} />
        </>
      }
    >
      <BlockForm pipeline={pipeline} block={step.id} onChange={onChange} problems={problems} />
    </BlockFrame>
  )
}
