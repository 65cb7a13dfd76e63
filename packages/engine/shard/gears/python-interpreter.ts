import { steadyMs } from '../../clock'
import { bound, type InterpreterBounds, RESERVED } from '../../python/bounds'
import { NoMemory, OverwrittenMemory, reasonOf } from '../../python/breakdown'
import { capiOf } from '../../python/capi'
import { connect, type Host, type PythonEntry } from '../../python/entry'
import type { LoadedInterpreter } from '../../python/load-interpreter'
import { memoryMeter } from '../../python/memory'
import { type Native, PythonError } from '../../python/native'
import type { ShardApi } from '../core'
import type { GearsVersion } from './terms'

/**
 * How long Python may keep the thread before another execution gets it, ms. This is CPython's switch interval, which RedisGears uses too.
 */
const SWITCH_MS = 5
/** How often memory is sampled, ms. A sample takes 2 ms, less than one percent of the time. */
const SAMPLE_MS = 250
const MB = 1024 * 1024
/** Without this module, no script can run. */
const RUNTIME = '_rg.entry'

/** The Python interpreter of this shard. Every call into Python goes through it. */
export class PythonInterpreter {
  private readonly native: Native
  private entry: PythonEntry | undefined
  private readonly bounds: InterpreterBounds
  /** Why the interpreter cannot continue; undefined while it works. */
  private broken: string | undefined
  /** Why the last call got no answer although the interpreter works. */
  private unanswered = ''
  private quiet = 0
  /** Since when the running Python code has had the thread, ms. */
  private since = 0
  private total = 0
  private peak = 0
  private last = 0
  private sampledAt = 0
  private readonly inUse: () => number

  constructor(
    private readonly shard: ShardApi,
    private readonly loaded: LoadedInterpreter,
    /** The maximum memory of Python, MB. */
    private readonly memoryMb: number,
  ) {
    const api = capiOf(loaded.pyodide)
    shard.reserves(RESERVED)
    this.bounds = bound(api, memoryMb * MB, () =>
      shard.log('warning', `GEARS: Python has ${this.limit}; further allocations raise MemoryError`),
    )
    this.native = loaded.native
    this.inUse = memoryMeter(api)
  }

  attach(host: Host, version: GearsVersion, attemptTraceback: boolean): void {
    this.entry = connect(this.native, host)
    this.entry.attach(version, attemptTraceback)
    this.loaded.pyodide.setInterruptBuffer(this.shard.python.buffer)
    this.sample()
  }

  /**
   * Runs user code, during which the shard serves clients. Entry points do not raise Python's errors. An exception therefore means that the
   * interpreter broke down (C's stack overflowed, a bad pointer, `exit`): the answer is undefined, and the worker ends so that the main
   * thread restarts it.
   */
  run<T>(call: (entry: PythonEntry) => T, insideCommand = false): T | undefined {
    this.shard.python.enter(insideCommand)
    this.since = steadyMs()
    try {
      return this.guarded(call)
    } finally {
      this.since = steadyMs()
      this.shard.python.leave()
    }
  }

  private get limit(): string {
    return `reached its memory limit of ${this.memoryMb} MB`
  }

  /** The error text of an execution or script that Python could not finish. */
  get failure(): string {
    return this.broken === undefined
      ? this.unanswered
      : `Python broke down: ${this.broken}. The shard is being restarted; unsaved keys, running executions and results are lost`
  }

  /** Calls the runtime for something short. No client is served meanwhile, so the shard does not change under the caller. */
  ask<T>(call: (entry: PythonEntry) => T): T | undefined {
    this.quiet += 1
    try {
      return this.guarded(call)
    } finally {
      this.quiet -= 1
    }
  }

  /** Called by Python's signal handler: serves clients, and lets another execution run if this one has used up its time. */
  serve(): void {
    this.serveClients(steadyMs() - this.since >= SWITCH_MS)
  }

  /** Called when Python sleeps or waits: gives up the thread. */
  giveWay(): void {
    this.serveClients(true)
  }

  private serveClients(switching: boolean): void {
    if (this.quiet > 0) return
    this.sampleNowAndThen()
    this.shard.serve(switching)
    if (switching) this.since = steadyMs()
  }

  private guarded<T>(call: (entry: PythonEntry) => T): T | undefined {
    if (this.broken !== undefined || !this.entry) return undefined
    let answer: T | undefined
    try {
      answer = call(this.entry)
    } catch (error) {
      if (this.broken === undefined) this.failed(error)
    }
    if (this.broken === undefined && this.bounds.overwritten()) this.breakDown(reasonOf(new OverwrittenMemory()))
    if (this.broken === undefined && !this.native.loaded(RUNTIME))
      this.breakDown('a script removed modules of the runtime')
    return this.broken === undefined ? answer : undefined
  }

  private failed(error: unknown): void {
    if (error instanceof NoMemory) {
      this.unanswered = `Python has ${this.limit}; the arguments or the result of a call do not fit`
      this.shard.log('warning', `GEARS: ${this.unanswered}`)
    } else if (error instanceof PythonError) {
      // An entry point that raises is a bug in the runtime. It is harmless if the next call works.
      this.unanswered = "the Python runtime failed; see the engine's log"
      this.shard.log('warning', `GEARS: ${error.message.slice(-2000)}`)
      if (!this.answers()) this.breakDown('a script removed what the runtime needs')
    } else {
      this.breakDown(reasonOf(error))
    }
  }

  /** Whether the runtime can still do the simplest operation. */
  private answers(): boolean {
    try {
      this.entry?.open_session('')
      this.entry?.close_session('')
      return true
    } catch {
      return false
    }
  }

  private breakDown(reason: string): void {
    this.broken = reason
    this.native.end()
    this.shard.failing(`Python broke down: ${reason}`)
  }

  /** In bytes: what Python holds now, the most it held, and the total it allocated as far as samples show. */
  memory(): { total: number; peak: number; current: number } {
    this.sample()
    return { total: this.total, peak: this.peak, current: this.last }
  }

  /** Samples memory while Python runs and when an execution ends, to find peaks between two calls of PYSTATS. */
  sampleNowAndThen(): void {
    if (steadyMs() - this.sampledAt >= SAMPLE_MS) this.sample()
  }

  private sample(): void {
    if (this.broken !== undefined) return
    this.sampledAt = steadyMs()
    const current = this.inUse()
    if (current > this.last) this.total += current - this.last
    this.peak = Math.max(this.peak, current)
    this.last = current
  }

  /** The interpreter's file system, for unpacked wheels. */
  get files(): LoadedInterpreter['pyodide']['FS'] {
    return this.loaded.pyodide.FS
  }
}
