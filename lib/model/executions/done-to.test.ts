import { expect, it } from 'vitest'
import { wasActedOn } from './done-to'

const execution = { id: 'e-1', key: 'e-1@a', firstSeen: 1000.5 }
const gone = { cause: 'dropped', by: 'ops', at: 5000 } as const

it('counts actions on its id or key, from when it was seen first', () => {
  expect(wasActedOn([{ at: 1000, target: 'e-1' }], execution)).toBe(true)
  expect(wasActedOn([{ at: 2000, target: 'e-1@a' }], execution)).toBe(true)
  expect(wasActedOn([{ at: 900_000, target: 'e-1' }], execution)).toBe(true)
  // A drop is recorded a moment after the list that lacks it.
  expect(wasActedOn([{ at: 5002, target: 'e-1' }], { ...execution, gone })).toBe(true)
})

it('counts none on another execution, whose id only begins alike, or which had the id before or after', () => {
  expect(wasActedOn([], execution)).toBe(false)
  expect(wasActedOn([{ at: 2000, target: 'e-12' }], execution)).toBe(false)
  expect(wasActedOn([{ at: 2000, target: 'e-1@b' }], execution)).toBe(false)
  expect(wasActedOn([{ at: 2000, target: null }], execution)).toBe(false)
  expect(wasActedOn([{ at: 999, target: 'e-1' }], execution)).toBe(false)
  expect(wasActedOn([{ at: 60_000, target: 'e-1' }], { ...execution, gone })).toBe(false)
})
