import { type PythonValue, pythonText } from '../vocabulary/python-text'

/** Python source. */
export class Py {
  constructor(readonly source: string) {}

  toString(): string {
    return this.source
  }
}

/**
 * Python as it is written: backslashes are Python's, and the indentation that all lines share goes. `${…}` puts in a JavaScript value as
 * the Python literal of the same value, quoted and escaped, or another `py` as it is.
 * @throws TypeError for a value that has no literal: undefined, a function, a Date …
 */
export function py(strings: TemplateStringsArray, ...values: readonly (PythonValue | Py)[]): Py {
  const parts = dedent(strings.raw.map((part) => part.replace(/\\(`|\$\{)/g, '$1')))
  const filled = parts.map((part, i) => (i === 0 ? part : sourceOf(values[i - 1] ?? null) + part))
  return new Py(filled.join(''))
}

/** A `py` as it is, anything else as the literal of its value. */
export const sourceOf = (value: PythonValue | Py): string => (value instanceof Py ? value.source : pythonText(value))

function dedent(parts: readonly string[]): readonly string[] {
  const indents = parts.flatMap((part, i) =>
    part
      .split('\n')
      .slice(1)
      // A blank line says nothing, unless a value follows on it.
      .filter((line, j, lines) => line.trim() !== '' || (j === lines.length - 1 && i < parts.length - 1))
      .map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0),
  )
  const shared = Math.min(...indents)
  const last = parts.length - 1
  return parts.map((part, i) => {
    const lines = part.split('\n').map((line, j) => (j > 0 && Number.isFinite(shared) ? line.slice(shared) : line))
    const text = lines.join('\n')
    const begun = i === 0 ? text.replace(/^\s*\n/, '').trimStart() : text
    return i === last ? begun.trimEnd() : begun
  })
}
