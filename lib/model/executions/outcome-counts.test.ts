import { expect, test } from 'vitest'
import { totalOf } from './outcome-counts'

test.each([
  [{ running: 0, waiting: 0, ok: 0, failed: 0, aborted: 0, unknown: 0 }, 0],
  [{ running: 1, waiting: 2, ok: 3, failed: 4, aborted: 5, unknown: 6 }, 21],
  [{ running: 0, waiting: 0, ok: 0, failed: 0, aborted: 0, unknown: 7 }, 7],
])('all of them, %#', (counts, total) => expect(totalOf(counts)).toBe(total))
