import type { CApi } from './capi'

const STRUCT_BYTES = 40
/** The index of `uordblks`, the bytes in use. */
const IN_USE = 7

/** Measures how many bytes the interpreter has allocated. This takes about 2 ms, because it walks the heap. */
export function memoryMeter(api: CApi): () => number {
  const struct = api._malloc(STRUCT_BYTES)
  return () => {
    api._mallinfo(struct)
    return api.HEAPU32[(struct >> 2) + IN_USE] ?? 0
  }
}
