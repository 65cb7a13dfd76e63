import { parsePythonLiteral } from './python-literal'

/** One frame of a Python traceback; the module sends no source lines with frames of the script (protocol 4.6). */
export interface TracebackFrame {
  readonly file: string
  readonly line: number
  readonly function: string
}

/** An error text of the module, read. Unfolded it is what Python would have printed. */
export interface ErrorReport {
  /** The text as people read it: the list form unfolded into lines, anything else as it came. */
  readonly text: string
  /** `KeyError`, `gears.error`; null where the text does not tell. */
  readonly type: string | null
  /** What follows the type; the whole text where there is none. */
  readonly message: string
  /** Outermost first, as Python prints them; empty without a traceback. */
  readonly frames: readonly TracebackFrame[]
}

const FRAME = /^ {2}File "(.*)", line (\d+), in (.*)$/
/** Without a traceback the module says the type and the value (protocol 4.6). */
const TYPE_AND_VALUE = /^Error type: <class '([^']+)'>, Value: ([\s\S]*)$/
/** `package.Type: message`, or the type alone where the exception has no message. */
const LAST_LINE = /^([A-Za-z_][\w.]*)(?:: ([\s\S]*))?$/
const LINE_OF_SCRIPT = /\(<string>, line (\d+)\)\s*$/

/** Reads an error text: the `str()` of a list of lines, `Error type: …`, or any words. */
export function readError(raw: string): ErrorReport {
  const lines = linesOfList(raw)
  if (lines) return fromTraceback(lines)

  const [, type, value] = TYPE_AND_VALUE.exec(raw) ?? []
  if (type === undefined || value === undefined) return { text: raw, type: null, message: raw, frames: [] }
  const [, line] = LINE_OF_SCRIPT.exec(value) ?? []
  return {
    text: raw,
    type,
    message: value,
    frames: line === undefined ? [] : [{ file: '<string>', line: Number(line), function: '<module>' }],
  }
}

function fromTraceback(entries: readonly string[]): ErrorReport {
  const text = entries.join('').replace(/\s+$/, '')
  const frames: TracebackFrame[] = []
  let last = ''
  for (const entry of entries) {
    // An entry of a frame may carry a second line with the source.
    const [, file, line, name] = FRAME.exec(entry.split('\n', 1)[0] ?? '') ?? []
    if (file !== undefined && line !== undefined && name !== undefined)
      frames.push({ file, line: Number(line), function: name })
    else if (entry.trim()) last = entry.trim()
  }
  const [, type, message] = LAST_LINE.exec(last) ?? []
  return { text, type: type ?? null, message: type === undefined ? last : (message ?? ''), frames }
}

/** One line that names the error: `KeyError: 'currency'`. */
export function errorTitle(report: ErrorReport): string {
  if (report.type === null) return firstLine(report.message)
  const message = firstLine(report.message)
  return message ? `${report.type}: ${message}` : report.type
}

const firstLine = (text: string): string => text.split(/\r?\n/).find((line) => line.trim() !== '') ?? text

/** Errors with the same signature have the same cause: the type and where it was raised, without the message's values. */
export function errorSignature(report: ErrorReport): string {
  const frame = report.frames.at(-1)
  if (report.type === null || !frame) return errorTitle(report)
  return `${report.type} in ${frame.function}, line ${frame.line}`
}

/**
 * The innermost frame that can be proven to lie in `script`. Frames inside the module's own builder also say `<string>`, so the line must
 * exist and fit the function's name: a `def` of that name at or above it, a `lambda` on it, or the top level.
 */
export function frameInScript(report: ErrorReport, script: string): TracebackFrame | undefined {
  const lines = script.split('\n')
  return report.frames.findLast((frame) => {
    const line = lines[frame.line - 1]
    if (frame.file !== '<string>' || line === undefined) return false
    if (frame.function === '<module>') return true
    if (frame.function === '<lambda>') return line.includes('lambda')
    const definition = new RegExp(`\\bdef\\s+${escapeRegExp(frame.function)}\\s*\\(`)
    return lines.slice(0, frame.line).some((above) => definition.test(above))
  })
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Reads the `str()` of a Python list of strings; undefined when `text` is none. */
function linesOfList(text: string): readonly string[] | undefined {
  const value = text.startsWith('[') ? parsePythonLiteral(text) : undefined
  if (!Array.isArray(value)) return undefined
  const lines: readonly unknown[] = value
  return lines.every((line) => typeof line === 'string') ? lines : undefined
}
