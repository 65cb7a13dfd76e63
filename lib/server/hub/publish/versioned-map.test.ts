import { describe, expect, test } from 'vitest'
import { VersionedMap } from './versioned-map'

interface Row {
  readonly key: string
  readonly text: string
}

const row = (key: string, text = key): Row => ({ key, text })
const rows = () => new VersionedMap<Row>(({ key }) => key)

describe('a removal', () => {
  test('is told to those who saw the row, as often as they ask, and to nobody who came after it', () => {
    const map = rows()
    map.apply({ upserts: [row('a'), row('b')], removed: [] }, 1)
    map.apply({ upserts: [], removed: ['a'] }, 2)
    map.apply({ upserts: [row('c')], removed: [] }, 3)
    for (let time = 0; time < 2; time++) expect(map.since(1)).toEqual({ upserts: [row('c')], removed: ['a'] })
    expect(map.since(2)).toEqual({ upserts: [row('c')], removed: [] })
    expect(map.since(undefined)).toEqual({ upserts: [row('b'), row('c')], removed: [] })
    expect(map.size).toBe(2)
  })

  test('of a row that came back is none, and is one again when it goes again', () => {
    const map = rows()
    map.apply({ upserts: [row('a', 'old')], removed: [] }, 1)
    map.apply({ upserts: [row('a', 'new')], removed: ['a'] }, 2)
    expect(map.since(1)).toEqual({ upserts: [row('a', 'new')], removed: [] })
    map.apply({ upserts: [], removed: ['a'] }, 3)
    expect(map.since(1)).toEqual({ upserts: [], removed: ['a'] })
    expect(map.since(2)).toEqual({ upserts: [], removed: ['a'] })
  })

  test('of what was never there is not told', () => {
    const map = rows()
    map.apply({ upserts: [], removed: ['never'] }, 1)
    expect(map.since(0)).toEqual({ upserts: [], removed: [] })
  })

  test('is forgotten after thousands of others, and `oldest` then says from where on differences are known', () => {
    const map = rows()
    const keys = Array.from({ length: 5002 }, (_, at) => `k${at}`)
    map.apply({ upserts: keys.map((key) => row(key)), removed: [] }, 1)
    for (const [at, key] of keys.entries()) map.apply({ upserts: [], removed: [key] }, at + 2)
    // The two oldest, of versions 2 and 3, are gone.
    expect(map.oldest).toBe(3)
    expect(map.since(map.oldest).removed).toEqual(keys.slice(2))
    expect(JSON.parse(map.jsonSince(map.oldest))).toEqual(map.since(map.oldest))
  })
})
