import { describe, expect, test } from 'vitest'
import { shardState } from '../testing'
import type { Finding } from './finding'
import { FINDING_KINDS, type FindingKind } from './finding-kinds'
import { outcomesInWords, overviewAnswer } from './overview-answer'

const NOW = 1_000_000_000

const item = (kind: FindingKind, changes: Partial<Finding> = {}): Finding => ({
  key: `${kind} ${changes.subject ?? 'a'}`,
  kind,
  subject: 'a',
  subjectNote: '',
  detail: '',
  verbatim: false,
  scale: null,
  since: NOW - 300_000,
  target: { kind: 'cluster' },
  ...changes,
})

const headline = (...findings: readonly Finding[]) =>
  overviewAnswer({
    findings,
    ended: { all: 0, failed: 0, unknown: 0 },
    range: 'in the last minute',
    shards: [shardState('a'), shardState('b')],
  }).headline

describe('the overview says what its list holds', () => {
  test.each(FINDING_KINDS)('a list of %s alone is not "nothing", in one and in many', (kind) => {
    for (const items of [[item(kind)], [item(kind), item(kind, { subject: 'b' })]]) {
      expect(headline(...items)).toMatch(/^[A-Z1-9].{8,}\.$/)
      expect(headline(...items)).not.toContain('Nothing')
    }
  })

  test.each([
    [[item('poison')], '1 stream reader has unacknowledged entries.'],
    [[item('hazard'), item('hazard')], '2 registrations are at risk.'],
    [[item('evicted')], 'The server keeps finished executions for less than a minute.'],
    [[item('failing'), item('retrying')], '2 registrations are failing.'],
    // None in the range shown; the list looks at the last minutes.
    [[item('failed')], '1 function failed recently.'],
  ])('%#: %s', (items, words) => {
    expect(headline(...items)).toBe(words)
  })

  test('beyond three kinds it says how much more there is', () => {
    expect(headline(item('failing'), item('stalled'), item('missing'), item('paused'), item('hazard'))).toBe(
      '1 registration is failing; 1 stream reader is not reading while entries wait; 1 registration is missing on a shard; and 2 more findings below.',
    )
  })

  test('failing, retrying and aborted registrations are one count, as everywhere', () => {
    expect(headline(item('failing'), item('retrying'), item('aborted'))).toBe('3 registrations are failing.')
  })

  test('a headline has no age and no growing count', () => {
    for (const kind of FINDING_KINDS) {
      const at = (since: number, scale: string) => headline(item(kind, { since, scale }))
      expect(at(NOW - 1000, '1 of 2 runs')).toBe(at(NOW - 3_600_000, '900 of 2,000 runs'))
    }
  })
})

test.each([
  [undefined, 'from 14:02 to 14:25', 'No data from 14:02 to 14:25: Gearboard was not watching.'],
  [{ all: 0, failed: 0, unknown: 0 }, 'in the last 40 s', 'No execution finished in the last 40 s.'],
  [{ all: 3427, failed: 33, unknown: 0 }, 'in the last 15 min', '33 of 3,427 executions failed in the last 15 min.'],
  [{ all: 1, failed: 0, unknown: 0 }, 'in the last hour', '1 execution in the last hour, none failed.'],
  [
    { all: 9, failed: 0, unknown: 2 },
    'from 14:02 to 14:25',
    '9 executions from 14:02 to 14:25, no known failures, 2 with unknown outcome.',
  ],
])('what finished, case %#', (ended, range, words) => {
  expect(outcomesInWords(ended, range)).toBe(words)
})
