import type { ConfigValue } from '@gearboard/gears/vocabulary/environment'
import type { ShardAnswer } from '@gearboard/gears/vocabulary/shard'
import { expect, test } from 'vitest'
import { configRow } from '@/lib/model/environment/config-view'
import { configHeadline } from './config-headline'

type Answer = ShardAnswer<readonly ConfigValue[]>
const shard = (key: string) => ({ key, address: `${key}:6379` })
const silent = (key: string): Answer => ({ shard: shard(key), error: { code: 'unreachable', message: 'gone' } })
const says = (key: string, executions: number): Answer => ({
  shard: shard(key),
  value: [
    { key: 'MaxExecutions', value: executions },
    { key: 'ProfileExecutions', value: 0 },
  ],
})

test.each<[string, readonly Answer[]]>([
  ['The settings are unknown.', [silent('a')]],
  ['The settings are unknown.', [silent('a'), silent('b'), silent('c')]],
  ['All known settings have their default.', [says('a', 1000), silent('b')]],
  ['All settings have their default.', [says('a', 1000), says('b', 1000)]],
  ['1 setting changed: MaxExecutions.', [says('a', 5), silent('b')]],
  ['MaxExecutions differs between shards.', [says('a', 5), says('b', 6), silent('c')]],
])('%s %j', (headline, answers) => {
  const rows = ['MaxExecutions', 'ProfileExecutions'].map((name) => configRow(name, answers))
  expect(configHeadline(rows)).toBe(headline)
})
