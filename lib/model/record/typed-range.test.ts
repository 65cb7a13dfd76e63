import { afterEach, describe, expect, test } from 'vitest'
import { formatRange, setTimeZone } from '../text/format'
import { parseTypedRange } from './typed-range'

const MIN = 60_000
const HOUR = 60 * MIN
/** A Saturday, 15:10 in UTC, 16:10 in Berlin, 00:10 on Sunday in Tokyo. */
const NOW = Date.UTC(2026, 10, 28, 15, 10)

const read = (text: string, timeZone: string | undefined = 'UTC', now = NOW) => parseTypedRange(text, { now, timeZone })
const reason = (text: string, timeZone?: string): string => {
  const range = read(text, timeZone)
  return range.kind === 'wrong' ? range.reason : `read as ${range.kind}`
}
const utc = (iso: string): number => Date.parse(`${iso}Z`)

test.each([
  ['3h', 3 * HOUR],
  ['last 3 h', 3 * HOUR],
  ['Last 3 Hours', 3 * HOUR],
  ['past 90 minutes', 90 * MIN],
  ['the last hour', HOUR],
  ['last day', 24 * HOUR],
  ['1.5h', 90 * MIN],
  ['1 h 30 min', 90 * MIN],
  ['1h30m', 90 * MIN],
  ['45 sec', 45_000],
  ['  2   weeks ', 14 * 24 * HOUR],
  ['30d', 30 * 24 * HOUR],
])('“%s” is a length of time that ends now', (text, ms) => {
  expect(read(text)).toEqual({ kind: 'last', ms })
})

test.each(['live', 'LIVE', ' now '])('“%s” is live', (text) => {
  expect(read(text)).toEqual({ kind: 'live' })
})

test.each([
  ['14:00 to 15:00', '2026-11-28T14:00', '2026-11-28T15:00'],
  ['from 9:05 until 9:20:30', '2026-11-28T09:05', '2026-11-28T09:20:30'],
  ['between 09:00 and 10:00', '2026-11-28T09:00', '2026-11-28T10:00'],
  ['14:00-15:00', '2026-11-28T14:00', '2026-11-28T15:00'],
  ['14:00 – 15:00', '2026-11-28T14:00', '2026-11-28T15:00'],
  ['14:00..15:00', '2026-11-28T14:00', '2026-11-28T15:00'],
  ['14:00 to now', '2026-11-28T14:00', '2026-11-28T15:10'],
  ['since 14:00', '2026-11-28T14:00', '2026-11-28T15:10'],
  ['from yesterday', '2026-11-27T00:00', '2026-11-28T15:10'],
  ['yesterday', '2026-11-27T00:00', '2026-11-28T00:00'],
  ['today', '2026-11-28T00:00', '2026-11-28T15:10'],
  ['yesterday at 23:00 to today 01:00', '2026-11-27T23:00', '2026-11-28T01:00'],
  ['yesterday 23:00 to 24:00', '2026-11-27T23:00', '2026-11-28T00:00'],
  ['2026-11-27 09:00 to 12:00', '2026-11-27T09:00', '2026-11-27T12:00'],
  ['2026-11-27T09:00Z to 2026-11-27T12:00Z', '2026-11-27T09:00', '2026-11-27T12:00'],
  ['2026-11-25 to 2026-11-26', '2026-11-25T00:00', '2026-11-27T00:00'],
  ['27 Nov', '2026-11-27T00:00', '2026-11-28T00:00'],
  ['24 november 2026 22:00 to 25 nov 02:00', '2026-11-24T22:00', '2026-11-25T02:00'],
])('“%s”', (text, from, to) => {
  expect(read(text)).toEqual({ kind: 'span', from: utc(from), to: utc(to) })
})

test('an end in the future is now', () => {
  expect(read('14:00 to 18:00')).toEqual({ kind: 'span', from: utc('2026-11-28T14:00'), to: NOW })
})

test('a day without a year is the last one that was', () => {
  const january = Date.UTC(2027, 0, 5, 12)
  expect(read('20 Dec', 'UTC', january)).toEqual({
    kind: 'span',
    from: utc('2026-12-20T00:00'),
    to: utc('2026-12-21T00:00'),
  })
})

