/**
 * The joint between the key space (engine/store, engine/commands) and Gears (engine/gears, engine/python).
 * Both sides see only what stands here. Everything runs in one worker thread: one thread is one shard.
 */

import type { FetchAnswer, WheelRequest } from './wheels/installer'

/** A RESP simple string: `+OK`. */
export class Simple {
  constructor(readonly text: string) {}
}

/** A RESP error: the whole text behind the dash, code word included where Redis sends one. */
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

/** The nil array of RESP2 (`*-1`), which some commands send where others send the nil bulk; `_` in RESP3. */
export class NilArray {
  /** An empty class would accept any object as a reply. */
  readonly nil = true
}

/** `string` is a bulk in UTF-8, `Uint8Array` a bulk as it is, `null` the nil bulk, `number` and `bigint` integers. */
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

/** What `run` returns when the reply comes later, through the `Pending` that `Context.block` gave. */
export const BLOCKED: unique symbol = Symbol('blocked')
export type CommandOutcome = CommandReply | typeof BLOCKED

/** Who issues a command: it decides whether it may block and which refusals apply. */
export type Origin = 'client' | 'multi' | 'lua' | 'python' | 'internal'

/** The answer that a blocked client still waits for. Settling twice, or after the client left, does nothing. */
export interface PendingReply {
  reply(reply: CommandReply): void
  /** False once the client disconnected or was answered. */
  readonly waiting: boolean
}

export interface BlockOptions {
  /** Milliseconds; absent or 0 waits for ever. */
  readonly timeoutMs?: number
  /** Answered at the timeout (nil when absent). */
  readonly onTimeout?: () => CommandReply
  /** The wait is work done for this command: SLOWLOG counts it. */
  readonly measured?: boolean
  /** The client left or was unblocked: release what waits for it. Gears clients cancel nothing here. */
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
  /** Absent for commands that no connection issued (Python's `execute`, the seed, replays). */
  readonly client: Client | undefined
  readonly db: number
  readonly origin: Origin
  /** The command as it runs, after rewriting; empty before it does. Key events tell by it what caused them. */
  readonly argv: readonly Buffer[]
  /** Refuses with Redis's own text (`ERR Blocking module command called from transaction`) where origin is multi or lua: ask `canBlock` first. */
  block(options?: BlockOptions): PendingReply
  readonly canBlock: boolean
}

export interface CommandSpec {
  /** Lower case, as COMMAND INFO prints it. */
  readonly name: string
  /** Redis's arity: n exactly, -n at least, the name counted. */
  readonly arity: number
  readonly flags: readonly CommandFlag[]
  /** First key, last key, step as in COMMAND INFO; `movable` finds the keys where they move. */
  readonly keys: readonly [first: number, last: number, step: number]
  /** What it does with them, in the flags of Redis 7.0's key specifications; a module's command says it here. */
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

/** A keyspace notification of the module API: every one is told, whatever `notify-keyspace-events` says. */
export interface KeyEvent {
  /** `set`, `hset`, `expired`, `del`, `keymiss`, `xadd` … */
  readonly event: string
  readonly key: Buffer
  readonly db: number
}

/** What Gears needs of a key without going through a command. */
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
  /** All shards of this process, `self` among them, in slot order. One entry when standalone. */
  readonly peers: readonly ShardInfo[]
  /** Redis Cluster mode (`--shards N` with N > 1, or `--cluster`). */
  readonly clusterEnabled: boolean

  readonly commands: Map<string, CommandSpec>
  /** Adds a command; Gears registers `rg.*` with it at start. */
  define(...specs: readonly CommandSpec[]): void

  /**
   * Runs one command to its end, nested in whatever runs now: arity, key slot and flag checks, events and command hooks included.
   * A command that would block answers at once as it does inside MULTI (BLPOP: nil).
   */
  call(
    argv: readonly Buffer[],
    options: { readonly origin: Origin; readonly db?: number; readonly client?: Client },
  ): CommandReply

  /** Called synchronously inside the command that caused the event, in order of subscription. */
  onKeyEvent(listener: (event: KeyEvent, cause: Context | undefined) => void): void

  /**
   * Consulted before each command of clients, MULTI, Lua and Python (not `internal`); a returned argv runs instead.
   * Command hooks rewrite `GET x` into their internal trigger with it.
   */
  onCommand(rewrite: (context: Context, argv: readonly Buffer[]) => readonly Buffer[] | undefined): void
  /** Called with the reply of a command before it is sent; what it returns is sent (KeysReader `commands`, `override_reply`). BLOCKED holds the reply back. */
  onReply(filter: (context: Context, argv: readonly Buffer[], reply: CommandReply) => CommandOutcome): void

