import type { PyodideInterface } from 'pyodide'

/** Entry points of `_rg/session.py`: scalars in and out, JSON for anything structured. */
export interface PythonEntry {
  attach(host: object, settings: string): void
  configure(settings: string): void
  open_session(session: string): void
  close_session(session: string): void
  live_builders(session: string): number
  /** The error text, or ''. */
  run_script(session: string, source: Uint8Array): string
  /** The number of the plan, or why it can not be had. */
  load_plan(session: string, pickled: Uint8Array): number | string
  drop_plan(plan: number): void
  registered(plan: number): string
  /** Starts and runs: the outcome (JSON) at the end, 0 waiting for coroutines, 2 waiting for other shards. */
  begin(handle: number, plan: number, reader: string, spec: string, options: string): string | number
  /** Goes on; answers like `begin`. */
  advance(handle: number): string | number
  deliver(handle: number, step: number, sender: number, data: Uint8Array | undefined): void
  abort(handle: number): void
  /** Ends one that waits: its outcome so far, undefined if it never began. */
  stop(handle: number): string | undefined
  time_event(number: number): boolean
  drop_time_event(number: number): void
  /** A timer's callback of the life before a crash; its number. */
  load_time_event(session: string, pickled: Uint8Array): number
  pump(): void
  run_thread(number: number): void
  /** The table, or '-' and an error text. */
  profile_stats(session: string): string
  profile_reset(session: string): void
  /** JSON: the variables of PEP 508's markers. */
  markers(): string
  /** What scripts import requirements from has changed. */
  site_changed(folder: string): void
}

/** The functions that `_rg/host.py` calls; see there. None may throw: Python would report it as the user's error. */
export interface Host {
  call(...args: string[]): string | number | bigint | boolean | undefined
  call_raw(...args: string[]): string | number | bigint | boolean | undefined
  /** What the last call answered beyond a scalar: JSON after `true`, an error text after `false`. */
  take(): string
  serve(): void
  wait(ms: number): void
  /** The interpreter's next look at its signals finds one. */
  signal(): void
  lock(): void
  unlock(): void
  log(level: 'debug' | 'verbose' | 'notice' | 'warning', text: string): void
  config_get(key: string): string | undefined
  hashtag(): string | undefined
  shard_id(): string
  builder_created(session: string): number
  /** True if a run in `mode` goes to other shards. */
  distributed(mode: string): boolean
  /** The refusal, or ''. */
  run(session: string, plan: number, json: string, pickled: Uint8Array | undefined, parent: number): string
  /** The id, or '-' and the refusal. */
  register(session: string, plan: number, json: string, pickled: Uint8Array): string
  /** `pickled`: the callback, for those with a key. */
  register_time_event(
    session: string,
    number: number,
    seconds: number,
    key: string | undefined,
    pickled: Uint8Array | undefined,
  ): boolean
  keys_batch(handle: number, count: number): string | undefined
  keys_unread(handle: number, used: number): void
  key_value(handle: number): string
  call_next(handle: number, ...args: string[]): string | number | bigint | boolean | undefined
  get_command(handle: number): string | boolean | undefined
  override_reply(handle: number, json: string): boolean | undefined
  /** Python knows the execution now; true if it is to stop at once. */
  begun(handle: number): boolean
  send(handle: number, step: number, shard: number, data: Uint8Array | undefined): void
  shard_of(key: string): number
  loop_at(ms: number): void
  start_thread(number: number): void
  execution_ready(handle: number): void
}

export function entryOf(pyodide: PyodideInterface): PythonEntry {
  return pyodide.pyimport('_rg.session')
}
