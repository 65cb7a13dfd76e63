/** There was not enough memory to pass arguments to Python or to read its answer. The interpreter itself is intact. */
export class NoMemory extends Error {}

/** Python returned something that it cannot return, so its memory was overwritten. */
export class OverwrittenMemory extends Error {}

/** Unwinds Python code that is still on the stack after the interpreter broke down above it. */
export class InterpreterEnded extends Error {}

/** Messages of V8 and Emscripten when WebAssembly cannot continue, and what they mean. */
const MEANINGS: readonly (readonly [says: RegExp, means: string])[] = [
  [/^Maximum call stack size exceeded/, 'its stack overflowed in C code'],
  [/^memory access out of bounds/, 'it accessed an address outside its memory'],
  [
    /table index is out of bounds|^null function|signature mismatch|^indirect call/,
    'it called an address that is not a function',
  ],
  [/^divide by zero|^integer overflow|^float unrepresentable/, 'it divided by zero'],
  [/^unreachable|^Aborted/, 'it aborted'],
]

/** Why the interpreter cannot continue; completes the sentence "Python broke down: ". */
export function reasonOf(error: unknown): string {
  if (error instanceof OverwrittenMemory) return 'its memory was overwritten'
  const exit = exitStatus(error)
  if (exit !== undefined) return `it exited with status ${exit}`
  const text = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''
  return MEANINGS.find(([says]) => says.test(text))?.[1] ?? text.slice(0, 500)
}

/** The status if C called `exit`, for which Emscripten throws an object of its own. */
function exitStatus(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined
  return typeof error.status === 'number' ? error.status : undefined
}
