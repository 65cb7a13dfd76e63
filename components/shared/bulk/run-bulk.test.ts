import { expect, it } from 'vitest'
import { failuresInWords, runBulk } from './run-bulk'

it('goes on after a failure and tells what failed and why', async () => {
  const seen: number[] = []
  const act = async (n: number) => {
    seen.push(n)
    if (n % 3 === 0) throw new Error(n === 9 ? 'gone' : 'refused')
  }
  const steps: string[] = []
  const failures = await runBulk([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], act, ({ done, of }) => steps.push(`${done}/${of}`))
  expect(seen.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(failures).toEqual([
    { item: 3, reason: 'refused' },
    { item: 6, reason: 'refused' },
    { item: 9, reason: 'gone' },
  ])
  expect([steps[0], steps.at(-1)]).toEqual(['0/10', '10/10'])
  expect(failuresInWords(failures, 10, (n) => `n${n}`)).toBe('7 of 10 calls worked.\nn3 and n6: refused\nn9: gone')
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
  )
  expect(most).toBe(4)
})

it('says the reason alone for a single one', () => {
  expect(failuresInWords([{ item: 'a', reason: 'execution does not exist' }], 1, (id) => id)).toBe(
    'a: execution does not exist',
  )
})
