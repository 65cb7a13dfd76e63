import { expect, it } from 'vitest'
import { gainedSince, gainInWords } from './registration-baseline'

const baseline = { at: 0, counters: { triggered: 100, success: 90, failures: 5, aborted: 5 } }

it('tells what was gained, and leaves out what did not move', () => {
  const gained = gainedSince(baseline, { triggered: 1131, success: 1119, failures: 7, aborted: 5 })
  expect(gained).toEqual({ triggered: 1031, success: 1029, failures: 2, aborted: 0 })
  expect(gained && gainInWords(gained)).toBe('+1,031 triggered, +1,029 success, +2 failed')
  const same = gainedSince(baseline, baseline.counters)
  expect(same && gainInWords(same)).toBe('nothing has happened')
})

it('tells nothing where a counter went back below it', () => {
  expect(gainedSince(baseline, { triggered: 200, success: 10, failures: 0, aborted: 0 })).toBeNull()
})
