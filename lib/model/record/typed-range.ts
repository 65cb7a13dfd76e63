import { formatSpan } from '../text/format'
import type { TimeSpan } from './series-view'

/** What was typed means: back to live, the last `ms` until now, or from one moment to another (ms). Otherwise what is wrong and what would be right. */
export type TypedRange =
  | { readonly kind: 'live' }
  | { readonly kind: 'last'; readonly ms: number }
  | ({ readonly kind: 'span' } & TimeSpan)
  | { readonly kind: 'wrong'; readonly reason: string }

interface TypedRangeOptions {
  /** ms. */
  readonly now: number
  /** The zone that days and times of day are in; undefined, or one that is unknown here: the machine's own. */
  readonly timeZone: string | undefined
}

const DAY_MS = 86_400_000
/** The recorder keeps seconds; less would show nothing more. */
export const SHORTEST_RANGE_MS = 10_000
const LONGEST_RANGE_MS = 30 * DAY_MS

const CHARS = 80
const EXAMPLES = 'last 3 h, 14:00 to 15:30, yesterday, 2026-11-27 09:00 to 12:00, or live'

const UNITS = [
  [/^s(ec(ond)?s?)?$/, 1000],
  [/^m(in(ute)?s?)?$/, 60_000],
  [/^h(r|rs|ours?)?$/, 3_600_000],
  [/^d(ays?)?$/, DAY_MS],
  [/^w(eeks?)?$/, 7 * DAY_MS],
] as const

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
] as const

/**
 * Reads a time range as a person types it: `3h`, `last 90 minutes`, `14:00 to 15:30`, `since 09:00`, `yesterday`, `27 Nov`,
 * `2026-11-27 09:00 to 12:00`, `live`. An end without a day is on the day of the start; an end in the future is now.
 */
export function parseTypedRange(typed: string, { now, timeZone }: TypedRangeOptions): TypedRange {
  if (typed.length > CHARS) return wrong(`A time range has at most ${CHARS} characters. Try ${EXAMPLES}.`)
  const text = typed.trim().toLowerCase().replace(/\s+/g, ' ').replaceAll(' at ', ' ')
  if (text === '') return wrong(`Type a time range: ${EXAMPLES}.`)
  if (text === 'live' || text === 'now') return { kind: 'live' }
  const lastMs = parseLast(text)
  if (lastMs !== undefined) return ofRightLength({ from: now - lastMs, to: now }, text, { kind: 'last', ms: lastMs })

  const wall = wallIn(timeZone)
  const today = wall.dayOf(now)
  const [, opening, rest = text] = /^(since|from|between) (.+)$/.exec(text) ?? []
  const [first = '', second, ...others] = rest.split(SEPARATOR)
  if (others.length > 0) return wrong(`“${text}” has more than two ends. Try ${EXAMPLES}.`)
  const start = parseMoment(first, { today, assumed: today })
  if (!start) return wrong(second === undefined && opening === undefined ? notARange(text) : notATime(first))
  const end = second === 'now' || (second === undefined && opening !== undefined) ? 'now' : endOf(start, second, today)
  if (end === undefined)
    return wrong(second === undefined ? `“${text}” has no end. Try ${first} to now.` : notATime(second))

  const from = wall.at(start, start.time ?? 0)
  const to = end === 'now' ? now : wall.at(end, end.time ?? DAY_MS)
  if (from >= now)
    return wrong(
      start.dated || second === undefined
        ? `“${first}” is in the future. A range starts in the past.`
        : `“${first}” is in the future. For the day before, type yesterday ${first} to ${second}.`,
    )
  if (to <= from)
    return wrong(
      start.dated || second === undefined
        ? `“${text}” ends before it starts. Type the earlier time first, and the day of the end if it is another.`
        : `“${text}” ends before it starts. Type the earlier time first, or name the days: yesterday ${first} to today ${second}.`,
    )
  const span = { from, to: Math.min(to, now) }
  return ofRightLength(span, text, { kind: 'span', ...span })
}

const wrong = (reason: string): TypedRange => ({ kind: 'wrong', reason })
const notARange = (text: string): string => `“${text}” is not a time range. Try ${EXAMPLES}.`
const notATime = (text: string): string =>
  `“${text}” is not a time. Write 14:00, yesterday 14:00, 27 Nov 14:00 or 2026-11-27 14:00.`

function ofRightLength({ from, to }: TimeSpan, text: string, range: TypedRange): TypedRange {
  if (to - from < SHORTEST_RANGE_MS)
    return wrong(`“${text}” is too short. Type at least ${formatSpan(SHORTEST_RANGE_MS)}.`)
  if (to - from > LONGEST_RANGE_MS) return wrong(`“${text}” is too long. Type at most ${formatSpan(LONGEST_RANGE_MS)}.`)
  return range
}

