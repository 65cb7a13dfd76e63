import { expect, it } from 'vitest'
import { ticks } from './ticks'

it('takes round steps from 0', () => {
  expect(ticks(3940)).toEqual([0, 1000, 2000, 3000])
  expect(ticks(12)).toEqual([0, 5, 10])
  expect(ticks(5)).toEqual([0, 1, 2, 3, 4, 5])
  expect(ticks(0)).toEqual([0])
  expect(ticks(Number.NaN)).toEqual([0])
})
