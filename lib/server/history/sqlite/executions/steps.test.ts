import { expect, test } from 'vitest'
import { execution, open, T0 } from '@/lib/server/history/testing/index'

/** How often others had their turn while `work` was done. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0
  let working = true
  const count = () => {
    turns++
    if (working) setImmediate(count)
  }
  setImmediate(count)
  await work()
  working = false
  return turns
}

test('a long read is done in steps, between which others have their turn', async () => {
  const history = open()
  for (let i = 0; i < 2000; i++) history.executions.record('default', execution(i))
  await history.flush()
  const page = { connection: 'default', limit: 500 }
  expect(await turnsDuring(() => history.executions.page(page))).toBeGreaterThanOrEqual(3)
  // What SQL leaves to the filter.
  expect(await turnsDuring(() => history.executions.page({ ...page, filter: '-function:ü' }))).toBeGreaterThanOrEqual(3)
  const functions = { connection: 'default', from: T0, to: T0 + 3_600_000, points: 60 }
  expect(await turnsDuring(() => history.executions.functions(functions))).toBeGreaterThanOrEqual(4)
})
