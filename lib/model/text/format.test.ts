import { formatBytes, formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { afterEach, describe, expect, test } from 'vitest'
import {
  formatAgo,
  formatClock,
  formatDayMinute,
  formatDuration,
  formatExact,
  formatMinute,
  formatSpan,
  listInWords,
  setTimeZone,
  shortenId,
} from './format'

describe('durations', () => {
  test.each([
    [0, '0 ms'],
    [0.4, '0.4 ms'],
    [14.4, '14 ms'],
    [999, '999 ms'],
    [2140, '2.14 s'],
    [31_400, '31.4 s'],
    [252_000, '4 min 12 s'],
    [240_000, '4 min'],
    [3 * 3_600_000 + 5 * 60_000, '3 h 5 min'],
    [52 * 3_600_000, '2 d 4 h'],
    [null, '–'],
  ])('%s ms is %s', (ms, text) => expect(formatDuration(ms)).toBe(text))
})

describe('bytes', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1400, '1.4 kB'],
    [999_900, '1 MB'],
    [56_000_000, '56 MB'],
    [-2_100_000, '−2.1 MB'],
    [null, '–'],
  ])('%s is %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text))
})

test('what is unknown is a dash, never zero', () => {
  expect(formatCount(null)).toBe('–')
  expect(formatCount(0)).toBe('0')
})

test('ranges are in whole minutes, once there is one', () => {
  expect(formatSpan(200)).toBe('1 s')
  expect(formatSpan(40_400)).toBe('40 s')
  expect(formatSpan(14 * 60_000 + 58_000)).toBe('15 min')
})

test('how long ago; a clock that is ahead counts as now', () => {
  expect(formatAgo(-5000)).toBe('just now')
  expect(formatAgo(59_999)).toBe('59 s ago')
  expect(formatAgo(2 * 3_600_000)).toBe('2 h ago')
})

test('ids keep their ends and their sequence', () => {
  const shard = '15f4aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa53df'
  expect(shortenId(`${shard}-5021`)).toBe('15f4…53df-5021')
  expect(shortenId(shard)).toBe('15f4…53df')
  expect(shortenId(`${'0'.repeat(40)}-3@${shard}`)).toBe(`0000…0000-3@${shard}`)
  expect(shortenId('standalone')).toBe('standalone')
  expect(shortenId('orders-write-behind')).toBe('orders-write-behind')
})

test('lists in words', () => {
  expect(listInWords([])).toBe('')
  expect(listInWords(['a'])).toBe('a')
  expect(listInWords(['a', 'b'])).toBe('a and b')
  expect(listInWords(['a', 'b', 'c'])).toBe('a, b and c')
  expect(listInWords(['a', 'b', 'c', 'd', 'e'])).toBe('a, b and 3 others')
  expect(plural(1, 'shard')).toBe('1 shard')
  expect(plural(2000, 'entry', 'entries')).toBe('2,000 entries')
})

describe('absolute times are in the chosen zone', () => {
  const AT = Date.UTC(2026, 10, 28, 23, 30, 5)
  afterEach(() => setTimeZone(undefined))

  test.each([
    ['UTC', '23:30:05', '23:30', '28 Nov 23:30'],
    ['Asia/Tokyo', '08:30:05', '08:30', '29 Nov 08:30'],
    ['Asia/Kolkata', '05:00:05', '05:00', '29 Nov 05:00'],
    ['America/New_York', '18:30:05', '18:30', '28 Nov 18:30'],
  ])('%s', (zone, clock, minute, day) => {
    setTimeZone(zone)
    expect([formatClock(AT), formatMinute(AT), formatDayMinute(AT)]).toEqual([clock, minute, day])
  })

  test('the exact time names its zone', () => {
    setTimeZone('UTC')
    expect(formatExact(AT)).toBe('28 Nov 2026, 23:30:05 UTC')
  })

  test('a zone that this machine does not know is its own', () => {
    const own = formatExact(AT)
    setTimeZone('Mars/Olympus')
    expect(formatExact(AT)).toBe(own)
  })
})
