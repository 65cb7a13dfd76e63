import { figure, plural } from '@gearboard/gears/vocabulary/text'

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

/** `in the last 1 min` is not said. */
const ONE: ReadonlyMap<string, string> = new Map([
  ['1 s', 'second'],
  ['1 min', 'minute'],
  ['1 h', 'hour'],
])

/** `in the last 15 min`, `in the last minute`. @param ms how long */
export function inTheLast(ms: number): string {
  const span = formatSpan(ms)
  return `in the last ${ONE.get(span) ?? span}`
}

/** How long ago, coarser than a duration: `just now`, `8 s ago`, `4 min ago`, `2 h ago`. Clocks may differ: the future is now. */
export function formatAgo(ms: number): string {
  if (ms < SECOND) return 'just now'
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s ago`
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ago`
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h ago`
  return `${Math.floor(ms / DAY)} d ago`
}

// Made once: a formatter takes longer to make than a table's row to render.
const formatsIn = (timeZone: string | undefined) =>
  ({
    clock: new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone }),
    minute: new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone }),
    day: new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone }),
    exact: new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long', timeZone }),
  }) as const
let formats = formatsIn(undefined)
let zone: string | undefined

/** Every absolute time is shown in this zone (`UTC`, `Europe/Berlin`) from now on; in the machine's own where it is undefined or unknown. */
export function setTimeZone(timeZone: string | undefined): void {
  if (zone === timeZone) return
  zone = timeZone
  try {
    formats = formatsIn(timeZone)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    formats = formatsIn(undefined)
  }
}

/** `02:01:48`, in the chosen zone. */
export const formatClock = (at: number): string => formats.clock.format(at)

/** `02:01`, in the chosen zone: ticks of charts. */
export const formatMinute = (at: number): string => formats.minute.format(at)

/** `21 Nov`, in the chosen zone: ticks of charts over days. */
export const formatDay = (at: number): string => formats.day.format(at)

/** `21 Nov 02:01`, in the chosen zone. */
export const formatDayMinute = (at: number): string => `${formatDay(at)} ${formatMinute(at)}`

/** `14:02 to 14:25`; with seconds where it is short, with days where it is not all today (`now`, ms). */
export function formatRange(from: number, to: number, now: number): string {
  const [first, last] = [formatDay(from), formatDay(to)]
  if (first !== last) return `${formatDayMinute(from)} to ${formatDayMinute(to)}`
  const time = to - from < 10 * MINUTE ? formatClock : formatMinute
  return `${first === formatDay(now) ? '' : `${first} `}${time(from)} to ${time(to)}`
}

/** Date and time with the zone, for hovers. */
export const formatExact = (at: number): string => formats.exact.format(at)

/** Ids shortened in the middle, keeping the parts that distinguish them: `15f4…53df-5f02`, `3f0c…91aa`. Short ones stay whole. */
export function shortenId(id: string): string {
  const [, head, tail] = /^(.{24,}?)(-\d+(?:@.*)?)?$/.exec(id) ?? []
  if (head === undefined) return id
  return `${head.slice(0, 4)}…${head.slice(-4)}${tail ?? ''}`
}

/** `a`, `a and b`, `a, b and c`; beyond `most`, how many more. */
export function listInWords(items: readonly string[], most = 3): string {
  if (items.length > most)
    return `${items.slice(0, most - 1).join(', ')} and ${plural(items.length - most + 1, 'other')}`
  if (items.length < 2) return items.join('')
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}
