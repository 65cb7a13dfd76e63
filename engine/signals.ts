import type { PythonGate } from './core'

/** Written into the interrupt buffer: the interpreter should call `shard.serve()`. SIGUSR1's number. */
export const SERVE = 10
/** Free for engine/python: raise `gears.forcestopped` at the next bytecode. SIGUSR2's number. */
export const ABORT = 12

const SIGNAL = 0
const BUSY = 1

/** Memory that the main thread, a shard and its peers share: Pyodide's interrupt buffer and whether Python has the thread. */
export type SharedSignals = SharedArrayBuffer

export const createSignals = (): SharedSignals => new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)

/** Wakes a shard that is inside Python; call it after posting a message to it. Does nothing to one whose event loop runs. */
export function wake(signals: Int32Array): void {
  if (Atomics.load(signals, BUSY) !== 1) return
  Atomics.compareExchange(signals, SIGNAL, 0, SERVE)
  // A function that sleeps waits on this word.
  Atomics.notify(signals, SIGNAL)
}

/** The shard's side. `serve` is called once per outermost `enter`: what was posted before `busy` was visible raised no signal. */
export function createGate(signals: SharedSignals, serve: () => void): PythonGate {
  const shared = new Int32Array(signals)
  let depth = 0
  return {
    buffer: new Int32Array(signals, 0, 1),
    enter(quietly = false) {
      depth += 1
      if (depth > 1) return
      Atomics.store(shared, BUSY, 1)
      if (!quietly) serve()
    },
    leave() {
      depth -= 1
      if (depth === 0) Atomics.store(shared, BUSY, 0)
    },
    signal() {
      Atomics.store(shared, SIGNAL, SERVE)
    },
  }
}
