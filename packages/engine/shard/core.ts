/**
 * The interface between the key space (shard/keys, shard/commands) and Gears (shard/gears, python).
 * Each side sees only what this file declares. Both run in one worker thread, which is one shard.
 */

import type { FetchAnswer, WheelRequest } from '../wheels/installer'

/** A RESP simple string: `+OK`. */
export class Simple {
  constructor(readonly text: string) {}
}

/** A RESP error: the whole text after the dash, including the error code that Redis sends. */
export class Failure {
  constructor(readonly text: string) {}
}

/** A double: bulk text in RESP2 (`%.17g`), `,` in RESP3. */
export class Double {
  constructor(readonly value: number) {}
}

/** A RESP3 map; flattened to an array in RESP2. */
export class ReplyMap {
  constructor(readonly entries: readonly (readonly [CommandReply, CommandReply])[]) {}
}

/** A RESP3 set; an array in RESP2. */
export class ReplySet {
  constructor(readonly items: readonly CommandReply[]) {}
}

/** A RESP3 push; an array in RESP2. */
export class Push {
  constructor(readonly items: readonly CommandReply[]) {}
}

/** A RESP3 verbatim text (`INFO`, `CLIENT LIST`); a bulk in RESP2. */
export class Verbatim {
  constructor(readonly text: string) {}
}

/** The nil array of RESP2 (`*-1`), which some commands send instead of the nil bulk; `_` in RESP3. */
export class NilArray {
  /** Without a field, the type would accept any object as a reply. */
  readonly nil = true
}

/** `string` is a bulk string in UTF-8, `Uint8Array` an unchanged bulk string, `null` the nil bulk, `number` and `bigint` are integers. */
export type CommandReply =
  | null
  | number
  | bigint
  | string
  | Uint8Array
  | Simple
  | Failure
  | Double
  | ReplyMap
  | ReplySet
  | Push
  | Verbatim
  | NilArray
  | readonly CommandReply[]

export const OK = new Simple('OK')

/** Returned by `run` if the reply comes later, through the `PendingReply` of `Context.block`. */
export const BLOCKED: unique symbol = Symbol('blocked')
export type CommandOutcome = CommandReply | typeof BLOCKED

/** Who issued a command. This decides whether it may block and which checks apply. */
export type Origin = 'client' | 'multi' | 'lua' | 'python' | 'internal'

/** The reply that a blocked client waits for. A second call, or a call after the client has left, does nothing. */
export interface PendingReply {
  reply(reply: CommandReply): void
  /** False after the client was answered or has disconnected. */
  readonly waiting: boolean
}

export interface BlockOptions {
  /** In milliseconds; absent or 0 means no timeout. */
  readonly timeoutMs?: number
  /** The reply at the timeout; nil if absent. */
  readonly onTimeout?: () => CommandReply
  /** SLOWLOG counts the wait as work of this command. */
  readonly measured?: boolean
  /** Called when the client has left or was unblocked, to release what waits for it. Gears cancels nothing here. */
  readonly onGone?: () => void
}

/** One connection, as the commands see it. */
export interface Client {
  readonly id: number
  /** 2 or 3. */
  protocol: 2 | 3
  db: number
  name: string
}

export interface Context {
  readonly shard: ShardApi
  /** Undefined for commands without a connection (Python's `execute`, the example shop, replays). */
  readonly client: Client | undefined
  readonly db: number
  readonly origin: Origin
  /** The command that is running, after rewriting; empty before it runs. Key events use it to identify their cause. */
  readonly argv: readonly Buffer[]
  /**
   * Blocks the client. If the origin is multi or lua, this refuses with Redis's text (`ERR Blocking module command called from
   * transaction`), so check `canBlock` first.
   */
  block(options?: BlockOptions): PendingReply
  readonly canBlock: boolean
}

