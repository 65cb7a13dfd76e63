import { OverwrittenMemory } from './breakdown'
import type { Binary, FromPython, HostFunction, Native, RaisedError, ToPython } from './native'

/** A record that came out of an execution, as `_rg/output.py` makes it: bytes are sent as they are, texts with what `+` and `-` mean. */
export type Result = string | number | bigint | Uint8Array | readonly Result[]

/** What an execution leaves on its shard: most have no errors, read nothing further, and were not profiled. Times are in ms. */
export type PythonOutcome = readonly [
  results: readonly Result[],
  errors?: readonly string[],
  readMs?: number,
  stepMs?: readonly number[] | null,
]

/** How far an execution came: it ended, waits for coroutines (0), or for other shards (2). */
export type Advance = PythonOutcome | 0 | 2

/** What an execution reads: the name of a function of `_rg/readers.py`, and what it takes. */
export type ReaderCall = readonly [
  reader: 'empty' | 'event' | 'keys' | 'stream' | 'failed' | 'command' | 'python',
  ...ToPython[],
]

/** An execution's part where it runs on all shards: this shard's index, their number, and the index of the one that started it. */
export type PartOptions = readonly [index: number, size: number, initiator: number]

/** Entry points of `_rg/entry.py`. */
export interface PythonEntry {
  attach(version: string, attemptTraceback: boolean): void
  configure(attemptTraceback: boolean): void
  open_session(session: string): void
  close_session(session: string): void
  live_builders(session: string): number
  /** The error text, or ''. */
  run_script(session: string, source: Binary): string
  /** The number of the plan, or why it can not be had. */
  load_plan(session: string, pickled: Binary): number | string
  drop_plan(plan: number): void
  registered(plan: number): string
  /** Starts and runs. */
  begin(
    handle: number,
    plan: number,
    asyncAllowed: boolean,
    profiled: boolean,
    part: PartOptions | undefined,
    ...source: ReaderCall
  ): Advance
  /** Goes on; answers like `begin`. */
  advance(handle: number): Advance
  deliver(handle: number, step: number, sender: number, data: Binary | undefined): void
  abort(handle: number): void
  /** Ends one that waits: its outcome so far, null if it never began. */
  stop(handle: number): PythonOutcome | null
  time_event(number: number): boolean
  drop_time_event(number: number): void
  /** A timer's callback of the life before a crash; its number. */
  load_time_event(session: string, pickled: Binary): number
  pump(): void
  run_thread(number: number): void
  /** The table, or '-' and an error text. */
  profile_stats(session: string): string
  profile_reset(session: string): void
  /** The variables of PEP 508's markers. */
  markers(): Readonly<Record<string, string>>
  /** What scripts import requirements from has changed. */
  site_changed(folder: string): void
}

/** The functions that `_rg/host.py` has; see there. None may throw: Python would report it as the user's error. */
export interface Host {
  /** A command's words, and its reply. */
  call(...argv: Buffer[]): ToPython | RaisedError
  call_next(handle: number, words: readonly (string | Uint8Array)[]): ToPython | RaisedError
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
  builder_created(): number
  /** True if a run in `mode` goes to other shards. */
  distributed(mode: string): boolean
  /** `request`: a `RunRequest` of gears/launcher.ts. The refusal, or ''. */
  run(session: string, plan: number, request: unknown, pickled: Uint8Array | null, parent: number): string
  /** `request`: a `RegistrationRequest` of gears/scripts.ts. The id, or '-' and the refusal. */
  register(session: string, plan: number, request: unknown, pickled: Uint8Array): string
  /** `pickled`: the callback, for those with a key. */
  register_time_event(
    session: string,
    number: number,
    seconds: number,
    key: string | null,
    pickled: Uint8Array | null,
  ): boolean
  keys_batch(handle: number, count: number): ToPython
  keys_unread(handle: number, used: number): void
  get_command(handle: number): ToPython | RaisedError
  override_reply(handle: number, result: Result): undefined | RaisedError
  /** Python knows its part of an execution now. */
  begun(handle: number): void
  send(handle: number, step: number, shard: number, data: Uint8Array | null): void
  shard_of(key: string): number
  loop_at(ms: number): void
  start_thread(number: number): void
  execution_ready(handle: number): void
}

/** Those that get words. */
const OF_WORDS: ReadonlySet<string> = new Set(['call'] satisfies (keyof Host)[])

/** Whether an answer is one that its entry point can give; those that are not named give none that anybody reads. */
const isText = (answer: FromPython): boolean => typeof answer === 'string'
const isCount = (answer: FromPython): boolean => typeof answer === 'number'
const isOutcome = (answer: FromPython): boolean =>
  Array.isArray(answer) && Array.isArray(answer[0]) && (answer[1] === undefined || Array.isArray(answer[1]))
const isAdvance = (answer: FromPython): boolean => answer === 0 || answer === 2 || isOutcome(answer)

const ANSWERS: Partial<Record<keyof PythonEntry, (answer: FromPython) => boolean>> = {
  live_builders: isCount,
  run_script: isText,
  load_plan: (answer) => isCount(answer) || isText(answer),
  registered: isText,
  begin: isAdvance,
  advance: isAdvance,
  stop: (answer) => answer === null || isOutcome(answer),
  time_event: (answer) => typeof answer === 'boolean',
  load_time_event: isCount,
  profile_stats: isText,
  markers: (answer) => typeof answer === 'object' && answer !== null && Object.values(answer).every(isText),
}

/** Gives `_rg/host.py` its functions, and answers the entry points. They throw `Unreadable` where Python's memory was overwritten. */
export function connect(native: Native, host: Host): PythonEntry {
  for (const [name, implementation] of Object.entries<HostFunction>({ ...host }))
    native.define('_rg.host', name, implementation, OF_WORDS.has(name) ? 'words' : 'values')
  const entry = <K extends keyof PythonEntry>(name: K): PythonEntry[K] => {
    const call = native.function('_rg.entry', name)
    const fits = ANSWERS[name]
    const checked: typeof call = (...values) => {
      const answer = call(...values)
      if (fits?.(answer) === false) throw new OverwrittenMemory()
      return answer
    }
    // The raw boundary: the entry points give what PythonEntry says.
    return checked as PythonEntry[K]
  }
  return {
    attach: entry('attach'),
    configure: entry('configure'),
    open_session: entry('open_session'),
    close_session: entry('close_session'),
    live_builders: entry('live_builders'),
    run_script: entry('run_script'),
    load_plan: entry('load_plan'),
    drop_plan: entry('drop_plan'),
    registered: entry('registered'),
    begin: entry('begin'),
    advance: entry('advance'),
    deliver: entry('deliver'),
    abort: entry('abort'),
    stop: entry('stop'),
    time_event: entry('time_event'),
    drop_time_event: entry('drop_time_event'),
    load_time_event: entry('load_time_event'),
    pump: entry('pump'),
    run_thread: entry('run_thread'),
    profile_stats: entry('profile_stats'),
    profile_reset: entry('profile_reset'),
    markers: entry('markers'),
    site_changed: entry('site_changed'),
  }
}
