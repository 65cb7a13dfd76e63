import type { PyodideInterface } from 'pyodide'

/** What Emscripten's allocator exports; `mallinfo` fills a struct of ten words. */
interface Allocator {
  _malloc(bytes: number): number
  _mallinfo(struct: number): void
  readonly HEAPU32: Uint32Array
}

const STRUCT_BYTES = 40
/** `uordblks`: bytes in use. */
const IN_USE = 7

/** Reads how many bytes the interpreter has allocated; about 2 ms, for it walks the heap. */
export function memoryMeter(pyodide: PyodideInterface): () => number {
  const allocator = allocatorOf(pyodide)
  const struct = allocator._malloc(STRUCT_BYTES)
  return () => {
    allocator._mallinfo(struct)
    // The heap's view is a new one whenever memory has grown.
    return allocator.HEAPU32[(struct >> 2) + IN_USE] ?? 0
  }
}

/** The Emscripten module behind the interpreter, which Pyodide's types leave out. */
function allocatorOf(pyodide: PyodideInterface & { readonly _module?: Allocator }): Allocator {
  const allocator = pyodide._module
  if (!allocator) throw new Error('this Pyodide has no module to measure')
  return allocator
}
