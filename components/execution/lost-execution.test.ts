import { GearsId } from '@gearboard/gears/vocabulary/ids'
import { expect, test } from 'vitest'
import { idInWords } from './lost-execution'

const A = 'a'.repeat(40)
const B = 'b'.repeat(40)
const shards = [{ gearsId: A }]
const executions = [
  { id: `${A}-9`, live: true },
  { id: `${A}-70`, live: false },
  { id: `${B}-99`, live: true },
]

test('an id is held against its shard and what that lists now', () => {
  expect(idInWords(String(GearsId.of(A, 7)), shards, executions)).toMatch(/^Its shard has since reached 9/)
  expect(idInWords(`${A}-12`, shards, executions)).toMatch(/^The highest number on its shard is 9/)
  expect(idInWords(`${B}-1`, shards, executions)).toMatch(/^This connection has no shard/)
  expect(idInWords('42', shards, executions)).toMatch(/^This is not a RedisGears id/)
})

test('nothing is said of a shard that nobody asked yet, and of one that lists nothing', () => {
  expect(idInWords(`${B}-1`, [{ gearsId: A }, { gearsId: null }], [])).toBe('')
  expect(idInWords(`${A}-1`, shards, [])).toBe('')
})
