import { expect, test } from 'vitest'
import { makePlaces, Places } from './places'

/** Places, who came in by when, and what each gives back. */
function places(most: number, mostWaiting: number) {
  const subject = new Places({ most, mostWaiting })
  const inside: string[] = []
  const releases = new Map<string, () => void>()
  return {
    inside,
    /** False: too many wait. */
    take: (client: string, name = client) =>
      subject.takePlace(client, (release) => {
        inside.push(name)
        releases.set(name, release)
      }),
    leave: (name: string) => releases.get(name)?.(),
  }
}

test('so many are in at a time, the next ones wait, and no more than may', () => {
  const { take, inside, leave } = places(2, 3)
  for (const client of ['a', 'b', 'c', 'd', 'e']) expect(take(client)).toBe(true)
  expect(take('f')).toBe(false)
  expect(inside).toEqual(['a', 'b'])
  leave('b')
  expect(inside).toEqual(['a', 'b', 'c'])
  expect(take('g')).toBe(true)
  expect(take('h')).toBe(false)
})

test('a place is given back once, however often it is said', () => {
  const { take, inside, leave } = places(1, 4)
  for (const client of ['a', 'b', 'c']) take(client)
  leave('a')
  leave('a')
  expect(inside).toEqual(['a', 'b'])
  leave('b')
  expect(inside).toEqual(['a', 'b', 'c'])
})

test.each([4, 8, 64])('one client has three quarters of %i places, and as much of the queue', (most) => {
  const { take, inside } = places(most, most)
  let taken = 0
  while (take('greedy', `greedy ${taken}`)) taken++
  expect(inside).toHaveLength((most * 3) / 4)
  expect(taken).toBe((most * 3) / 2)
  for (let n = 0; n < most / 4; n++) expect(take('another')).toBe(true)
  expect(inside).toHaveLength(most)
})

test('of those who wait the one with the least under way is next, else the first', () => {
  const { take, inside, leave } = places(4, 8)
  for (const name of ['a1', 'a2', 'a3']) take('a', name)
  take('b', 'b1')
  take('a', 'a4')
  take('b', 'b2')
  take('c', 'c1')
  take('b', 'b3')
  leave('a1')
  expect(inside.at(-1)).toBe('c1')
  leave('a2')
  expect(inside.at(-1)).toBe('a4')
  leave('b1')
  expect(inside.at(-1)).toBe('b2')
})

test('live streams and health have no places to wait for', () => {
  expect(Object.keys(makePlaces()).sort()).toEqual(['act', 'file', 'page', 'read'])
})
