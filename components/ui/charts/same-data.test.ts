import { expect, test } from 'vitest'
import { isSameData } from './same-data'

const format = () => ''

test.each([
  [{ points: [{ at: 1, values: { ok: 2, failed: null } }] }, { points: [{ at: 1, values: { ok: 2, failed: null } }] }],
  [
    { formatValue: format, height: 3 },
    { height: 3, formatValue: format },
  ],
  [[], []],
  [{ y: Number.NaN }, { y: Number.NaN }],
])('%j is the same as %j', (a, b) => expect(isSameData(a, b)).toBe(true))

test.each([
  [{ points: [{ at: 1, values: { ok: 2 } }] }, { points: [{ at: 1, values: { ok: 3 } }] }],
  [{ points: [{ at: 1 }] }, { points: [{ at: 1 }, { at: 2 }] }],
  [{ values: { ok: 0 } }, { values: { ok: null } }],
  [{ values: { ok: undefined } }, { values: { failed: undefined } }],
  [{ empty: undefined }, {}],
  [[], {}],
  [null, {}],
  [{ formatValue: () => '' }, { formatValue: () => '' }],
])('%j differs from %j', (a, b) => expect(isSameData(a, b)).toBe(false))
