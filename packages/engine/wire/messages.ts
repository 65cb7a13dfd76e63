import type { MessagePort } from 'node:worker_threads'
import type { ShardInfo } from '../shard/core'
import type { FetchAnswer, WheelRequest } from '../wheels/installer'
import type { SharedSignals } from './signals'

export type LogLevel = 'debug' | 'verbose' | 'notice' | 'warning'

/** The port to another shard of the process. */
export interface PeerLine {
  readonly index: number
  readonly port: MessagePort
  readonly signals: SharedSignals
}

export interface Restart {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** One line of text. */
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
  /** Of the example shop: keys and events alone, or with the functions. */
  readonly seed: 'none' | 'events' | 'all'
  readonly pythonMemoryMb: number
  readonly engineRoot: string
  readonly generation: number
  /** Why and when the previous worker ended. */
  readonly restart: Restart | undefined
  /** The file that this shard saves to; undefined if nothing is saved. */
  readonly dumpFile: string | undefined
  readonly port: MessagePort
  readonly signals: SharedSignals
  readonly lines: readonly PeerLine[]
  readonly kept: ReadonlyMap<string, unknown>
}

/** Which shards save at the end: all, none, or those whose `save` has a save point, as Redis does on a signal. */
export type SaveAtEnd = 'always' | 'never' | 'with-save-points'

export type ToShard =
  | { readonly kind: 'requests'; readonly batch: ArrayBuffer }
  | { readonly kind: 'open'; readonly conn: number; readonly address: string; readonly local: string }
  | { readonly kind: 'close'; readonly conn: number }
  /** The socket has taken this many bytes of replies. */
  | { readonly kind: 'drained'; readonly conn: number; readonly bytes: number }
  /** Asks the shard to save now; it answers with `saved`. */
  | { readonly kind: 'save'; readonly when: Exclude<SaveAtEnd, 'never'> }
  /** The shard answers with `alive`. */
  | { readonly kind: 'ping' }
  | { readonly kind: 'fetched'; readonly token: number; readonly answer: FetchAnswer }
  /** Another shard was restarted. */
  | { readonly kind: 'peer'; readonly line: PeerLine }

export type FromShard =
  | { readonly kind: 'ready' }
  | { readonly kind: 'alive' }
  | { readonly kind: 'replies'; readonly batch: ArrayBuffer }
  /** Closes the connection; with `flush`, sends what was written first. */
  | { readonly kind: 'close'; readonly conn: number; readonly flush: boolean }
  /** The client has authenticated, so the limits for strangers no longer apply. */
  | { readonly kind: 'admit'; readonly conn: number }
  | { readonly kind: 'shutdown'; readonly save: SaveAtEnd }
  /** The worker will end, or must be ended. */
  | { readonly kind: 'failing'; readonly reason: string }
  /** `error` is the reason if saving failed. */
  | { readonly kind: 'saved'; readonly error: string | undefined }
  /** Asks for wheels. */
  | { readonly kind: 'fetch'; readonly token: number; readonly request: WheelRequest }
  | { readonly kind: 'keep'; readonly key: string; readonly value: unknown }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly text: string }
