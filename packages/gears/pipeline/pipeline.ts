import {
  type ActionName,
  type Argument,
  actionOf,
  type Callable,
  type OperationName,
  operation,
  type ReaderName,
  reader,
  runtimeFunction,
} from '../docs'

/** Python expressions as written, by the name of the argument; an argument that is absent keeps its default. */
export type Sources = Readonly<Record<string, string>>

/** A call on the builder: an operation, or the action. */
export interface Block<Name extends string = string> {
  readonly name: Name
  readonly args: Sources
  /** Lines of comment above it, without their `#`; empty for none. */
  readonly comment: string
}

export interface PipelineStep extends Block<OperationName> {
  /** Distinguishes it from the other steps while they are moved; it does not say its position. */
  readonly id: number
}

/**
 * A RedisGears function as blocks: reader → operations → action. What the blocks hold is Python; `writePipeline` makes a script of it and
 * `readPipeline` reads that script back.
 */
export interface Pipeline {
  /** Python above the builder, kept as it is: imports, functions, constants. */
  readonly prelude: string
  readonly reader: { readonly name: ReaderName; readonly args: Sources }
  readonly steps: readonly PipelineStep[]
  readonly action: Block<ActionName>
}

/** Which block: a step by its id. */
export type BlockId = 'prelude' | 'reader' | number | 'action'

/** The arguments of GearsBuilder that a reader block holds: its reader is the block's name, and its default argument goes to `run`. */
const READER_ARGUMENTS: readonly Argument[] = (runtimeFunction('GearsBuilder')?.args ?? []).filter(
  ({ name }) => name === 'desc',
)

/** What a block is documented as. */
export function callableOf(pipeline: Pipeline, id: Exclude<BlockId, 'prelude'>): Callable {
  const { name } = pipeline.reader
  const known = reader(name)
  const found =
    id === 'reader'
      ? known && { name, args: READER_ARGUMENTS, doc: known.doc }
      : id === 'action'
        ? known && actionOf(known, pipeline.action.name)
        : operation(pipeline.steps.find((step) => step.id === id)?.name ?? '')
  return found ?? { name: id === 'action' ? pipeline.action.name : name, args: [], doc: '' }
}

const supported = (name: ReaderName, action: ActionName): boolean => Boolean(reader(name)?.[action])

/** The actions that a reader supports, at least one. */
export const actionsOf = (name: ReaderName): readonly ActionName[] =>
  (['run', 'register'] as const).filter((action) => supported(name, action))

/** What a new block begins with: an example for each argument that must be given. */
const examples = (args: readonly Argument[]): Sources =>
  Object.fromEntries(args.flatMap(({ name, example }) => (example === undefined ? [] : [[name, example]])))

const newAction = (name: ReaderName, action: ActionName): Block<ActionName> => {
  const known = reader(name)
  const args = known ? (actionOf(known, action)?.args ?? []) : []
  return { name: action, args: examples(args), comment: '' }
}

export const newPipeline = (name: ReaderName = 'KeysReader'): Pipeline => ({
  prelude: '',
  reader: { name, args: {} },
  steps: [],
  action: newAction(name, actionsOf(name)[0] ?? 'run'),
})

/** The id of the next step to come. */
export const nextId = (pipeline: Pipeline): number => Math.max(-1, ...pipeline.steps.map((step) => step.id)) + 1

/** Puts a new step of that operation at a place, 0 first; its id is new. */
export function addStep(
  pipeline: Pipeline,
  name: OperationName,
  place: number,
  args: Sources = examples(operation(name)?.args ?? []),
): Pipeline {
  const step: PipelineStep = { id: nextId(pipeline), name, args, comment: '' }
  return { ...pipeline, steps: pipeline.steps.toSpliced(place, 0, step) }
}

export const removeStep = (pipeline: Pipeline, id: number): Pipeline => ({
  ...pipeline,
  steps: pipeline.steps.filter((step) => step.id !== id),
})

export function moveStep(pipeline: Pipeline, id: number, place: number): Pipeline {
  const step = pipeline.steps.find((one) => one.id === id)
  return step ? { ...pipeline, steps: removeStep(pipeline, id).steps.toSpliced(place, 0, step) } : pipeline
}

const without = (args: Sources, name: string): Sources =>
  Object.fromEntries(Object.entries(args).filter(([key]) => key !== name))

/** Writes an argument; undefined leaves it to its default. */
export function setArgument(
  pipeline: Pipeline,
  id: Exclude<BlockId, 'prelude'>,
  name: string,
  source: string | undefined,
): Pipeline {
  const changed = <B extends { readonly args: Sources }>(block: B): B => ({
    ...block,
    args: source === undefined ? without(block.args, name) : { ...block.args, [name]: source },
  })
  if (id === 'reader') return { ...pipeline, reader: changed(pipeline.reader) }
  if (id === 'action') return { ...pipeline, action: changed(pipeline.action) }
  return { ...pipeline, steps: pipeline.steps.map((step) => (step.id === id ? changed(step) : step)) }
}

/** Writes the comment above a step or the action. */
export function setComment(pipeline: Pipeline, id: number | 'action', comment: string): Pipeline {
  if (id === 'action') return { ...pipeline, action: { ...pipeline.action, comment } }
  return { ...pipeline, steps: pipeline.steps.map((step) => (step.id === id ? { ...step, comment } : step)) }
}

/** Another action, with the arguments that both know. */
export function setAction(pipeline: Pipeline, name: ActionName): Pipeline {
  const fresh = newAction(pipeline.reader.name, name)
  const known = callableOf({ ...pipeline, action: fresh }, 'action').args.map((arg) => arg.name)
  const kept = Object.entries(pipeline.action.args).filter(([arg]) => known.includes(arg))
  const args = { ...fresh.args, ...Object.fromEntries(kept) }
  return { ...pipeline, action: { name, args, comment: pipeline.action.comment } }
}

/** Another reader; the action follows where the new one does not support it. */
export function setReader(pipeline: Pipeline, name: ReaderName): Pipeline {
  const action = supported(name, pipeline.action.name) ? pipeline.action.name : (actionsOf(name)[0] ?? 'run')
  // One reader's argument does not suit another: a glob, a stream, a function.
  const own = { ...pipeline.action, args: without(pipeline.action.args, 'arg') }
  return setAction({ ...pipeline, reader: { ...pipeline.reader, name }, action: own }, action)
}

/** Where records go before and after a block. */
export interface Flow {
  /** The block moves them: to the shard of their key, or to the one that started the execution. */
  readonly moves: 'repartition' | 'collect' | null
  /** After a collect only the initiator has records, until they are repartitioned. */
  readonly oneShard: boolean
}

/** The flow of each step and of the action, in order. On a server outside a cluster nothing moves. */
export function flowOf(pipeline: Pipeline): readonly Flow[] {
  const local = pipeline.action.args.mode
  const moving = local !== "'async_local'" && local !== "'sync'"
  const last = pipeline.action.args.collect === 'False' ? null : 'collect'
  const moves = [...pipeline.steps.map((step) => operation(step.name)?.moves ?? null), last] as const
  let oneShard = false
  return moves.map((move) => {
    const moved = moving ? move : null
    if (moved !== null) oneShard = moved === 'collect'
    return { moves: moved, oneShard }
  })
}