describe('days and times of day are of the zone', () => {
  test.each([
    ['Europe/Berlin', '14:00 to 15:30', '2026-11-28T13:00', '2026-11-28T14:30'],
    ['Asia/Tokyo', 'yesterday', '2026-11-27T15:00', '2026-11-28T15:00'],
    ['Asia/Tokyo', 'today', '2026-11-28T15:00', '2026-11-28T15:10'],
    ['Asia/Kolkata', '28 Nov 09:00 to 10:00', '2026-11-28T03:30', '2026-11-28T04:30'],
    ['America/New_York', '09:00 to 10:00', '2026-11-28T14:00', '2026-11-28T15:00'],
    ['America/New_York', '14:00 UTC to 15:00 UTC', '2026-11-28T14:00', '2026-11-28T15:00'],
  ])('%s: “%s”', (zone, text, from, to) => {
    expect(read(text, zone)).toEqual({ kind: 'span', from: utc(from), to: utc(to) })
  })

  test('a day on which the clocks go back has 25 hours', () => {
    const range = read('2026-10-25', 'Europe/Berlin', Date.UTC(2026, 9, 28))
    expect(range).toEqual({ kind: 'span', from: utc('2026-10-24T22:00'), to: utc('2026-10-25T23:00') })
  })

  test('a zone that this machine does not know is its own', () => {
    expect(read('yesterday', 'Mars/Olympus')).toEqual(parseTypedRange('yesterday', { now: NOW, timeZone: undefined }))
  })
})

describe('what pages show can be typed', () => {
  afterEach(() => setTimeZone(undefined))
  test.each([
    ['UTC', '2026-11-28T14:02', '2026-11-28T14:25'],
    ['UTC', '2026-11-27T14:02', '2026-11-27T14:25'],
    ['Asia/Tokyo', '2026-11-27T14:02:10', '2026-11-27T14:05:20'],
    ['Europe/Berlin', '2026-11-26T14:02', '2026-11-28T14:25'],
  ])('%s, %s to %s', (zone, from, to) => {
    setTimeZone(zone)
    const span = { from: utc(from), to: utc(to) }
    expect(read(formatRange(span.from, span.to, NOW), zone)).toEqual({ kind: 'span', ...span })
  })
})

test.each([
  ['', 'Type a time range: last 3 h'],
  ['   ', 'Type a time range: last 3 h'],
  ['soon', '“soon” is not a time range. Try last 3 h'],
  ['3 parsecs', '“3 parsecs” is not a time range'],
  ['last', '“last” is not a time range'],
  ['<b>', '“<b>” is not a time range'],
  ['14:00', '“14:00” has no end. Try 14:00 to now.'],
  ['14:00 to', '“14:00 to” is not a time range'],
  ['14:00 to tea', '“tea” is not a time. Write 14:00'],
  ['25:00 to 26:00', '“25:00” is not a time'],
  ['14:75 to 15:00', '“14:75” is not a time'],
  ['2026-02-30 09:00 to 12:00', '“2026-02-30 09:00” is not a time'],
  ['1:00 to 2:00 to 3:00', 'more than two ends'],
  ['15:00 to 14:00', 'or name the days: yesterday 15:00 to today 14:00.'],
  ['yesterday 23:00 to 01:00', 'ends before it starts. Type the earlier time first, and the day of the end'],
  ['14:00 to 14:00', 'ends before it starts'],
  ['18:00 to 19:00', '“18:00” is in the future. For the day before, type yesterday 18:00 to 19:00.'],
  ['2031-01-01', '“2031-01-01” is in the future. A range starts in the past.'],
  ['since 18:00', '“18:00” is in the future'],
  ['0h', '“0h” is too short. Type at least 10 s.'],
  ['15:00:00 to 15:00:09', 'is too short. Type at least 10 s.'],
  ['last 31 days', '“last 31 days” is too long. Type at most 30 d.'],
  ['since 2019-01-01', 'is too long. Type at most 30 d.'],
  [`${'9'.repeat(70)} h`, 'is too long'],
  ['1h '.repeat(40), 'at most 80 characters'],
])('“%s” is wrong, and the reason names what would be right', (text, expected) => {
  expect(reason(text)).toContain(expected)
})

test('what is wrong in one zone may be right in another', () => {
  expect(reason('16:00 to 16:05')).toContain('in the future')
  expect(read('16:00 to 16:05', 'Europe/Berlin')).toMatchObject({ kind: 'span' })
})
