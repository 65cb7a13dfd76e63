import type { Shard } from '../core'
import { capiOf } from '../python/capi'
import { connect, type Host, type PythonEntry } from '../python/entry'
import type { LoadedInterpreter } from '../python/interpreter'
import { memoryMeter } from '../python/memory'
import { type Native, PythonError } from '../python/native'
import type { Version } from './terms'

/** How long Python keeps the thread before another execution may have it, ms: CPython's switch interval, as in the original. */
const SWITCH_MS = 5
/** A look at the heap costs 2 ms: less than one hundredth of the time. */
const SAMPLE_MS = 250

/** The interpreter of this shard: the gate around every call into Python. */
export class Interpreter {
  private readonly native: Native
  private entry: PythonEntry | undefined
  /** The error text of executions that a broken interpreter could not end. */
  readonly failure = 'the Python interpreter failed; the shard restarts it'
  private broken = false
  private quiet = 0
  /** Since when the Python that runs now has had the thread, ms. */
  private since = 0
  private total = 0
  private peak = 0
  private last = 0
  private sampledAt = 0
  private readonly inUse: () => number

  constructor(
    private readonly shard: Shard,
    private readonly loaded: LoadedInterpreter,
  ) {
    this.native = loaded.native
    this.inUse = memoryMeter(capiOf(loaded.pyodide))
  }

  attach(host: Host, version: Version, attemptTraceback: boolean): void {
    this.entry = connect(this.native, host)
    this.entry.attach(version, attemptTraceback)
    this.loaded.pyodide.setInterruptBuffer(this.shard.python.buffer)
    this.sample()
  }

  /**
   * Runs users' code: while it runs, the shard serves. Python's own errors never come out of an entry point, so what is thrown here
   * is the interpreter breaking down (a stack too deep, memory at its end): the answer is then undefined, and the worker ends so that
   * the main thread starts anew.
   */
  run<T>(call: (entry: PythonEntry) => T, insideCommand = false): T | undefined {
    this.shard.python.enter(insideCommand)
    this.since = performance.now()
    try {
      return this.guarded(call)
    } finally {
      this.since = performance.now()
      this.shard.python.leave()
    }
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
    this.serveClients(performance.now() - this.since >= SWITCH_MS)
  }

  /** What sleeping and waiting call: Python gives up the thread. */
  giveWay(): void {
    this.serveClients(true)
  }

  private serveClients(switching: boolean): void {
    if (this.quiet > 0) return
    this.sampleNowAndThen()
    this.shard.serve(switching)
    if (switching) this.since = performance.now()
  }

  private guarded<T>(call: (entry: PythonEntry) => T): T | undefined {
    if (this.broken || !this.entry) return undefined
    try {
      return call(this.entry)
    } catch (error) {
      // An entry point that raises is a mistake of the runtime, and harmless; anything else has broken the interpreter.
      if (error instanceof PythonError) {
        this.shard.log('warning', `GEARS: ${error.message.slice(-2000)}`)
      } else {
        this.breakDown(error)
      }
      return undefined
    }
  }

  private breakDown(error: unknown): void {
    this.broken = true
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error)
    this.shard.log('warning', `GEARS: the Python interpreter failed: ${String(reason).slice(0, 500)}`)
    setImmediate(() => {
      throw new Error(`the Python interpreter failed: ${String(reason).slice(0, 500)}`)
    })
  }

  /** Bytes: what Python holds now, the most it held, and what it allocated since the start as far as samples saw. */
  memory(): { total: number; peak: number; current: number } {
    this.sample()
    return { total: this.total, peak: this.peak, current: this.last }
  }

  /** While Python runs, and when an execution ends: a look now and then finds the peaks between two PYSTATS. */
  sampleNowAndThen(): void {
    if (this.shard.now() - this.sampledAt >= SAMPLE_MS) this.sample()
  }

  private sample(): void {
    if (this.broken) return
    this.sampledAt = this.shard.now()
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
