import { isFlag, isNullOr, isNumber, isText } from '../type-guards'
import { OverwrittenMemory } from './breakdown'
import type { Binary, ErrorToRaise, FromPython, HostFunction, Native, ToPython } from './native'

/** A result of an execution, converted by `_rg/output.py`: bytes are sent unchanged, strings with the meaning of a leading `+` or `-`. */
export type Result = string | number | bigint | Uint8Array | readonly Result[]

/**
 * What an execution leaves on its shard. The optional parts are absent if there were no errors, nothing else was read and profiling was
 * off. Times are in ms.
 */
export type PythonOutcome = readonly [
  results: readonly Result[],
  errors?: readonly string[],
  readMs?: number,
  stepMs?: readonly number[] | null,
]

/** The state of an execution: its outcome, 0 while it waits for coroutines, or 2 while it waits for other shards. */
export type Advance = PythonOutcome | 0 | 2

/** The name of a function in `_rg/readers.py` and its arguments. */
export type ReaderCall = readonly [
  reader: 'empty' | 'event' | 'keys' | 'stream' | 'failed' | 'command' | 'python',
  ...ToPython[],
]

/** The parts of a distributed execution: this shard's index, the number of shards, and the index of the shard that started it. */
export type PartOptions = readonly [index: number, size: number, initiator: number]

/** The entry points of `_rg/entry.py`. */
export interface PythonEntry {
  attach(version: string, attemptTraceback: boolean): void
  configure(attemptTraceback: boolean): void
  open_session(session: string): void
  close_session(session: string): void
  live_builders(session: string): number
  /** Returns an error text, or ''. */
  run_script(session: string, source: Binary): string
  /** Returns the plan's number, or an error text. */
  load_plan(session: string, pickled: Binary): number | string
  drop_plan(plan: number): void
  registered(plan: number): string
  /** Starts an execution and runs it until it ends or waits. */
  begin(
    handle: number,
    plan: number,
    asyncAllowed: boolean,
    profiled: boolean,
    part: PartOptions | undefined,
    ...source: ReaderCall
  ): Advance
  /** Resumes an execution; returns what `begin` returns. */
  advance(handle: number): Advance
  deliver(handle: number, step: number, sender: number, data: Binary | undefined): void
  /** Aborts a running execution at its next bytecode; null. Ends one that is below others on the stack; its outcome. */
  abort(handle: number): PythonOutcome | null
  /** Ends a waiting execution. Returns its outcome so far, or null if it never began. */
  stop(handle: number): PythonOutcome | null
  time_event(number: number): boolean
  drop_time_event(number: number): void
  /** Loads a timer's callback that was saved before a crash; returns its number. */
  load_time_event(session: string, pickled: Binary): number
  pump(): void
  run_thread(number: number): void
  /** Returns the table, or '-' and an error text. */
  profile_stats(session: string): string
  profile_reset(session: string): void
  /** The variables of PEP 508 markers. */
  markers(): Readonly<Record<string, string>>
  /** Call this after the folder of requirements has changed. */
  site_changed(folder: string): void
}

/** The functions of `_rg/host.py`. None may throw, because Python would report that as the user's error. */
export interface Host {
  /** Runs a command and returns its reply. */
  call(...argv: Buffer[]): ToPython | ErrorToRaise
  call_next(handle: number, words: readonly (string | Uint8Array)[]): ToPython | ErrorToRaise
  serve(): void
  wait(ms: number): void
  /** Makes the interpreter call its signal handler soon. */
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
  /** `request` is a `RunRequest` of gears/launcher.ts. Returns an error text, or ''. */
  run(session: string, plan: number, request: unknown, pickled: Uint8Array | null, parent: number): string
  /** `request` is a `RegistrationRequest` of gears/python-scripts.ts. Returns the id, or '-' and an error text. */
  register(session: string, plan: number, request: unknown, pickled: Uint8Array): string
  /** `pickled` is the callback of a timer that has a key. */
  register_time_event(
    session: string,
    number: number,
    seconds: number,
    key: string | null,
    pickled: Uint8Array | null,
  ): boolean
  keys_batch(handle: number, count: number): ToPython
  keys_unread(handle: number, used: number): void
  get_command(handle: number): ToPython | ErrorToRaise
  override_reply(handle: number, result: Result): undefined | ErrorToRaise
  /** Reports that Python has stored the distributed execution. */
  begun(handle: number): void
  send(handle: number, step: number, shard: number, data: Uint8Array | null): void
  shard_of(key: string): number
  loop_at(ms: number): void
  start_thread(number: number): void
  execution_ready(handle: number): void
}

/** Host functions whose arguments are a command's words. */
const OF_WORDS: ReadonlySet<string> = new Set(['call'] satisfies (keyof Host)[])

/** Reads what an entry point returned. @throws OverwrittenMemory for what it cannot return */
type AnswerReader<T> = (answer: FromPython) => T

const reading =
  <T>(fits: (answer: unknown) => answer is T): AnswerReader<T> =>
  (answer) => {
    if (fits(answer)) return answer
    throw new OverwrittenMemory()
  }

/** Checks only the outer shape: an execution may have many results. */
const isOutcome = (answer: unknown): answer is PythonOutcome =>
  Array.isArray(answer) && Array.isArray(answer[0]) && (answer[1] === undefined || Array.isArray(answer[1]))

const nothing: AnswerReader<void> = () => {}
const text = reading(isText)
const count = reading(isNumber)
const flag = reading(isFlag)
const outcomeOrNull = reading(isNullOr(isOutcome))
const countOrText = reading((answer): answer is number | string => isNumber(answer) || isText(answer))
const advance = reading((answer): answer is Advance => answer === 0 || answer === 2 || isOutcome(answer))
const textsByName = reading(
  (answer): answer is Readonly<Record<string, string>> =>
    typeof answer === 'object' && answer !== null && Object.values(answer).every(isText),
)

/**
 * Defines the functions of `_rg/host.py` and returns the entry points. They throw `OverwrittenMemory` if Python's memory was overwritten.
 */
export function connect(native: Native, host: Host): PythonEntry {
  for (const [name, implementation] of Object.entries<HostFunction>({ ...host }))
    native.define('_rg.host', name, implementation, OF_WORDS.has(name) ? 'words' : 'values')
  const entry = <T>(name: keyof PythonEntry, read: AnswerReader<T>) => {
    const call = native.function('_rg.entry', name)
    return (...values: readonly ToPython[]): T => read(call(...values))
  }
  return {
    attach: entry('attach', nothing),
    configure: entry('configure', nothing),
    open_session: entry('open_session', nothing),
    close_session: entry('close_session', nothing),
    live_builders: entry('live_builders', count),
    run_script: entry('run_script', text),
    load_plan: entry('load_plan', countOrText),
    drop_plan: entry('drop_plan', nothing),
    registered: entry('registered', text),
    begin: entry('begin', advance),
    advance: entry('advance', advance),
    deliver: entry('deliver', nothing),
    abort: entry('abort', outcomeOrNull),
    stop: entry('stop', outcomeOrNull),
    time_event: entry('time_event', flag),
    drop_time_event: entry('drop_time_event', nothing),
    load_time_event: entry('load_time_event', count),
    pump: entry('pump', nothing),
    run_thread: entry('run_thread', nothing),
    profile_stats: entry('profile_stats', text),
    profile_reset: entry('profile_reset', nothing),
    markers: entry('markers', textsByName),
    site_changed: entry('site_changed', nothing),
  }
}
