import { expect, test } from 'vitest'
import { DetailBudget } from './detail-budget'
import { DetailQueue } from './detail-queue'

const question = (sequence: number) => {
  const id = `${'0'.repeat(40)}-${sequence}`
  return { key: id, id }
}
const sequences = (questions: readonly { readonly id: string }[]) => questions.map(({ id }) => Number(id.slice(41)))

test('asks the newest first, by sequence and not by text', () => {
  const queue = new DetailQueue()
  queue.offer([9, 100, 10, 1].map(question), 0)
  expect(sequences(queue.take(2))).toEqual([100, 10])
  queue.offer([9, 100, 10, 1, 101].map(question), 1)
  expect(sequences(queue.take(1))).toEqual([101])
})

test('gives up what is gone from the list, and says how many were never asked for', () => {
  const queue = new DetailQueue()
  queue.offer([1, 2, 3].map(question), 0)
  queue.take(1)
  queue.offer([question(4)], 500)
  expect(queue.size).toBe(1)
  expect(queue.skippedLastMinute(1000)).toBe(2)
  expect(queue.skippedLastMinute(62_000)).toBe(0)
})

test('asks again while the answer is not final, but not for ever', () => {
  const queue = new DetailQueue()
  let asked = 0
  for (let poll = 0; poll < 50; poll++) {
    queue.offer([question(1)], poll)
    asked += queue.take(10).length
  }
  expect(asked).toBe(10)
})

test('is bounded', () => {
  const queue = new DetailQueue()
  const many = Array.from({ length: 25_000 }, (_, i) => question(i))
  queue.offer(many, 0)
  queue.offer(many, 1)
  expect(queue.size).toBe(20_000)
  expect(queue.skippedLastMinute(1)).toBe(5000)
  expect(sequences(queue.take(1))).toEqual([24_999])
})

test('the budget refills with time, falls while answers are slow, and grows back', () => {
  const budget = new DetailBudget(0)
  expect(budget.take(1000, 0)).toBe(400)
  expect(budget.take(1000, 0)).toBe(0)
  expect(budget.take(1000, 500)).toBe(200)
  for (let i = 0; i < 10; i++) budget.took(500)
  expect(budget.perSecond).toBe(20)
  for (let i = 0; i < 100; i++) budget.took(1)
  expect(budget.perSecond).toBe(400)
})
