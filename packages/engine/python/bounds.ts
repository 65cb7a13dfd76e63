import type { CApi } from './capi'

const PAGE = 65_536
const MB = 1024 * 1024
/**
 * The size of C's stack; only the part in use takes real memory. It is much larger than the stack that V8 gives the thread (STACK_MB in
 * shard-link.ts), so that V8 stops an endless recursion in C first, and cleanly. Pyodide's own stack of 10 MB borders on the interpreter's
 * static data, which a chain of 230,000 `map` objects overwrote.
 */
export const RESERVED = 256 * MB
/**
 * Beyond this depth CPython raises RecursionError. CPython counts bytes of C's stack, V8 counts its own: comparing nested lists takes 16
 * times as much of V8's, the most that was seen, and this much of C's stack still fits.
 */
const PYTHON_STACK = 11 * MB
/** Guard words at the end of the stack. Nothing writes to them, so a changed word means that memory was overwritten. */
const GUARD_WORDS = 64
const GUARD = 0x6ea45afe
/** Room above the guard for the first frame. */
const MARGIN = 1024

/** What `bound` returns about an interpreter. */
export interface InterpreterBounds {
  /** Whether the stack has run over its end since the start. */
  overwritten(): boolean
}

/**
 * Guards the end of the interpreter's stack and limits its memory, beyond which Python raises MemoryError. Called once, while no Python is
 * running. @param most bytes
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

/** Emscripten's allocator treats a memory that cannot grow as full, and Python raises MemoryError. */
function boundMemory(memory: WebAssembly.Memory, most: number, reached: () => void): void {
  const grow = memory.grow.bind(memory)
  let told = false
  Object.defineProperty(memory, 'grow', {
    value: (pages: number): number => {
      if (memory.buffer.byteLength + pages * PAGE <= most) return grow(pages)
      if (!told) reached()
      told = true
      throw new RangeError('Python has reached its memory limit')
    },
  })
}
