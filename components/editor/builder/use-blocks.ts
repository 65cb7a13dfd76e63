'use client'

import { pythonLanguage } from '@codemirror/lang-python'
import { ACTION_NAMES, OPERATIONS, READER_NAMES } from '@gearboard/gears/docs'
import { type NoBlocks, type Pipeline, readPipeline, writePipeline } from '@gearboard/gears/pipeline'
import { useMemo, useState } from 'react'
import { z } from 'zod'
import { useStored } from '@/components/shared/use-stored'
import { useConnectionName } from '@/lib/api/live'

const sources = z.record(z.string(), z.string())
const pipelineSchema: z.ZodType<Pipeline> = z.object({
  prelude: z.string(),
  reader: z.object({ name: z.enum(READER_NAMES), args: sources }),
  steps: z.array(
    z.object({
      id: z.number().int(),
      name: z.enum(OPERATIONS.map(({ name }) => name)),
      args: sources,
      comment: z.string(),
    }),
  ),
  action: z.object({ name: z.enum(ACTION_NAMES), args: sources, comment: z.string() }),
})

/** Blocks with the script that they wrote. Half-written arguments cannot be read back from it, and must outlive a reload. */
interface SavedBlocks {
  readonly script: string
  readonly pipeline: Pipeline
}

const keptSchema: z.ZodType<SavedBlocks | null> = z.object({ script: z.string(), pipeline: pipelineSchema }).nullable()

interface UndoHistory {
  /** What the blocks wrote last: if the script differs, it was edited, and there is nothing to undo here. */
  readonly script: string
  readonly past: readonly Pipeline[]
  readonly future: readonly Pipeline[]
  /** The field of the last change: further typing in it belongs to the same change. */
  readonly field: string | null
}

const MOST_UNDONE = 200
const NO_HISTORY: UndoHistory = { script: '', past: [], future: [], field: null }

export const parsePython = (text: string) => pythonLanguage.parser.parse(text).topNode

export interface Blocks {
  readonly pipeline: Pipeline
  /** `field` names what is typed in: changes of the same one are undone together. */
  readonly change: (pipeline: Pipeline, field?: string) => void
  readonly undo: (() => void) | undefined
  readonly redo: (() => void) | undefined
}

/** The script as blocks, or why it has none. */
export function useBlocks(script: string, onChange: (script: string) => void): Blocks | NoBlocks {
  const [kept, keep] = useStored(`gearboard.blocks.${useConnectionName()}`, keptSchema, null)
  const [history, setHistory] = useState(NO_HISTORY)
  const read = useMemo(
    () => (kept?.script === script ? { pipeline: kept.pipeline } : readPipeline(script, parsePython(script))),
    [kept, script],
  )
  if ('problem' in read) return read.problem
  const { pipeline } = read
  const { past, future, field: typedIn } = history.script === script ? history : NO_HISTORY
  const write = (next: Pipeline, rest: Omit<UndoHistory, 'script'>) => {
    const { text } = writePipeline(next)
    keep(() => ({ script: text, pipeline: next }))
    setHistory({ script: text, ...rest })
    onChange(text)
  }
  const [undone, redone] = [past.at(-1), future[0]]
  return {
    pipeline,
    change: (next, field) => {
      if (next === pipeline) return
      const goesOn = field !== undefined && field === typedIn
      write(next, { past: goesOn ? past : [...past, pipeline].slice(-MOST_UNDONE), future: [], field: field ?? null })
    },
    undo: undone && (() => write(undone, { past: past.slice(0, -1), future: [pipeline, ...future], field: null })),
    redo: redone && (() => write(redone, { past: [...past, pipeline], future: future.slice(1), field: null })),
  }
}
