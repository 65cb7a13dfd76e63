import { expect, test } from 'vitest'
import { conditionInWords, NEVER_DRAINS_S, valueInWords } from './values'

test.each([
  ['failure-rate', 12.345, '12.3 %'],
  ['stuck-execution', 252, '4 min 12 s'],
  ['stream-drain', NEVER_DRAINS_S, 'never'],
  ['stream-lag', 1, '1 entry'],
  ['stream-lag', 12_000, '12,000 entries'],
  ['memory-growth', 1_500_000, '1.5 MB/min'],
  ['certificate-expiring', -1, 'expired'],
  ['certificate-expiring', 1.9, '1 day'],
  ['retry-loop', null, '–'],
  ['failure-rate', null, '–'],
] as const)('%s of %s is %s', (kind, value, words) => expect(valueInWords(kind, value)).toBe(words))

test.each([
  ['failure-rate', 10, 60, '10 % or more, for 1 min'],
  ['certificate-expiring', 30, 0, 'fewer than 30 days'],
  ['retry-loop', null, 60, 'for 1 min'],
  ['retry-loop', null, 0, 'at once'],
] as const)('%s at %s for %s s fires at %s', (kind, threshold, forS, words) =>
  expect(conditionInWords({ kind, threshold, forS })).toBe(words),
)
