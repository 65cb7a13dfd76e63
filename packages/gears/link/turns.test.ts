import { expect, test } from 'vitest'
import { Turns } from './turns'

const LONG_MS = 60_000

test('lets in as many as there are places, the others in their order as places come free', async () => {
  const turns = new Turns(2)
  const [first, second] = await Promise.all([turns.takeTurn('a', LONG_MS), turns.takeTurn('a', LONG_MS)])
  const order: string[] = []
  const third = turns.takeTurn('a', LONG_MS).then((leave) => {
    order.push('third')
    return leave
  })
  const fourth = turns.takeTurn('a', LONG_MS).then((leave) => {
    order.push('fourth')
    return leave
  })
  expect(order).toEqual([])
  second?.()
  const leaveThird = await third
  expect(order).toEqual(['third'])
  first?.()
  await fourth
  expect(order).toEqual(['third', 'fourth'])
  leaveThird?.()
  expect(await turns.takeTurn('a', LONG_MS)).toBeTypeOf('function')
})

test('one name takes no place of another, and who waits too long gets none', async () => {
  const turns = new Turns(1)
  const leave = await turns.takeTurn('long run', LONG_MS)
  expect(await turns.takeTurn('abort', 0)).toBeTypeOf('function')
  expect(await turns.takeTurn('long run', 0)).toBeUndefined()
  leave?.()
  expect(await turns.takeTurn('long run', 0)).toBeTypeOf('function')
})
