export type CsvCell = string | number | boolean | null

/** A spreadsheet takes text that begins so for a formula, or drops a tab or a carriage return before one: also in full width, and behind what it drops or takes for the end of a cell. */
const FORMULA = /^(?:[\t\r]|[\s"';\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠])/
/**
 * The separator between two cells, where semicolons, tabs or line breaks separate cells, with any quotes around it. Matches in linear time.
 */
const GAP = /(?<![\s"';\u200b-\u200f\u2060\ufeff])[\s"';\u200b-\u200f\u2060\ufeff]+(?=[=+\-@＝＋－＠])/g
const SEPARATOR = /[;\t\r\n]/
/** A terminal that shows the file would obey them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g

const escaped = (control: string): string => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`

/** Error texts and names are untrusted. */
function disarmed(text: string): string {
  const shown = text.replace(CONTROL, escaped)
  return (FORMULA.test(shown) ? "'" : '') + shown.replace(GAP, (gap) => (SEPARATOR.test(gap) ? `${gap}'` : gap))
}

function cell(value: CsvCell): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const text = disarmed(value)
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * A line of RFC 4180. Null is an empty cell; text that a spreadsheet would run gets an apostrophe before it; control characters are written
 * as `\x1b`.
 */
export const csvLine = (cells: readonly CsvCell[]): string => `${cells.map(cell).join(',')}\r\n`