export interface CommandSpec {
  /** Lower case, as COMMAND INFO prints it. */
  readonly name: string
  /** Redis's arity, including the name: n means exactly n, -n means at least n. */
  readonly arity: number
  readonly flags: readonly CommandFlag[]
  /** First key, last key and step, as in COMMAND INFO. If the keys move, `movable` finds them. */
  readonly keys: readonly [first: number, last: number, step: number]
  /** How it uses its keys, in the flags of Redis 7.0's key specifications. Only commands of modules set it here. */
  readonly access?: string
  readonly movable?: (argv: readonly Buffer[]) => readonly Buffer[]
  run(context: Context, argv: readonly Buffer[]): CommandOutcome
}

export type CommandFlag =
  | 'write'
  | 'readonly'
  | 'denyoom'
  | 'admin'
  | 'pubsub'
  | 'noscript'
  | 'blocking'
  | 'loading'
  | 'stale'
  | 'fast'
  | 'movablekeys'
  | 'module'

/** A keyspace notification of the module API, which is sent regardless of `notify-keyspace-events`. */
export interface KeyEvent {
  /** `set`, `hset`, `expired`, `del`, `keymiss`, `xadd` … */
  readonly event: string
  readonly key: Buffer
}

/** What Gears needs of a key, without running a command. */
export interface KeyView {
  readonly type: 'string' | 'list' | 'hash' | 'set' | 'zset' | 'stream' | 'module'
  /** string: Buffer · list: Buffer[] · hash: [field, value][] · others: undefined. */
  readonly value: Buffer | readonly Buffer[] | readonly (readonly [Buffer, Buffer])[] | undefined
}

export interface ShardInfo {
  readonly index: number
  /** 40 hex digits: the Redis Cluster node id. */
  readonly id: string
  readonly host: string
  readonly port: number
  /** Inclusive slot range; undefined when cluster-enabled without slots, or standalone. */
  readonly slots: readonly [number, number] | undefined
}

export interface ShardApi {
  readonly self: ShardInfo
  /** All shards of this process, including `self`, in slot order. A standalone server has one. */
  readonly peers: readonly ShardInfo[]
  /** Redis Cluster mode (`--shards N` with N > 1, or `--cluster`). */
  readonly clusterEnabled: boolean

  readonly commands: Map<string, CommandSpec>
  /** Adds commands; Gears adds `rg.*` at start. */
  define(...specs: readonly CommandSpec[]): void

  /**
   * Runs one command to its end inside the running code, with checks of arity, key slot and flags, with events and command hooks. A command
   * that would block replies immediately, as inside MULTI (BLPOP: nil).
   */
  call(
    argv: readonly Buffer[],
    options: { readonly origin: Origin; readonly db?: number; readonly client?: Client },
  ): CommandReply

  /** The listener is called inside the command that caused the event, in order of subscription. */
  onKeyEvent(listener: (event: KeyEvent, cause: Context | undefined) => void): void

  /**
   * Called before each command of clients, MULTI, Lua and Python (not `internal`). If it returns an argv, that runs instead. Command hooks
   * rewrite `GET x` to their internal trigger this way.
   */
  onCommand(rewrite: (context: Context, argv: readonly Buffer[]) => readonly Buffer[] | undefined): void
  /**
   * Called with each reply before it is sent; its result is sent instead (KeysReader `commands`, `override_reply`). BLOCKED holds the reply
   * back.
   */
  onReply(filter: (context: Context, argv: readonly Buffer[], reply: CommandReply) => CommandOutcome): void

  /** Reads a key of DB `db` without changing its statistics; undefined if it does not exist. Removes the key first if it has expired. */
  peek(db: number, key: Buffer): KeyView | undefined
  /** One SCAN call on DB 0: the next cursor ('0' at the end) and keys. */
  scan(
    cursor: string,
    pattern: Buffer | undefined,
    count: number,
  ): { readonly cursor: string; readonly keys: readonly Buffer[] }
  keySlot(key: Buffer): number

