import { pythonText } from '@gearboard/gears/vocabulary/python-text'
import { cutMiddle, NOTE_CHARS, plural } from '@gearboard/gears/vocabulary/text'
import { linesOfList } from '@gearboard/gears/vocabulary/traceback'

/** What is left of an error, characters: type, message, frames and group are those of the whole. */
export const ERROR_CHARS = 16_000
/** What is kept of the errors of an execution on one shard: texts are tracebacks, a function may produce any number of them. */
export const REPORTED_ERRORS = { count: 100, chars: 400_000, each: ERROR_CHARS } as const
/** Shorter than this an error is unreadable: it is left out and counted. */
export const LEAST_ERROR_CHARS = 1000

/**
 * An error text in at most `most` characters (`LEAST_ERROR_CHARS` and more), which reads like the whole: the middle is cut, that is the
 * frames between the outermost and the innermost, and the middle of a message. A mark in its place says what was left out.
 */
export function boundError(raw: string, most = ERROR_CHARS): string {
  if (raw.length <= most) return raw
  const lines = linesOfList(raw)
  return lines ? boundTraceback(lines, most) : cutMiddle(raw, most)
}

function boundTraceback(lines: readonly string[], most: number): string {
  const last = lines.findLastIndex((line) => line.trim() !== '')
  const entries = lines.map((line, at) => printed(line, at === last ? most / 2 : most / 8))
  const all = most - NOTE_CHARS - (entries.at(-1)?.length ?? 0)
  let room = all
  const takeLine = (at: number) => {
    const size = (entries[at]?.length ?? 0) + 2
    if (size > room) return false
    room -= size
    return true
  }
  let head = 0
  let tail = entries.length - 1
  // Where it was raised says more than where it was called from.
  while (head < tail && room > (all * 3) / 4 && takeLine(head)) head++
  while (tail > head && takeLine(tail - 1)) tail--
  const note = tail > head ? [pythonText(`  … ${plural(tail - head, 'line')} left out …\n`)] : []
  return `[${[...entries.slice(0, head), ...note, ...entries.slice(tail)].join(', ')}]`
}

/** A line as Python prints it, in about `most` characters: what cannot be seen takes up to ten. */
function printed(line: string, most: number): string {
  let text = pythonText(line)
  for (let chars = line.length; text.length > most && chars > 2 * NOTE_CHARS; ) {
    chars = Math.max(2 * NOTE_CHARS, Math.min(chars - 1, Math.floor((chars * most) / text.length)))
    text = pythonText(cutMiddle(line, chars))
  }
  return text
}

/** The first errors of a list, as many as fit, each bounded; the rest is counted. */
export function boundErrors(
  errors: readonly string[],
  bounds: { readonly count: number; readonly chars: number; readonly each: number },
): { readonly errors: readonly string[]; readonly leftOut: number } {
  const kept: string[] = []
  let room = bounds.chars
  for (const raw of errors.slice(0, bounds.count)) {
    if (room < Math.min(raw.length, LEAST_ERROR_CHARS)) break
    const text = boundError(raw, Math.min(room, bounds.each))
    kept.push(text)
    room -= text.length
  }
  return { errors: kept, leftOut: errors.length - kept.length }
}
