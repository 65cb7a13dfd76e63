import { expect, test } from 'vitest'
import type { FunctionSubject, FunctionTimes } from '../record/function-history'
import { spreadOf } from '../record/statistics'
import { slowerFindings } from './function-findings'

const spread = (p95: number, count: number) => {
  const found = spreadOf(Array.from({ length: count }, () => p95))
  if (!found) throw new Error('some runs')
  return found
}
const changed = (subject: FunctionSubject, before: number, after: number, version: number | null = null) =>
  ({
    subject,
    change: { at: 5000, before: spread(before, 120), after: spread(after, 84), version },
  }) satisfies Pick<FunctionTimes, 'subject' | 'change'>

test('a function that became slower is named with its times, since when and by which version; the worst first', () => {
  const items = slowerFindings([
    changed({ kind: 'registration', name: 'orders', id: 'x' }, 20, 30),
    changed({ kind: 'submission', name: 'report' }, 14, 140, 3),
    changed({ kind: 'submission', name: 'faster now' }, 40, 10),
    changed({ kind: 'unknown' }, 10, 100),
    { subject: { kind: 'submission', name: 'steady' }, change: null },
  ])
  expect(items.map(({ subject }) => subject)).toEqual(['report', 'orders'])
  expect(items[0]).toMatchObject({
    kind: 'slower',
    detail: 'p95 rose from 14 ms to 140 ms, since version 3',
    scale: '84 runs since, 120 before',
    since: 5000,
    target: { kind: 'function', function: 'submission report' },
  })
})