  /**
   * Sends a structured-clone message to another shard of this process (its index in `peers`). Messages between two shards keep their order.
   */
  send(to: number, message: unknown): void
  onMessage(handler: (from: number, message: unknown) => void): void

  /** Stores a value of a module's own type under `key` (`rg_timeev`), which TYPE reports. `freed` is called when the key is removed. */
  putModuleValue(db: number, key: Buffer, value: { readonly typeName: string; freed(): void }): void
  /**
   * Adds a section to INFO. `name` selects it. `text` is called for each INFO and returns lines that end in CRLF; they appear in `INFO
   * everything` and `INFO modules`.
   */
  addInfoSection(name: string, text: () => string): void
  /** Reports reserved address space, which counts as memory although it is not in use. */
  reserves(bytes: number): void
  /** Reports that this worker cannot continue. It ends after its current answer, or else the main thread ends it. */
  failing(reason: string): void
  /** Writes a line to the server log, with Redis's levels. */
  log(level: 'debug' | 'verbose' | 'notice' | 'warning', text: string): void

  /**
   * Serves what is waiting: client commands, messages of shards, due timers. Python calls it between bytecodes after the main thread has
   * raised the signal, and in slices of `time.sleep`. Calls may be nested.
   * @param tasks also runs tasks of `later`, so that another execution may start on top of the running one
   */
  serve(tasks: boolean): void
  /** Runs `task` from the loop, after what is being served. `serve(true)` also runs it while Python is running, unless the lock is held. */
  later(task: () => void): void
  timer(ms: number, task: () => void): { cancel(): void }

  /** Tells the main thread whether Python has the thread; see wire/signals.ts. */
  readonly python: PythonGate
  /**
   * Takes the server lock. While it is held, `serve` runs only commands that touch no key (PING, INFO, RG.ABORTEXECUTION …), and the others
   * wait. EXEC and EVAL hold it; `atomic()` and sync functions should. It is counted, so it may be taken again while held.
   */
  lock(): void
  unlock(): void

  /** Stores a structured-cloneable value on the main thread, where it survives a crash of this worker. `undefined` removes it. */
  keepValue(key: string, value: unknown): void
  /** What `keep` stored, also before this worker replaced a crashed one. */
  kept(key: string): unknown
  /** The values of all keys that begin with `prefix`, in the order in which they were first stored. */
  keptUnder(prefix: string): unknown[]
  /** Downloads wheels on another thread. `done` is called once, later, from the loop or from `serve`. */
  fetchWheels(request: WheelRequest, done: (answer: FetchAnswer) => void): void
  /** Called by DEBUG RELOAD, to forget what RDB does not save (counters, executions). */
  onReload(handler: () => void): void
}

/** Synchronizes the interpreter with the thread's commands. `enter` and `leave` may be nested. */
export interface PythonGate {
  /** Pyodide's interrupt buffer. The main thread and other shards write a signal number to element 0. */
  readonly buffer: Int32Array
  /**
   * Call this before Python takes the thread. It sets `busy`, then serves once what arrived before that was visible. With `quietly`, the
   * main thread's next tick does that instead: for short functions that run inside a command.
   */
  enter(quietly?: boolean): void
  leave(): void
  /** Raises the main thread's signal from this thread. */
  signal(): void
}

/** The example shop: `events` makes keys and events, `all` also submits its functions. */
export type Seed = 'none' | 'events' | 'all'

/** The options of `installGears(shard, options)` in gears/install.ts. */
export interface GearsInstallOptions {
  /** The folder with python/ and seed/: this one, or its copy in an installed package. */
  readonly engineRoot: string
  readonly gearsVersion: '1.0' | '1.2'
  /** Names and values of the module's arguments. */
  readonly moduleArgs: readonly string[]
  /** The maximum memory of Python, MB. */
  readonly pythonMemoryMb: number
  /** What to start of the example shop of seed/. */
  readonly seed: Seed
  /** Whether to restore what Gears kept before: after a crash, or from a file. */
  readonly restores: boolean
}
