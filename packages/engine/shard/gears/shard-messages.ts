import type { WheelBytes } from '../../wheels/installer'
import type { ExecutionMode, ReaderType, RegisteringReader, StepTriple } from './terms'

/** A session as it is sent to other shards and kept for a restart. */
export interface SessionInfo {
  readonly name: string
  readonly key: string
  readonly description: string | undefined
  readonly installed: boolean
  /** The names of its requirements. */
  readonly requirements: readonly string[]
}

/** A registration as it is sent to other shards and kept for a restart. */
export interface RegistrationInfo {
  readonly id: string
  readonly mode: ExecutionMode
  readonly reader: RegisteringReader
  readonly desc: string | undefined
  /** The reader's arguments, checked by `_rg/flat_execution.py`. */
  readonly spec: unknown
  readonly steps: readonly StepTriple[]
  /** The plan that other shards load. */
  readonly pickled: Uint8Array
}

/** The registrations of one script. */
export interface RegistrationBatch {
  readonly session: SessionInfo
  /** The session that this one replaces. */
  readonly replaces: string | undefined
  readonly registrations: readonly RegistrationInfo[]
}

/** An operation that a shard requests from all shards. */
export type ShardOperation =
  | { readonly op: 'abort'; readonly id: string }
  | { readonly op: 'drop'; readonly id: string }
  | { readonly op: 'describe'; readonly id: string }
  | { readonly op: 'unregister'; readonly id: string; readonly abortPending: boolean }
  | { readonly op: 'pause' | 'unpause'; readonly id: string }
  | { readonly op: 'clear' }
  | { readonly op: 'register'; readonly batch: RegistrationBatch }
  | { readonly op: 'require'; readonly names: readonly string[]; readonly wheels: readonly WheelBytes[] }

/** `error`: why the shard failed. `value`: its result, which must be cloneable. */
export interface OperationAnswer {
  readonly error?: string
  readonly value?: unknown
}

/** The arguments of a run, checked by `_rg/flat_execution.py`. */
export interface RunSpec {
  /** Of KeysReader. */
  readonly pattern?: string
  readonly noScan?: boolean
  readonly readValue?: boolean
  /** Of StreamReader. */
  readonly key?: string
  readonly fromId?: string
}

/** What every shard reads for an execution: the source of a run, or the arguments of a command. Nothing for an event on another shard. */
export type SharedSource =
  | ({ readonly run: ReaderType } & RunSpec)
  | { readonly command: readonly Uint8Array[] }
  | undefined

/** The plan of a distributed execution. */
export interface PlanMessage {
  readonly type: 'plan'
  readonly id: string
  readonly registration: string | undefined
  readonly session: SessionInfo
  readonly pickled: Uint8Array | undefined
  readonly mode: ExecutionMode
  readonly reader: ReaderType
  readonly steps: readonly StepTriple[]
  readonly source: SharedSource
}

/** The messages between shards. `id` is an execution's. */
export type Message =
  | { readonly type: 'hello'; readonly runId: string; readonly answer: boolean }
  | PlanMessage
  | { readonly type: 'acknowledged' | 'go' | 'completed' | 'release'; readonly id: string }
  | { readonly type: 'records'; readonly id: string; readonly step: number; readonly data: Uint8Array | undefined }
  | { readonly type: 'ask'; readonly token: number; readonly operation: ShardOperation }
  | { readonly type: 'answer'; readonly token: number; readonly answer: OperationAnswer }
  | { readonly type: 'tell'; readonly operation: ShardOperation }
