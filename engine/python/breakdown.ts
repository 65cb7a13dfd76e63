/** There was no memory left to give Python what it was called with, or to take its answer. Python itself is well. */
export class NoMemory extends Error {}

/** What Python answers is nothing that it can answer: its memory was overwritten. */
export class OverwrittenMemory extends Error {}

/** What unwinds the Python that stands on the stack when the interpreter has broken down above it. */
export class InterpreterEnded extends Error {}

/** What V8 and Emscripten say where WebAssembly cannot go on, and what it means. */
const MEANINGS: readonly (readonly [says: RegExp, means: string])[] = [
  [/^Maximum call stack size exceeded/, 'its stack overflowed in C code'],
  [/^memory access out of bounds/, 'it used an address outside of its memory'],
  [
    /table index is out of bounds|^null function|signature mismatch|^indirect call/,
    'it called an address that is no function',
  ],
  [/^divide by zero|^integer overflow|^float unrepresentable/, 'it divided by zero'],
  [/^unreachable|^Aborted/, 'it aborted'],
]

/** Why the interpreter cannot go on, in words that end a sentence which begins "Python broke down: ". */
export function reasonOf(error: unknown): string {
  if (error instanceof OverwrittenMemory) return 'its memory was overwritten'
  const exit = exitStatus(error)
  if (exit !== undefined) return `it ended itself with exit status ${exit}`
  const text = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''
  return MEANINGS.find(([says]) => says.test(text))?.[1] ?? text.slice(0, 500)
}

/** Emscripten throws an object of its own where C calls `exit`. */
function exitStatus(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined
  return typeof error.status === 'number' ? error.status : undefined
}
