import { expect, it } from 'vitest'
import { outcomeInWords, runBulk } from './run-bulk'

const never = new AbortController().signal

it('goes on after a failure and tells what failed and why', async () => {
  const seen: number[] = []
  const act = async (n: number) => {
    seen.push(n)
    if (n % 3 === 0) throw new Error(n === 9 ? 'gone' : 'refused')
  }
  const steps: string[] = []
  const progress = ({ done, of }: { done: number; of: number }) => steps.push(`${done}/${of}`)
  const { failures, untouched } = await runBulk([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], act, progress, never)
  expect(seen.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(failures).toEqual([
    { item: 3, reason: 'refused' },
    { item: 6, reason: 'refused' },
    { item: 9, reason: 'gone' },
  ])
  expect([steps[0], steps.at(-1)]).toEqual(['0/10', '10/10'])
  expect(untouched).toEqual([])
  expect(outcomeInWords({ failures, untouched }, 10, (n) => `n${n}`)).toBe(
    '7 of 10 calls succeeded.\nn3 and n6: refused\nn9: gone',
  )
})

it('begins nothing more once it is stopped, and tells what it left', async () => {
  const stopping = new AbortController()
  const begun: number[] = []
  const act = async (n: number) => {
    begun.push(n)
    await new Promise((resolve) => setTimeout(resolve, 1))
    if (n === 2) throw new Error('Dropped on 2 of 3 shards.\nb57e: still lists it')
    if (n === 3) stopping.abort()
  }
  const outcome = await runBulk([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], act, () => {}, stopping.signal)
  expect([...begun, ...outcome.untouched]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(outcome.untouched.length).toBeGreaterThan(0)
  expect(outcomeInWords({ failures: outcome.failures, untouched: [9, 10] }, 10, (n) => `n${n}`)).toBe(
    '7 of 10 calls succeeded. 2 were not sent.\nn2: Dropped on 2 of 3 shards.\n    b57e: still lists it',
  )
})

it('never has more than four under way', async () => {
  let running = 0
  let most = 0
  await runBulk(
    Array.from({ length: 40 }, (_, i) => i + 1),
    async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, 1))
      running--
    },
    () => {},
    never,
  )
  expect(most).toBe(4)
})

it('says the reason alone for a single one', () => {
  const failures = [{ item: 'a', reason: 'execution does not exist' }]
  expect(outcomeInWords({ failures, untouched: [] }, 1, (id) => id)).toBe('a: execution does not exist')
})
