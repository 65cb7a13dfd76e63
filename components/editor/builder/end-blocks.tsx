'use client'

import { useDroppable } from '@dnd-kit/react'
import { READER_NAMES, reader } from '@gearboard/gears/docs'
import { actionsOf, callableOf, type Flow, type Pipeline, setAction, setReader } from '@gearboard/gears/pipeline'
import { useId } from 'react'
import { cn } from '@/components/ui/cn'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { Select } from '@/components/ui/select'
import { BlockForm } from './block-form'
import { BlockFrame } from './block-frame'
import type { PipelineProblem } from './pipeline-problems'
import { PythonField } from './python-field'

interface BlockProps {
  readonly pipeline: Pipeline
  readonly onChange: (pipeline: Pipeline, field?: string) => void
  readonly problems: readonly PipelineProblem[]
}

/** Imports, constants and functions that the blocks use. */
export function PreludeBlock({ pipeline, onChange, problems }: BlockProps) {
  const [problem] = problems
  const id = useId()
  return (
    <section aria-label="Code before the pipeline" className="flex flex-col gap-1">
      <span className="text-fg-3 text-small">Code before the pipeline: imports, functions, constants</span>
      <PythonField
        label="Code before the pipeline"
        value={pipeline.prelude}
        onChange={(prelude) => onChange({ ...pipeline, prelude }, 'prelude')}
        describedBy={id}
        invalid={problem !== undefined && problem.severity !== 'warning'}
        placeholder="e.g. import json"
      />
      <p id={id} className="text-failed text-small">
        {problem?.text}
      </p>
    </section>
  )
}

export function ReaderBlock({ pipeline, onChange, problems }: BlockProps) {
  const { name } = pipeline.reader
  const known = reader(name)
  return (
    <BlockFrame
      id="reader"
      label={`Reader: ${name}`}
      number={1}
      name={
        <Select
          label="Reader"
          value={name}
          options={READER_NAMES.map((value) => ({ value, label: value }))}
          onValueChange={(next) => onChange(setReader(pipeline, next))}
        />
      }
      doc={`${known?.doc} A record is ${known?.record}.`}
    >
      <BlockForm pipeline={pipeline} block="reader" onChange={onChange} problems={problems} />
    </BlockFrame>
  )
}

export function ActionBlock({ pipeline, onChange, flow, problems }: BlockProps & { readonly flow: Flow }) {
  const { ref, isDropTarget } = useDroppable({ id: 'action', accept: 'operation' })
  const { name } = pipeline.action
  const actions = actionsOf(pipeline.reader.name)
  return (
    <BlockFrame
      ref={ref}
      id="action"
      label={`Action: ${name}`}
      number={pipeline.steps.length + 2}
      name={
        actions.length > 1 ? (
          <SegmentedControl
            label="Action"
            value={name}
            options={actions.map((value) => ({ value, label: value }))}
            onValueChange={(next) => onChange(setAction(pipeline, next))}
          />
        ) : (
          name
        )
      }
      doc={callableOf(pipeline, 'action').doc}
      flow={flow}
      className={cn(isDropTarget && 'border-t-accent')}
    >
      <BlockForm pipeline={pipeline} block="action" onChange={onChange} problems={problems} />
    </BlockFrame>
  )
}
