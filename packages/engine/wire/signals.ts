import type { PythonGate } from '../shard/core'

/** Written to the interrupt buffer to make the interpreter call `shard.serve()`. SIGUSR1's number. */
const SERVE = 10

const SIGNAL = 0
const BUSY = 1

/** Memory that the main thread and all shards share: Pyodide's interrupt buffer, and whether Python has the thread. */
export type SharedSignals = SharedArrayBuffer

export const createSignals = (): SharedSignals => new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)

/** Wakes a shard that is inside Python. Call it after posting a message to the shard. Does nothing if its event loop runs. */
export function wake(signals: Int32Array): void {
  if (Atomics.load(signals, BUSY) !== 1) return
  Atomics.compareExchange(signals, SIGNAL, 0, SERVE)
  // A sleeping function waits on this word.
  Atomics.notify(signals, SIGNAL)
}

/**
 * Creates the shard's side. `serve` is called once per outermost `enter`, because messages posted before `busy` was visible raised no
 * signal.
 */
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
