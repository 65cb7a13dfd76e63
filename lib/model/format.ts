/** Words and figures for people. Numbers are grouped the English way everywhere, as on the screens. */

/** `8,412`; a dash for what is unknown. */
export const formatCount = (n: number | null | undefined): string =>
  n === null || n === undefined ? '–' : n.toLocaleString('en')

/** `1 shard`, `2 shards`; irregular plurals are given. */
export const plural = (n: number, one: string, many = `${one}s`): string => `${formatCount(n)} ${n === 1 ? one : many}`

/** At most three significant digits below a hundred, whole numbers above: `0.4`, `2.14`, `31.4`, `184`. */
function figure(n: number): string {
  const digits = n >= 100 ? 0 : n >= 10 ? 1 : 2
  return Number(n.toFixed(digits)).toLocaleString('en')
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `14 ms`, `2.14 s`, `4 min 12 s`, `3 h 5 min`, `2 d 4 h` of milliseconds. */
export function formatDuration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || Number.isNaN(ms)) return '–'
  if (ms < 1) return ms <= 0 ? '0 ms' : `${figure(ms)} ms`
  if (ms < SECOND) return `${Math.round(ms)} ms`
  if (ms < MINUTE) return `${figure(ms / SECOND)} s`
  const [unit, name, part, partName] =
    ms < HOUR
      ? ([MINUTE, 'min', SECOND, 's'] as const)
      : ms < DAY
        ? ([HOUR, 'h', MINUTE, 'min'] as const)
        : ([DAY, 'd', HOUR, 'h'] as const)
  const whole = Math.floor(ms / unit)
  const rest = Math.floor((ms % unit) / part)
  return rest > 0 ? `${whole} ${name} ${rest} ${partName}` : `${whole} ${name}`
}

/** A range of time, in whole minutes once there is one: `40 s`, `15 min`. */
export const formatSpan = (ms: number): string =>
  formatDuration(ms < MINUTE ? Math.max(SECOND, Math.round(ms / SECOND) * SECOND) : Math.round(ms / MINUTE) * MINUTE)

/** How long ago, coarser than a duration: `just now`, `8 s ago`, `4 min ago`, `2 h ago`. Clocks may differ: the future is now. */
export function formatAgo(ms: number): string {
  if (ms < SECOND) return 'just now'
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s ago`
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ago`
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h ago`
  return `${Math.floor(ms / DAY)} d ago`
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

// Made once: a formatter takes longer to make than a table's row to render.
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const MINUTE_OF_DAY = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const DAY_OF_MONTH = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const EXACT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' })

/** `02:01:48`, local time. */
export const formatClock = (at: number): string => CLOCK.format(at)

/** `02:01`, local time: ticks of charts. */
export const formatMinute = (at: number): string => MINUTE_OF_DAY.format(at)

/** `21 Nov`, local time: ticks of charts over days. */
export const formatDay = (at: number): string => DAY_OF_MONTH.format(at)

/** `21 Nov 02:01`, local time. */
export const formatDayMinute = (at: number): string => `${formatDay(at)} ${formatMinute(at)}`

/** Date and time with the zone, for hovers. */
export const formatExact = (at: number): string => EXACT.format(at)

/** Ids in the middle shortened, keeping what tells them apart: `15f4…53df-5f02`, `3f0c…91aa`. Short ones stay whole. */
export function shortenId(id: string): string {
  const [, head, tail] = /^(.{24,}?)(-\d+(?:@.*)?)?$/.exec(id) ?? []
  if (head === undefined) return id
  return `${head.slice(0, 4)}…${head.slice(-4)}${tail ?? ''}`
}

/** The beginning of a text; an ellipsis says that there is more. */
export const cutEnd = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`

/** `a`, `a and b`, `a, b and c`; beyond `most`, how many more. */
export function listInWords(items: readonly string[], most = 3): string {
  if (items.length > most)
    return `${items.slice(0, most - 1).join(', ')} and ${plural(items.length - most + 1, 'other')}`
  if (items.length < 2) return items.join('')
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}
