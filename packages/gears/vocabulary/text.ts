/** Words and figures for people. Numbers are grouped the English way everywhere, as on the screens. */

/** `8,412`; a dash for what is unknown. */
export const formatCount = (n: number | null | undefined): string =>
  n === null || n === undefined ? '–' : n.toLocaleString('en')

/** `1 shard`, `2 shards`; irregular plurals are given. */
export const plural = (n: number, one: string, many = `${one}s`): string => `${formatCount(n)} ${n === 1 ? one : many}`

/** At most three significant digits below a hundred, whole numbers above: `0.4`, `2.14`, `31.4`, `184`. */
export function figure(n: number): string {
  const digits = n >= 100 ? 0 : n >= 10 ? 1 : 2
  return Number(n.toFixed(digits)).toLocaleString('en')
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** Figure and unit apart, for tiles: decimal units. */
export function splitBytes(bytes: number): { readonly figure: string; readonly unit: string } {
  let value = Math.abs(bytes)
  let at = 0
  // 999.5 kB would be shown as 1,000 kB.
  while (value >= 999.5 && at < BYTE_UNITS.length - 1) {
    value /= 1000
    at += 1
  }
  return { figure: `${bytes < 0 ? '−' : ''}${figure(value)}`, unit: BYTE_UNITS[at] ?? 'B' }
}

/** `56 MB` of bytes. */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return '–'
  const { figure: value, unit } = splitBytes(bytes)
  return `${value} ${unit}`
}

/** The beginning of a text; an ellipsis says that there is more. */
export const cutEnd = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`

/** Characters around the mark for what was left out. */
export const NOTE_CHARS = 60

/** The beginning and the end of a text; words in between say how much was left out. */
export function cutMiddle(text: string, most: number): string {
  if (text.length <= most) return text
  const tail = Math.floor((most - NOTE_CHARS) / 4)
  const [head, end] = [whole(text, most - NOTE_CHARS - tail), whole(text, text.length - tail)]
  return `${text.slice(0, head)}… ${plural(end - head, 'character')} left out …${text.slice(end)}`
}

/** Says how much of a text is not there. */
export const LEFT_OUT = /… [\d,]+ characters? left out …/

/** Not between the halves of a surrogate pair. */
const whole = (text: string, at: number): number => (/[\udc00-\udfff]/.test(text.charAt(at)) ? at - 1 : at)
