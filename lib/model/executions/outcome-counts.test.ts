import { expect, test } from 'vitest'
import { NO_OUTCOMES, outcomeCounts, totalOf } from './outcome-counts'

const [ok, failed] = [{ outcome: 'ok' }, { outcome: 'failed' }] as const

test('outcomes are counted, and follow what left and came', () => {
  const counts = outcomeCounts.start([ok, ok, failed])
  expect(counts).toEqual({ ...NO_OUTCOMES, ok: 2, failed: 1 })
  expect(outcomeCounts.step(counts, { left: [ok], came: [failed, failed] })).toEqual({
    ...NO_OUTCOMES,
    ok: 1,
    failed: 3,
  })
  expect(totalOf(counts)).toBe(3)
})
