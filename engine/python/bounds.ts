import type { CApi } from './capi'

const PAGE = 65_536
const MB = 1024 * 1024
/**
 * C's stack, of which only what was used is real memory. It is so much larger than what the thread's own stack lets anybody use (V8's, see
 * STACK_MB of shard-link.ts) that V8 stops an endless recursion in C first, cleanly. Pyodide's own of 10 MB ends in the interpreter's static data, which a
 * chain of 230,000 `map` objects overwrote.
 */
export const RESERVED = 256 * MB
/**
 * From here on CPython raises RecursionError. It counts bytes of C's stack, V8 others: comparing nested lists takes 16 times as much of V8's, the
 * most that was seen, and this much of it fits into V8's stack.
 */
const PYTHON_STACK = 11 * MB
/** Guard words at the end of the stack. Nothing writes to them, so a changed word means that memory was overwritten. */
const GUARD_WORDS = 64
const GUARD = 0x6ea45afe
/** What the first frame finds above it. */
const MARGIN = 1024

/** What bounds an interpreter from now on. */
export interface InterpreterBounds {
  /** Whether the stack ran over its end since the start. */
  overwritten(): boolean
}

/**
 * Gives the interpreter a stack whose end is guarded, and a most of memory: what would need more gets MemoryError. Called once, while
 * no Python runs. @param most bytes
 */
export function bound(api: CApi, most: number, reached: () => void): InterpreterBounds {
  const low = api._sbrk(RESERVED) >>> 0
  const top = low + RESERVED - MARGIN
  api.stackRestore(top)
  api._emscripten_stack_set_limits(top, low)
  api._PyUnstable_ThreadState_SetStackProtection(api._PyThreadState_Get(), top - PYTHON_STACK, PYTHON_STACK)
  const guard = low >>> 2
  api.HEAPU32.fill(GUARD, guard, guard + GUARD_WORDS)
  boundMemory(api.memory, most + RESERVED, reached)
  return {
    overwritten() {
      const words = api.HEAPU32
      for (let i = guard; i < guard + GUARD_WORDS; i++) if (words[i] !== GUARD) return true
      return false
    },
  }
}

/** Emscripten's allocator takes a memory that cannot grow as one that is full, and Python raises MemoryError. */
function boundMemory(memory: WebAssembly.Memory, most: number, reached: () => void): void {
  const grow = memory.grow.bind(memory)
  let told = false
  Object.defineProperty(memory, 'grow', {
    value: (pages: number): number => {
      if (memory.buffer.byteLength + pages * PAGE <= most) return grow(pages)
      if (!told) reached()
      told = true
      throw new RangeError('the memory that Python may take is full')
    },
  })
}
