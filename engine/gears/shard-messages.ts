import type { WheelBytes } from '../wheels/installer'
import type { ExecutionMode, ReaderType, RegisteringReader, StepTriple } from './terms'

/** A session as other shards, and the life after a crash, know it. */
export interface SessionInfo {
  readonly name: string
  readonly key: string
  readonly description: string | undefined
  readonly installed: boolean
  /** Names of its requirements. */
  readonly requirements: readonly string[]
}

/** A registration as other shards, and the life after a crash, know it. */
export interface RegistrationInfo {
  readonly id: string
  readonly mode: ExecutionMode
  readonly reader: RegisteringReader
  readonly desc: string | undefined
  /** The reader's arguments, as `_rg/flat_execution.py` checked them. */
  readonly spec: unknown
  readonly steps: readonly StepTriple[]
  /** The plan as other shards load it. */
  readonly pickled: Uint8Array
}

/** The registrations of one script. */
export interface RegistrationBatch {
  readonly session: SessionInfo
  /** The session that this one takes the place of. */
  readonly replaces: string | undefined
  readonly registrations: readonly RegistrationInfo[]
}

/** What one shard asks all to do. */
export type ShardOperation =
  | { readonly op: 'abort'; readonly id: string }
  | { readonly op: 'drop'; readonly id: string }
  | { readonly op: 'describe'; readonly id: string }
  | { readonly op: 'unregister'; readonly id: string; readonly abortPending: boolean }
  | { readonly op: 'pause' | 'unpause'; readonly id: string }
  | { readonly op: 'clear' }
  | { readonly op: 'register'; readonly batch: RegistrationBatch }
  | { readonly op: 'require'; readonly names: readonly string[]; readonly wheels: readonly WheelBytes[] }

/** `error`: why this shard could not. `value`: what it says; cloneable. */
export interface OperationAnswer {
  readonly error?: string
  readonly value?: unknown
}

/** The arguments of a run, as `_rg/flat_execution.py` checked them. */
export interface RunSpec {
  /** KeysReader */
  readonly pattern?: string
  readonly noScan?: boolean
  readonly readValue?: boolean
  /** StreamReader */
  readonly key?: string
  readonly fromId?: string
}

/** What every shard reads for an execution: what a run says, the arguments of a command, or nothing where an event happened elsewhere. */
export type SharedSource =
  | ({ readonly run: ReaderType } & RunSpec)
  | { readonly command: readonly Uint8Array[] }
  | undefined

/** The plan of an execution that begins on all shards. */
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

/** What shards say to each other. `id` is an execution's. */
export type Message =
  | { readonly type: 'hello'; readonly runId: string; readonly answer: boolean }
  | PlanMessage
  | { readonly type: 'acknowledged' | 'go' | 'completed' | 'release'; readonly id: string }
  | { readonly type: 'records'; readonly id: string; readonly step: number; readonly data: Uint8Array | undefined }
  | { readonly type: 'ask'; readonly token: number; readonly operation: ShardOperation }
  | { readonly type: 'answer'; readonly token: number; readonly answer: OperationAnswer }
  | { readonly type: 'tell'; readonly operation: ShardOperation }
