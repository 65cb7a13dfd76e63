import { steadyMs } from '../clock'
import type { ShardApi } from '../core'
import { bound, type InterpreterBounds, RESERVED } from '../python/bounds'
import { NoMemory, OverwrittenMemory, reasonOf } from '../python/breakdown'
import { capiOf } from '../python/capi'
import { connect, type Host, type PythonEntry } from '../python/entry'
import type { LoadedInterpreter } from '../python/interpreter'
import { memoryMeter } from '../python/memory'
import { type Native, PythonError } from '../python/native'
import type { GearsVersion } from './terms'

/** How long Python keeps the thread before another execution may have it, ms: CPython's switch interval, as in the original. */
const SWITCH_MS = 5
/** A look at the heap costs 2 ms: less than one hundredth of the time. */
const SAMPLE_MS = 250
const MB = 1024 * 1024
/** Without this module no script runs. */
const RUNTIME = '_rg.entry'

/** The interpreter of this shard: the gate around every call into Python. */
export class PythonInterpreter {
  private readonly native: Native
  private entry: PythonEntry | undefined
  private readonly bounds: InterpreterBounds
  /** Why it cannot go on; undefined while it can. */
  private broken: string | undefined
  /** Why the last call had no answer, of an interpreter that is not broken. */
  private unanswered = ''
  private quiet = 0
  /** Since when the Python that runs now has had the thread, ms. */
  private since = 0
  private total = 0
  private peak = 0
  private last = 0
  private sampledAt = 0
  private readonly inUse: () => number

  constructor(
    private readonly shard: ShardApi,
    private readonly loaded: LoadedInterpreter,
    /** The most that Python may take, MB. */
    private readonly memoryMb: number,
  ) {
    const api = capiOf(loaded.pyodide)
    shard.reserves(RESERVED)
    this.bounds = bound(api, memoryMb * MB, () =>
      shard.log('warning', `GEARS: Python has ${this.limit}: what needs more gets a MemoryError`),
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
   * Runs users' code: while it runs, the shard serves. Python's own errors never come out of an entry point, so what is thrown here
   * is the interpreter breaking down (C code's stack too deep, a bad pointer, `exit`): the answer is then undefined, and the worker ends so
   * that the main thread starts anew.
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
    return `all the memory that it may take, ${this.memoryMb} MB`
  }

  /** The error text of an execution, or a script, that Python could not end. */
  get failure(): string {
    return this.broken === undefined
      ? this.unanswered
      : `Python broke down: ${this.broken}. The shard starts again; unsaved keys, running executions and results are lost`
  }

  /** Asks the runtime itself something short: nobody is served meanwhile, so nothing of the shard changes under the caller. */
  ask<T>(call: (entry: PythonEntry) => T): T | undefined {
    this.quiet += 1
    try {
      return this.guarded(call)
    } finally {
      this.quiet -= 1
    }
  }

  /** What Python's signal handler calls: clients are served at once, another execution when this one had its time. */
  serve(): void {
    this.serveClients(steadyMs() - this.since >= SWITCH_MS)
  }

  /** What sleeping and waiting call: Python gives up the thread. */
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
    if (this.broken === undefined && !this.native.loaded(RUNTIME)) this.breakDown('a script removed its modules')
    return this.broken === undefined ? answer : undefined
  }

  private failed(error: unknown): void {
    if (error instanceof NoMemory) {
      this.unanswered = `Python has ${this.limit}; what it should have been given, or have answered, does not fit`
      this.shard.log('warning', `GEARS: ${this.unanswered}`)
    } else if (error instanceof PythonError) {
      // An entry point that raises is a mistake of the runtime, and harmless where the next one does not raise, too.
      this.unanswered = 'the runtime of Python failed; the log of the engine says why'
      this.shard.log('warning', `GEARS: ${error.message.slice(-2000)}`)
      if (!this.answers()) this.breakDown('a script took away what its runtime needs')
    } else {
      this.breakDown(reasonOf(error))
    }
  }

  /** Whether the runtime does the least of what it is for. */
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

  /** Bytes: what Python holds now, the most it held, and what it allocated since the start as far as samples saw. */
  memory(): { total: number; peak: number; current: number } {
    this.sample()
    return { total: this.total, peak: this.peak, current: this.last }
  }

  /** While Python runs, and when an execution ends: a look now and then finds the peaks between two PYSTATS. */
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

  /** Unzipped packages and the like. */
  get files(): LoadedInterpreter['pyodide']['FS'] {
    return this.loaded.pyodide.FS
  }
}
