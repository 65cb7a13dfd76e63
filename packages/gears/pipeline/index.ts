export {
  actionsOf,
  addStep,
  type Block,
  type BlockId,
  callableOf,
  type Flow,
  flowOf,
  moveStep,
  newPipeline,
  nextId,
  type Pipeline,
  type PipelineStep,
  removeStep,
  type Sources,
  setAction,
  setArgument,
  setComment,
  setReader,
} from './pipeline'
export { type NoBlocks, type ReadPipeline, readPipeline } from './read'
export { SHORTHANDS, type Shorthand, type ShorthandName, shorthand } from './shorthands'
export { type WrittenPipeline, type WrittenSpan, writePipeline } from './write'
