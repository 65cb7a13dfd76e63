import { expect, test } from 'vitest'
import { firingCount } from './alert-counts'
import { alertsHeadline, alertsSecond } from './alerts-answer'

const counts = (critical: number, warning: number, info: number, pending: number) => ({
  firing: { critical, warning, info },
  pending,
})

test.each([
  [counts(0, 0, 0, 0), 0, 'No alerts are firing', ''],
  [counts(0, 0, 0, 2), 0, 'No alerts are firing', '2 pending'],
  [counts(1, 0, 0, 0), 1, '1 alert is firing', '1 critical'],
  [counts(1, 2, 1, 3), 4, '4 alerts are firing', '1 critical, 2 warning, 1 info; 3 pending'],
])('%j is %i firing: %s, %s', (given, count, headline, second) => {
  expect(firingCount(given)).toBe(count)
  expect(alertsHeadline(given)).toBe(headline)
  expect(alertsSecond(given)).toBe(second)
})
