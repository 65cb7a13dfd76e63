import type { ReaderName } from '../docs'
import { newPipeline, type Sources } from '../pipeline'
import { OpenFunction } from './function'
import { type Py, sourceOf } from './py'

interface FunctionOptions {
  /** Shown in the list of registrations. */
  readonly desc?: string | Py
}

function open<Name extends ReaderName>(
  name: Name,
  reads: string | Py | undefined,
  { desc }: FunctionOptions,
): OpenFunction<Name> {
  const args: Sources = desc === undefined ? {} : { desc: sourceOf(desc) }
  const reader = { name, args }
  return new OpenFunction({ ...newPipeline(name), reader }, reads === undefined ? undefined : sourceOf(reads))
}

/** Keys and their values: by glob for `run`, by prefix (`user:*`, or one key) for `register`. */
export const keysReader = (keys?: string | Py, options: FunctionOptions = {}) => open('KeysReader', keys, options)

/** Names of keys, by glob. */
export const keysOnlyReader = (glob?: string | Py, options: FunctionOptions = {}) =>
  open('KeysOnlyReader', glob, options)

/** Entries: of one exact stream for `run`, of the streams with a prefix for `register`. */
export const streamReader = (stream?: string | Py, options: FunctionOptions = {}) =>
  open('StreamReader', stream, options)

/** What a generator function without parameters yields, on each shard. It may be a whole `def`. */
export const pythonReader = (generator: Py, options: FunctionOptions = {}) => open('PythonReader', generator, options)

/** One record for each shard: its id. */
export const shardsIDReader = (options: FunctionOptions = {}) => open('ShardsIDReader', undefined, options)

/** Calls of RG.TRIGGER, or of a hooked command. */
export const commandReader = (options: FunctionOptions = {}) => open('CommandReader', undefined, options)