/** Of a range that names no end, the end of its day, unless it names a time of day. */
function endOf(start: Moment, text: string | undefined, today: number): Moment | undefined {
  if (text !== undefined) return parseMoment(text, { today, assumed: start.day })
  return start.time === undefined ? start : undefined
}

/** `3h`, `last 3 h`, `1 h 30 min`, `past hour`; undefined when it is no length of time. */
function parseLast(text: string): number | undefined {
  const [, named, length = ''] = /^(?:the )?(last |past )?(.+)$/.exec(text) ?? []
  const single = named === undefined ? undefined : unitMs(length)
  if (single !== undefined) return single
  if (!/^(\d+(\.\d+)? ?[a-z]+ ?)+$/.test(length)) return undefined
  let sum = 0
  for (const [, digits, unit = ''] of length.matchAll(/(\d+(?:\.\d+)?) ?([a-z]+) ?/gy)) {
    const ms = unitMs(unit)
    if (ms === undefined) return undefined
    sum += Number(digits) * ms
  }
  return sum
}

const unitMs = (unit: string): number | undefined => UNITS.find(([pattern]) => pattern.test(unit))?.[1]

/** Between two ends: a word, a dash with spaces or between two times of day, or dots. */
const SEPARATOR = / (?:to|until|till|and|-) | ?(?:–|—|→|\.\.+) ?|(?<=:\d\d)-(?=\d\d?:)/

interface Moment {
  /** Days since 1970-01-01, as the calendar of its zone counts them. */
  readonly day: number
  /** Of that day, ms; undefined: a whole day. */
  readonly time: number | undefined
  /** The day was typed, not assumed. */
  readonly dated: boolean
  readonly utc: boolean
}

/** @param assumed the day of a time that names none */
function parseMoment(
  text: string,
  { today, assumed }: { readonly today: number; readonly assumed: number },
): Moment | undefined {
  const [, date = '', hour, minute = '', second = '0', utc] =
    /^(.*?)(?:(?:^|[ t])(\d\d?):(\d\d)(?::(\d\d))?)? ?(z|utc)?$/.exec(text) ?? []
  const named = date === '' ? undefined : parseDay(date, today)
  if (date === '' ? hour === undefined : named === undefined) return undefined
  const whole = { day: named ?? assumed, dated: named !== undefined, utc: utc !== undefined }
  if (hour === undefined) return { ...whole, time: undefined }
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second)
  if (Number(minute) > 59 || Number(second) > 59 || seconds > 86_400) return undefined
  return { ...whole, time: seconds * 1000 }
}

function parseDay(text: string, today: number): number | undefined {
  if (text === 'today') return today
  if (text === 'yesterday') return today - 1
  const [, y, m, d] = /^(\d{4})-(\d\d?)-(\d\d?)$/.exec(text) ?? []
  if (y !== undefined) return calendarDay(Number(y), Number(m) - 1, Number(d))
  const [, date, name = '', year] = /^(\d\d?) ([a-z]{3,9})\.?(?: (\d{4}))?$/.exec(text) ?? []
  const month = name === '' ? -1 : MONTHS.findIndex((each) => each.startsWith(name))
  if (month < 0) return undefined
  if (year !== undefined) return calendarDay(Number(year), month, Number(date))
  const thisYear = new Date(today * DAY_MS).getUTCFullYear()
  const near = calendarDay(thisYear, month, Number(date))
  return near !== undefined && near <= today ? near : calendarDay(thisYear - 1, month, Number(date))
}

/** Undefined for a day that no calendar has, such as 30 February. */
function calendarDay(year: number, month: number, date: number): number | undefined {
  const at = new Date(Date.UTC(year, month, date))
  return at.getUTCMonth() === month && at.getUTCDate() === date ? at.getTime() / DAY_MS : undefined
}

/** Days and times of day of a zone. */
function wallIn(timeZone: string | undefined) {
  const format = partsIn(timeZone)
  const offsetAt = (at: number): number => {
    const of: Record<string, number> = {}
    for (const { type, value } of format.formatToParts(at)) of[type] = Number(value)
    const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = of
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000
  }
  return {
    dayOf: (at: number): number => Math.floor((at + offsetAt(at)) / DAY_MS),
    at: ({ day, utc }: Moment, time: number): number => {
      const clock = day * DAY_MS + time
      if (utc) return clock
      // The offset may change between the two: the second look is right except in an hour that the clocks skip.
      return clock - offsetAt(clock - offsetAt(clock))
    },
  }
}

function partsIn(timeZone: string | undefined): Intl.DateTimeFormat {
  const options = {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
  } as const
  try {
    return new Intl.DateTimeFormat('en-GB', { ...options, timeZone })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return new Intl.DateTimeFormat('en-GB', options)
  }
}
