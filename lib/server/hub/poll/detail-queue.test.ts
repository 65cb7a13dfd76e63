import { expect, test } from 'vitest'
import { DetailQueue } from './detail-queue'

const question = (sequence: number, registered = false) => {
  const id = `${'0'.repeat(40)}-${sequence}`
  return { key: id, id, registered }
}
const sequences = (questions: readonly { readonly id: string }[]) => questions.map(({ id }) => Number(id.slice(41)))

test('asks the newest first, by sequence and not by text', () => {
  const queue = new DetailQueue()
  queue.offerQuestions(
    [9, 100, 10, 1].map((sequence) => question(sequence)),
    0,
  )
  expect(sequences(queue.takeQuestions(2))).toEqual([100, 10])
  queue.offerQuestions(
    [9, 100, 10, 1, 101].map((sequence) => question(sequence)),
    1,
  )
  expect(sequences(queue.takeQuestions(1))).toEqual([101])
})

test('asks about what somebody ran before what events fired, however much of it there is', () => {
  const queue = new DetailQueue()
  queue.offerQuestions([...[5, 6, 7, 8].map((sequence) => question(sequence, true)), question(3), question(4)], 0)
  expect(sequences(queue.takeQuestions(3))).toEqual([4, 3, 8])
})

test.each([0, 1, 2])(
  'takes no more than %d, also where that many runs leave no room for what events fired',
  (count) => {
    const queue = new DetailQueue()
    queue.offerQuestions([...[5, 6, 7].map((sequence) => question(sequence, true)), question(3), question(4)], 0)
    expect(sequences(queue.takeQuestions(count))).toEqual([4, 3].slice(0, count))
    expect(queue.size).toBe(5 - count)
  },
)

test('when it is full, what events fired makes room for what somebody ran', () => {
  const queue = new DetailQueue()
  queue.offerQuestions([question(0), ...Array.from({ length: 25_000 }, (_, i) => question(i + 1, true))], 0)
  expect(queue.size).toBe(20_000)
  expect(queue.skippedLastMinute(1)).toBe(5001)
  expect(sequences(queue.takeQuestions(2))).toEqual([0, 25_000])
})

test('gives up what is gone from the list, and says how many were never asked for', () => {
  const queue = new DetailQueue()
  queue.offerQuestions(
    [1, 2, 3].map((sequence) => question(sequence)),
    0,
  )
  queue.takeQuestions(1)
  queue.offerQuestions([question(4)], 500)
  expect(queue.size).toBe(1)
  expect(queue.skippedLastMinute(1000)).toBe(2)
  expect(queue.skippedLastMinute(62_000)).toBe(0)
})

test('what is being asked is not asked twice, and counts as unanswered until it is', () => {
  const queue = new DetailQueue()
  queue.offerQuestions([question(1), question(2)], 0)
  const taken = queue.takeQuestions(10)
  queue.offerQuestions([question(1), question(2), question(3)], 1)
  expect([queue.size, queue.unanswered]).toEqual([1, 3])
  queue.settle(taken)
  expect(queue.unanswered).toBe(1)
  // Their answers were not final.
  queue.offerQuestions([question(1), question(2), question(3)], 2)
  expect(queue.unanswered).toBe(3)
})

test('asks again while the answer is not final, but not for ever', () => {
  const queue = new DetailQueue()
  let asked = 0
  for (let poll = 0; poll < 50; poll++) {
    queue.offerQuestions([question(1)], poll)
    const taken = queue.takeQuestions(10)
    queue.settle(taken)
    asked += taken.length
  }
  expect(asked).toBe(10)
})

test('is bounded', () => {
  const queue = new DetailQueue()
  const many = Array.from({ length: 25_000 }, (_, i) => question(i))
  queue.offerQuestions(many, 0)
  queue.offerQuestions(many, 1)
  expect(queue.size).toBe(20_000)
  expect(queue.skippedLastMinute(1)).toBe(5000)
  expect(sequences(queue.takeQuestions(1))).toEqual([24_999])
})
