import { expect, test } from 'vitest'
import { DetailBudget } from './detail-budget'

test('the rate halves with each slow batch, down to 20 questions a second, and grows back by 20', () => {
  const budget = new DetailBudget(0)
  const rates = [101, 500, 101, 101, 101, 101, 100, 0].map((ms) => {
    budget.adjustToBatchMs(ms)
    return budget.perSecond
  })
  expect(rates).toEqual([200, 100, 50, 25, 20, 20, 40, 60])
  for (let batch = 0; batch < 30; batch++) budget.adjustToBatchMs(1)
  expect(budget.perSecond).toBe(400)
})

test('no more is granted than one second’s worth, and what was granted is spent', () => {
  const budget = new DetailBudget(1000)
  expect(budget.grantQuestions(10, 1000)).toBe(10)
  expect(budget.grantQuestions(1000, 1000)).toBe(390)
  expect(budget.grantQuestions(1000, 1000)).toBe(0)
  expect(budget.grantQuestions(1000, 1250)).toBe(100)
  expect(budget.grantQuestions(1000, 60_000)).toBe(400)
})

test('after slow batches a second grants what the lower rate says', () => {
  const budget = new DetailBudget(0)
  budget.adjustToBatchMs(1000)
  expect(budget.grantQuestions(1000, 0)).toBe(200)
  expect(budget.grantQuestions(1000, 500)).toBe(100)
})
