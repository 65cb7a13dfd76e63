import { describe, expect, it } from 'vitest'
import { type Intake, Lane } from './lane'

interface Entry {
  readonly key: string
  readonly life: number
  readonly text: string
}

const intake: Intake<Entry> = {
  kind: 'test',
  limit: { entries: 3, chars: 20 },
  identity: ({ key, life }) => `${key} ${life}`,
  merge: (older, newer) => ({ ...newer, text: older.text + newer.text }),
  apart: ({ key }) => key,
  chars: ({ text }) => text.length,
  encode: ({ key, text }) => [key, text],
  sql: '',
}

const lane = () => new Lane(intake)
const entry = (key: string, text = key, life = 1): Entry => ({ key, life, text })
const plenty = () => ({ entries: 100, chars: 1000 })

describe('a lane', () => {
  it('makes one entry of what concerns the same, in the place and with the age of the first', () => {
    const queue = lane()
    queue.enqueue(entry('a'), 10)
    queue.enqueue(entry('b'), 20)
    queue.enqueue(entry('a', 'A'), 30)
    expect(queue.length).toBe(2)
    expect(queue.since).toBe(10)
    expect(queue.takeBatch(plenty())).toEqual(['["a","aA"]', '["b","b"]'])
  })

  it('refuses what does not fit, by number and by size, and takes again what there is room for', () => {
    const queue = lane()
    expect(queue.enqueue(entry('a', 'x'.repeat(19)), 0)).toBe(true)
    expect(queue.enqueue(entry('b', 'xx'), 0)).toBe(false)
    queue.takeBatch(plenty())
    queue.finishBatch()
    for (const key of ['a', 'b', 'c']) expect(queue.enqueue(entry(key), 0)).toBe(true)
    expect(queue.enqueue(entry('d'), 0)).toBe(false)
    // One that waits already needs no room of its own.
    expect(queue.enqueue(entry('a'), 0)).toBe(true)
  })

  it('draws within the budget', () => {
    const queue = lane()
    for (const key of ['a', 'b', 'c']) queue.enqueue(entry(key), 0)
    expect(queue.takeBatch({ entries: 2, chars: 1000 })).toHaveLength(2)
    expect(queue.takeBatch({ entries: 100, chars: 1 })).toHaveLength(1)
  })

  it('does not put two lives of one key into one batch', () => {
    const queue = lane()
    queue.enqueue(entry('a', 'old', 1), 0)
    queue.enqueue(entry('a', 'new', 2), 0)
    expect(queue.takeBatch(plenty())).toEqual(['["a","old"]'])
    queue.finishBatch()
    expect(queue.takeBatch(plenty())).toEqual(['["a","new"]'])
  })

  it('gives back what could not be written, beneath what came since', () => {
    const queue = lane()
    queue.enqueue(entry('a'), 10)
    queue.enqueue(entry('b'), 20)
    queue.takeBatch(plenty())
    expect(queue.length).toBe(2)
    queue.enqueue(entry('c'), 30)
    queue.enqueue(entry('b', 'B'), 40)
    // What is in the batch is still the oldest.
    expect(queue.since).toBe(10)
    queue.restoreBatch()
    expect(queue.since).toBe(10)
    expect(queue.takeBatch({ entries: 1, chars: 1000 })).toEqual(['["a","a"]'])
    queue.finishBatch()
    // Each keeps its own age: "b" that of its older half.
    expect(queue.since).toBe(20)
    expect(queue.takeBatch({ entries: 1, chars: 1000 })).toEqual(['["b","bB"]'])
    queue.finishBatch()
    expect(queue.since).toBe(30)
    expect(queue.takeBatch(plenty())).toEqual(['["c","c"]'])
    queue.finishBatch()
    expect(queue.since).toBeUndefined()
    // The sizes still add up: an empty lane takes all that it may, and no more.
    expect(queue.enqueue(entry('z', 'x'.repeat(20)), 0)).toBe(true)
    expect(queue.enqueue(entry('y'), 0)).toBe(false)
  })
})
