'use client'

import { Accessibility } from '@dnd-kit/dom'
import { move } from '@dnd-kit/helpers'
import { DragDropProvider, PointerSensor } from '@dnd-kit/react'
import {
  addStep,
  type BlockId,
  type Flow,
  flowOf,
  moveStep,
  type NoBlocks,
  newPipeline,
  nextId,
  type Pipeline,
  removeStep,
  writePipeline,
} from '@gearboard/gears/pipeline'
import { plural } from '@gearboard/gears/vocabulary/text'
import { Blocks as BlocksIcon, Redo2, Undo2 } from 'lucide-react'
import { type KeyboardEvent, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { Button, IconButton } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { ActionBlock, PreludeBlock, ReaderBlock } from './end-blocks'
import { type Addable, AddMenu, addableOf, Palette } from './palette'
import { type PipelineProblem, pipelineProblems } from './pipeline-problems'
import { StepBlock } from './step-block'
import { type Blocks, parsePython } from './use-blocks'

interface BlocksViewProps {
  readonly blocks: Blocks | NoBlocks
  readonly onRun: () => void
  readonly onShowCode: () => void
  /** Opens another script in a new tab. */
  readonly onOpen: (script: string) => void
}

/** The script as blocks, or why it cannot be shown as such. */
export function BlocksView({ blocks, onRun, onShowCode, onOpen }: BlocksViewProps) {
  if ('pipeline' in blocks) return <Builder {...blocks} onRun={onRun} />
  return (
    <EmptyState
      icon={BlocksIcon}
      title="No blocks for this code"
      action={
        <>
          <Button onClick={onShowCode}>Show the code</Button>
          <Button onClick={() => onOpen(writePipeline(newPipeline()).text)}>Start with new blocks</Button>
        </>
      }
    >
      <p>
        {blocks.line !== null && <strong>Line {blocks.line}: </strong>}
        {blocks.reason}
      </p>
      <p className="text-small">
        Blocks show one GearsBuilder, its operations and its run or register call. Nothing was changed; new blocks open
        in a tab of their own.
      </p>
    </EmptyState>
  )
}

/** Dnd-kit would explain keys of its own: the grips have simpler ones, and say so. */
const withoutAccessibility = <Plugin,>(plugins: Plugin[]): Plugin[] =>
  plugins.filter((plugin) => !Object.is(plugin, Accessibility))

function Builder({ pipeline, change, undo, redo, onRun }: Blocks & Pick<BlocksViewProps, 'onRun'>) {
  const list = useRef<HTMLOListElement>(null)
  const [said, setSaid] = useState('')
  /** The step that had the focus last: an operation chosen in the palette is inserted after it. */
  const [current, setCurrent] = useState<number>()
  const focus = useRef<BlockId>(undefined)
  useEffect(() => {
    if (focus.current === undefined) return
    const block = list.current?.querySelector(`[data-block="${focus.current}"]`)
    const target = block?.querySelector('[data-handle]') ?? block?.querySelector('button, input, [contenteditable]')
    focus.current = undefined
    if (target instanceof HTMLElement) target.focus()
  })
  const { steps } = pipeline
  const placeIn = (next: Pipeline, id: number) => next.steps.findIndex((step) => step.id === id)
  const addBlock = ({ operation, args }: Addable, place: number) => {
    const id = nextId(pipeline)
    const next = addStep(pipeline, operation, place, args)
    focus.current = id
    setCurrent(id)
    setSaid(`Added ${operation} as step ${place + 1} of ${next.steps.length}.`)
    change(next)
  }
  const moveTo = (id: number, place: number) => {
    const next = moveStep(pipeline, id, place)
    focus.current = id
    setSaid(`${next.steps[place]?.name} is now step ${place + 1} of ${steps.length}.`)
    change(next)
  }
  const remove = (id: number) => {
    const place = placeIn(pipeline, id)
    const next = removeStep(pipeline, id)
    const neighbour = next.steps[Math.min(place, next.steps.length - 1)]
    focus.current = neighbour?.id ?? 'action'
    setCurrent(neighbour?.id)
    setSaid(`Removed ${steps[place]?.name}, ${plural(next.steps.length, 'step')} left. Press Control Z to undo.`)
    change(next)
  }
  const addPressed = (addable: Addable) => {
    const place = current === undefined ? -1 : placeIn(pipeline, current)
    addBlock(addable, place < 0 ? steps.length : place + 1)
  }
  const onKeyDownCapture = (event: KeyboardEvent) => {
    // Before a field takes it for a new line.
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    event.stopPropagation()
    onRun()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    // Fields undo their own typing.
    if (!(event.ctrlKey || event.metaKey) || isTextField(event.target)) return
    const again = event.key === 'y' || (event.key.toLowerCase() === 'z' && event.shiftKey)
    const action = again ? redo : event.key === 'z' ? undo : undefined
    if (!action) return
    event.preventDefault()
    action()
    setSaid(again ? 'Redone.' : 'Undone.')
  }
  const problems = useProblems(pipeline)
  const of = (block: BlockId) => problems.filter((problem) => problem.block === block)
  const flow = flowOf(pipeline)
  return (
    <DragDropProvider
      sensors={[PointerSensor]}
      plugins={withoutAccessibility}
      onDragEnd={(event) => {
        const { source, target } = event.operation
        if (event.canceled || !source || !target) return
        if (source.type === 'operation') {
          const addable = addableOf(pipeline.reader.name, source.id)
          const place = target.id === 'action' ? steps.length : steps.findIndex((step) => step.id === target.id)
          if (addable && place >= 0) addBlock(addable, place)
          return
        }
        const next = move([...steps], event)
        const place = next.findIndex((step) => step.id === source.id)
        if (place >= 0 && steps[place]?.id !== source.id) moveTo(Number(source.id), place)
      }}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys of the blocks within, not of this box */}
      <div
        onKeyDownCapture={onKeyDownCapture}
        onKeyDown={onKeyDown}
        className="grid gap-4 p-3 lg:grid-cols-[168px_minmax(0,1fr)]"
      >
        <Palette reader={pipeline.reader.name} onAdd={addPressed} />
        <div className="flex min-w-0 flex-col gap-2">
          <div className="flex flex-wrap items-center gap-2">
            <AddMenu reader={pipeline.reader.name} onAdd={addPressed} />
            <span className="text-fg-3 text-small max-lg:hidden">Click or drag an operation.</span>
            <span className="ml-auto flex gap-1">
              <IconButton
                icon={Undo2}
                label="Undo"
                disabledReason={undo ? undefined : 'Nothing to undo'}
                onClick={undo}
              />
              <IconButton
                icon={Redo2}
                label="Redo"
                disabledReason={redo ? undefined : 'Nothing to redo'}
                onClick={redo}
              />
            </span>
          </div>
          <PreludeBlock pipeline={pipeline} onChange={change} problems={of('prelude')} />
          <ol
            ref={list}
            aria-label="Pipeline"
            onFocus={({ target }) => {
              const id = Number(target.closest('[data-block]')?.getAttribute('data-block'))
              setCurrent(Number.isNaN(id) ? undefined : id)
            }}
          >
            <ReaderBlock pipeline={pipeline} onChange={change} problems={of('reader')} />
            {steps.map((step, i) => (
              <StepBlock
                key={step.id}
                pipeline={pipeline}
                step={step}
                index={i}
                flow={flow[i] ?? STILL}
                problems={of(step.id)}
                onChange={change}
                onMove={moveTo}
                onRemove={remove}
              />
            ))}
            <ActionBlock pipeline={pipeline} onChange={change} flow={flow.at(-1) ?? STILL} problems={of('action')} />
          </ol>
          <p role="status" className="sr-only">
            {said}
          </p>
        </div>
      </div>
    </DragDropProvider>
  )
}

const STILL: Flow = { moves: null, oneShard: false }

const isTextField = (target: EventTarget): boolean =>
  target instanceof HTMLElement && target.closest('input, textarea, [contenteditable]') !== null

function useProblems(pipeline: Pipeline): readonly PipelineProblem[] {
  const settled = useDeferredValue(pipeline)
  return useMemo(() => pipelineProblems(settled, parsePython), [settled])
}
