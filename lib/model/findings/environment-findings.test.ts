import type { Requirement } from '@gearboard/gears/vocabulary/environment'
import { expect, test } from 'vitest'
import type { GrowthOfRuns } from '../record/growth'
import { growthFindings, requirementFindings } from './environment-findings'

const requirement = (installed: boolean, downloaded = true): Requirement => ({
  version: 2,
  name: 'requests==2.31',
  downloaded,
  installed,
  compiledOs: 'linux',
  wheels: [],
  path: null,
  refCount: 1,
  inDictionary: true,
})
const on = (shard: string, ...value: readonly Requirement[]) => ({ shard: { key: shard, address: shard }, value })
const silent = (shard: string) => ({
  shard: { key: shard, address: shard },
  error: { code: 'timeout', message: 'no answer' } as const,
})

test('a requirement that a shard has not installed or does not list is told, with the shards that were asked', () => {
  expect(requirementFindings([on('a', requirement(true)), on('b', requirement(true))], [])).toEqual([])
  expect(requirementFindings([on('a', requirement(true)), on('b', requirement(false)), on('c')], [])).toMatchObject([
    {
      kind: 'requirement',
      subject: 'requests==2.31',
      detail: 'downloaded but not installed on b; c does not list it',
      scale: '2 of 3 shards',
    },
  ])
  expect(requirementFindings([on('a', requirement(false, false))], [])[0]?.detail).toBe('not installed on a')
})

test('a shard that did not answer is not said to lack it', () => {
  expect(requirementFindings([on('a', requirement(true)), silent('b')], [])).toEqual([])
})

test('functions that leave memory behind are told, most first, where it is enough to matter', () => {
  const grows = (name: string, low: number, runs: number): GrowthOfRuns => ({
    functions: [{ name, registrationId: null }],
    runs,
    verdict: 'grows',
    bytesPerRun: { value: 2 * low, low, high: 3 * low },
  })
  const growth = {
    from: 0,
    to: 3_600_000,
    stepMs: 1000,
    spans: 10,
    perHour: null,
    functions: [grows('little', 10, 100), grows('some', 1000, 2000), grows('much', 5000, 2000)],
    others: 0,
  }
  expect(growthFindings(growth)).toMatchObject([
    { subject: 'much', kind: 'growing', scale: '2,000 runs in 1 h' },
    { subject: 'some', detail: 'Memory grows by about 2 kB a run (1 kB to 3 kB)' },
  ])
})
