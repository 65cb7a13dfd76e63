import { parsePythonLiteral } from './python-literal'
import { cutEnd } from './text'

/** One frame of a Python traceback; the module sends no source lines with frames of the script (protocol 4.6). */
export interface TracebackFrame {
  readonly file: string
  readonly line: number
  readonly function: string
}

/** An error text of the module, read. Unfolded it is what Python would have printed. */
export interface ErrorReport {
  /** The readable text: the list form unfolded into lines, anything else unchanged. */
  readonly text: string
  /** `KeyError`, `gears.error`; null where the text does not tell. */
  readonly type: string | null
  /** What follows the type; the whole text where there is none. */
  readonly message: string
  /** Outermost first, as Python prints them; empty without a traceback. */
  readonly frames: readonly TracebackFrame[]
  /** The profiler's own failure replaces the error, whose cause is not in the text (protocol 11.3). */
  readonly hiddenByProfiling: boolean
}

const FRAME = /^ {2}File "([^"\n]*)", line (\d+), in ([^\n]*)$/
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
  if (type === undefined || value === undefined)
    return { text: raw, type: null, message: raw, frames: [], hiddenByProfiling: false }
  const [, line] = LINE_OF_SCRIPT.exec(value) ?? []
  return {
    text: raw,
    type,
    message: value,
    frames: line === undefined ? [] : [{ file: '<string>', line: Number(line), function: '<module>' }],
    hiddenByProfiling: false,
  }
}

/** Between an exception and the one that it led to. */
const CHAIN =
  /^\n(?:The above exception was the direct cause of the following exception|During handling of the above exception, another exception occurred):\n/

function fromTraceback(entries: readonly string[]): ErrorReport {
  const text = entries.join('').trimEnd()
  const exceptions = exceptionsOf(entries)
  // What profiling raised as it ended a step that had failed says nothing: the exception that it led from does.
  const told = exceptions.findLast((exception) => !raisedByProfiling(exception))
  const { type, message, frames } = told ?? exceptions.at(-1) ?? { type: null, message: '', frames: [] }
  return { text, type, message, frames, hiddenByProfiling: told === undefined && exceptions.length > 0 }
}

type ParsedError = Pick<ErrorReport, 'type' | 'message' | 'frames'>

/** A traceback holds one exception, or several that led to each other: the first one first. */
function exceptionsOf(entries: readonly string[]): readonly ParsedError[] {
  const chain: ParsedError[] = []
  let frames: TracebackFrame[] = []
  let last = ''
  const end = () => {
    const [, type, message] = LAST_LINE.exec(last) ?? []
    chain.push({ type: type ?? null, message: type === undefined ? last : (message ?? ''), frames })
    frames = []
    last = ''
  }
  for (const entry of entries) {
    if (CHAIN.test(entry)) {
      end()
      continue
    }
    // An entry of a frame may carry a second line with the source.
    const [, file, line, name] = FRAME.exec(entry.split('\n', 1)[0] ?? '') ?? []
    if (file !== undefined && line !== undefined && name !== undefined)
      frames.push({ file, line: Number(line), function: name })
    else if (entry.trim()) last = entry.trim()
  }
  end()
  return chain
}

/** The module's `profileStop` is called while the step's exception is still set, which Python refuses in one of these ways. */
const raisedByProfiling = ({ type, message, frames }: ParsedError): boolean =>
  (frames.at(-1)?.function === 'profileStop' && (type === 'AttributeError' || type === 'SystemError')) ||
  (type === 'SystemError' && /returned a result with an (?:error|exception) set$/.test(message))

/** Longest title, characters: the whole text is shown with it. */
const TITLE_CHARS = 200

/** One line that names the error, at most `TITLE_CHARS`: `KeyError: 'currency'`. */
export const errorTitle = (report: ErrorReport): string => cutEnd(wholeTitle(report), TITLE_CHARS)

function wholeTitle(report: ErrorReport): string {
  const message = firstLine(report.message)
  const title = report.type === null ? message : message ? `${report.type}: ${message}` : report.type
  return report.hiddenByProfiling ? `Hidden by profiling (${title})` : title
}

const firstLine = (text: string): string => text.split(/\r?\n/).find((line) => line.trim() !== '') ?? text

/** Errors with the same signature have the same cause: the type and where it was raised, without the message's values. */
export function errorSignature(report: ErrorReport): string {
  const frame = report.frames.at(-1)
  if (report.type === null || !frame) return wholeTitle(report)
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
    return lines.slice(0, frame.line).some((above) => definesFunction(above, frame.function))
  })
}

const definesFunction = (line: string, name: string): boolean =>
  [...line.matchAll(/\bdef[^\S\n]+(\w+)[^\S\n]*\(/g)].some(([, defined]) => defined === name)

/** Reads the `str()` of a Python list of strings; undefined when `text` is none. */
export function linesOfList(text: string): readonly string[] | undefined {
  const value = text.startsWith('[') ? parsePythonLiteral(text) : undefined
  if (!Array.isArray(value)) return undefined
  const lines: readonly unknown[] = value
  return lines.every((line) => typeof line === 'string') ? lines : undefined
}
