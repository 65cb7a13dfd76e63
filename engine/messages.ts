import type { MessagePort } from 'node:worker_threads'
import type { ShardInfo } from './core'
import type { SharedSignals } from './signals'
import type { FetchAnswer, WheelRequest } from './wheels/installer'

export type LogLevel = 'debug' | 'verbose' | 'notice' | 'warning'

/** The line to another shard of the process. */
export interface PeerLine {
  readonly index: number
  readonly port: MessagePort
  readonly signals: SharedSignals
}

export interface Restart {
  /** Ms since the epoch. */
  readonly at: number
  /** One line. */
  readonly reason: string
}

/** What a shard's worker starts with. */
export interface ShardData {
  readonly index: number
  readonly peers: readonly ShardInfo[]
  readonly clusterEnabled: boolean
  readonly requirepass: string
  readonly gearsVersion: '1.0' | '1.2'
  readonly moduleArgs: readonly string[]
  readonly seed: boolean
  readonly pythonMemoryMb: number
  readonly engineRoot: string
  readonly generation: number
  /** Why and when the worker before this one ended. */
  readonly restart: Restart | undefined
  /** Where this shard saves; undefined where nothing is kept. */
  readonly dumpFile: string | undefined
  readonly port: MessagePort
  readonly signals: SharedSignals
  readonly lines: readonly PeerLine[]
  readonly kept: ReadonlyMap<string, unknown>
}

/** Which shards write their file at the end: each, none, or those whose `save` names a point, as a signal ends Redis. */
export type SaveAtEnd = 'always' | 'never' | 'with-save-points'

export type ToShard =
  | { readonly kind: 'requests'; readonly batch: ArrayBuffer }
  | { readonly kind: 'open'; readonly conn: number; readonly address: string; readonly local: string }
  | { readonly kind: 'close'; readonly conn: number }
  /** The socket took this many bytes of replies. */
  | { readonly kind: 'drained'; readonly conn: number; readonly bytes: number }
  /** Save now; answered by `saved`. */
  | { readonly kind: 'save'; readonly when: Exclude<SaveAtEnd, 'never'> }
  /** Answered by `alive`. */
  | { readonly kind: 'ping' }
  | { readonly kind: 'fetched'; readonly token: number; readonly answer: FetchAnswer }
  /** A peer was restarted. */
  | { readonly kind: 'peer'; readonly line: PeerLine }

export type FromShard =
  | { readonly kind: 'ready' }
  | { readonly kind: 'alive' }
  | { readonly kind: 'replies'; readonly batch: ArrayBuffer }
  /** End the connection; `flush` sends first what was written. */
  | { readonly kind: 'close'; readonly conn: number; readonly flush: boolean }
  /** The client authenticated: the limits of strangers are lifted. */
  | { readonly kind: 'admit'; readonly conn: number }
  | { readonly kind: 'shutdown'; readonly save: SaveAtEnd }
  /** The worker ends at once, or is ended. */
  | { readonly kind: 'failing'; readonly reason: string }
  /** `error`: why not. */
  | { readonly kind: 'saved'; readonly error: string | undefined }
  /** Wheels are to be got. */
  | { readonly kind: 'fetch'; readonly token: number; readonly request: WheelRequest }
  | { readonly kind: 'keep'; readonly key: string; readonly value: unknown }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly text: string }
