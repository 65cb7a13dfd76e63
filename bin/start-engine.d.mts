/** How to start an embedded RedisGears. A wrong value rejects with the option and what would be right. */
export interface EngineStart {
  /** 1 is a standalone server, 2 to 32 are a Redis Cluster of so many masters. 1 unless given. */
  readonly shards?: number
  /** The first shard's; the others have those after it. Free ones unless given. */
  readonly port?: number
  /** 127.0.0.1 unless given. */
  readonly host?: string
  /** Of the default user, 8 to 256 visible ASCII characters. None unless given: every local program may connect. */
  readonly password?: string
  /** `true`: an example shop with keys, events and functions; `'events'`: without the functions. */
  readonly seed?: boolean | 'events'
  /** How the module behaves: 1.2 unless given. */
  readonly gearsVersion?: '1.0' | '1.2'
  /** What the module is loaded with: `{ MaxExecutions: 50 }`. */
  readonly moduleArgs?: Readonly<Record<string, string | number>>
  /** An existing folder to save in and load from; nothing is saved unless given. */
  readonly dir?: string
  /** A folder of wheels, for requirements. */
  readonly findLinks?: string
  /** A simple index for requirements. Nothing is downloaded unless given. */
  readonly indexUrl?: string
  /** Memory limit of each shard's Python, 128 to 2048 MB. */
  readonly pythonMemoryMb?: number
}

export interface StartedEngine extends AsyncDisposable {
  readonly port: number
  /** Of the first shard, with the password. */
  readonly url: string
  /** Of each shard. */
  readonly urls: readonly string[]
  readonly pid: number | undefined
  /** Resolves when its process has ended. */
  stop(): Promise<void>
}

/**
 * Starts an embedded RedisGears in a process of its own, which ends with this one, and resolves when it serves.
 * @throws Error with what it printed when it could not start
 */
export function startEngine(options?: EngineStart): Promise<StartedEngine>
