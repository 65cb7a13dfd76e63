import type { ConfigValue } from '@gearboard/gears/vocabulary/environment'
import type { ShardAnswer } from '@gearboard/gears/vocabulary/shard'
import { describe, expect, it } from 'vitest'
import { configRow, configRows, profilingOver, undoOf } from './config-view'

type Answer = ShardAnswer<readonly ConfigValue[]>
const shard = (key: string) => ({ key, address: `${key}:6379` })
const says = (key: string, value: string | number): Answer => ({
  shard: shard(key),
  value: [{ key: 'MaxExecutions', value }],
})
const silent = (key: string): Answer => ({ shard: shard(key), error: { code: 'unreachable', message: 'gone' } })

describe('configRow', () => {
  it('agrees where every shard that answers has the same, also when one is silent', () => {
    const row = configRow('MaxExecutions', [says('a', 1000), silent('b')])
    expect(row).toMatchObject({ agreed: 1000, drifts: false, changed: false })
    expect(row.values[1]).toMatchObject({ error: 'gone' })
    expect(undoOf(row)).toBeUndefined()
  })

  it('marks drift, and a value that is not the default', () => {
    expect(configRow('MaxExecutions', [says('a', 1000), says('b', 2000)])).toMatchObject({
      drifts: true,
      changed: false,
    })
    expect(configRow('MaxExecutions', [says('a', 5), says('b', 5)])).toMatchObject({ agreed: 5, changed: true })
  })

  it('takes a user key that only some shards have for drift', () => {
    const has: Answer = { shard: shard('a'), value: [{ key: 'mine', value: 'x' }] }
    const lacks: Answer = {
      shard: shard('b'),
      value: [{ key: 'mine', error: '(error) Unsupported config parameter: mine' }],
    }
    expect(configRow('mine', [has, lacks])).toMatchObject({ drifts: true, agreed: undefined, key: undefined })
    expect(configRow('mine', [lacks])).toMatchObject({ drifts: false, agreed: undefined })
  })

  it('undoes to what each shard had', () => {
    expect(undoOf(configRow('MaxExecutions', [says('a', 1), says('b', 2)]))).toEqual([
      { shard: 'a', value: '1' },
      { shard: 'b', value: '2' },
    ])
  })
})

it('configRows leaves out what the server was not asked for: keys of a later version', () => {
  expect(configRows([says('a', 1)]).map(({ name }) => name)).toEqual(['MaxExecutions'])
})

it('takes the spelling of 1.0 for the same key', () => {
  const name = 'ForceDownloadDepsOnEnterprise'
  const [row, ...others] = configRows([{ shard: shard('a'), value: [{ key: name, value: 0 }] }])
  expect(row).toMatchObject({ name, agreed: 0, changed: false, key: { name: 'ForeceDownloadDepsOnEnterprise' } })
  expect(others).toEqual([])
})

it.each([
  [['1', '1', 1], 'on'],
  [['0', 0], 'off'],
  [['0', '1'], 'some'],
  [['1', null], 'some'],
  [['0', null], 'unknown'],
  [[null, null], 'unknown'],
  [[], 'unknown'],
] as const)('profiling of shards that report %j is %s', (values, state) => {
  const row = values.map((value, n) =>
    value === null ? { shard: shard(`${n}`), error: 'no answer' } : { shard: shard(`${n}`), value },
  )
  expect(profilingOver(row)).toBe(state)
})