  /** Reads a key of DB `db` without touching its statistics; undefined if it does not exist. Expires it first where due. */
  peek(db: number, key: Buffer): KeyView | undefined
  /** One SCAN step over DB 0: next cursor ('0' at the end) and keys. */
  scan(
    cursor: string,
    pattern: Buffer | undefined,
    count: number,
  ): { readonly cursor: string; readonly keys: readonly Buffer[] }
  keySlot(key: Buffer): number

  /** Structured-clone message to another shard of this process (index into `peers`); order is kept per pair. */
  send(to: number, message: unknown): void
  onMessage(handler: (from: number, message: unknown) => void): void

  /** Stores a value of a module's own type under `key` (`rg_timeev`), which TYPE names; `freed` is called when the key goes. */
  putModuleValue(db: number, key: Buffer, value: { readonly typeName: string; freed(): void }): void
  /** Adds a section to INFO: `name` selects it, `text` is called per INFO and answers lines that each end in CRLF; it appears in `INFO everything` and `INFO modules`. */
  addInfoSection(name: string, text: () => string): void
  /** Address space that counts as memory, and is none until it is used. */
  reserves(bytes: number): void
  /** This worker cannot go on, and ends as soon as it has answered; where it does not, the main thread ends it. */
  failing(reason: string): void
  /** A line of the server log, with Redis's levels. */
  log(level: 'debug' | 'verbose' | 'notice' | 'warning', text: string): void

  /**
   * Serves what waits: commands of clients, messages of shards, due timers. Python calls it between bytecodes when the main
   * thread raised the signal, and slices of `time.sleep` call it. Nested calls are allowed.
   * @param tasks whether those of `later` have their turn, too: another execution may begin above the one that runs
   */
  serve(tasks: boolean): void
  /** Runs `task` from the loop, after what is being served; also reached by `serve(true)` while Python runs, unless the lock is held. */
  later(task: () => void): void
  timer(ms: number, task: () => void): { cancel(): void }

  /** How engine/python tells the main thread that Python has the thread; see engine/signals.ts. */
  readonly python: PythonGate
  /**
   * The server lock: while held, `serve` runs only commands that touch no key (PING, INFO, RG.ABORTEXECUTION …) and leaves the
   * others waiting. EXEC and EVAL hold it; `atomic()` and sync functions should. Counted, so it may be taken again while held.
   */
  lock(): void
  unlock(): void

  /** Keeps a structured-cloneable value on the main thread; it outlives a crash of this worker. `undefined` forgets it. */
  keep(key: string, value: unknown): void
  /** What `keep` stored, also before the crash that this worker replaces. */
  kept(key: string): unknown
  /** The values of all keys that begin with `prefix`, in the order in which they were first kept. */
  keptUnder(prefix: string): unknown[]
  /** Gets wheels, off this thread; `done` is called once, later, from the loop or from `serve`. */
  fetchWheels(request: WheelRequest, done: (answer: FetchAnswer) => void): void
  /** DEBUG RELOAD: what RDB does not save (counters, executions) is to be forgotten. */
  onReload(handler: () => void): void
}

/** Between the interpreter and the thread's commands. `enter` and `leave` nest. */
export interface PythonGate {
  /** Pyodide's interrupt buffer: the main thread and the peers write a signal number into element 0. */
  readonly buffer: Int32Array
  /**
   * Before Python takes the thread: raises `busy`, then serves once what arrived before it was seen. `quietly` leaves that to the
   * main thread's next tick: for the short functions that run inside a command.
   */
  enter(quietly?: boolean): void
  leave(): void
  /** Raises the main thread's signal from this thread. */
  signal(): void
}

/** What `installGears(shard, options)` of engine/gears/install.ts is told. */
export interface GearsInstallOptions {
  /** The folder that holds python/ and seed/: this one, or its copy in an installed package. */
  readonly engineRoot: string
  readonly gearsVersion: '1.0' | '1.2'
  /** Names and values that the module is loaded with. */
  readonly moduleArgs: readonly string[]
  /** The most memory that Python may take, MB. */
  readonly pythonMemoryMb: number
  /** Fill the engine with engine/seed. */
  readonly seed: boolean
  /** Whether what Gears kept in an earlier life is to come back: after a crash, or out of a file. */
  readonly restores: boolean
}
