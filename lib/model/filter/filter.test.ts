import { random } from '@gearboard/gears/testing/random'
import { describe, expect, it } from 'vitest'
import { endsInHalfField, parseFilter, problemInWords, quoteValue, tokenise, type Vocabulary } from './filter'
import { completions, countField, draftField, preselected } from './filter-complete'
import { matcher } from './filter-match'

interface Row {
  id: string
  status: string
  shard: string
  name: string | null
  took: number | null
  seenAt: number
  results: number | null
}

const vocabulary: Vocabulary<Row> = {
  fields: [
    { key: 'status', kind: 'word', meaning: '', values: ['running', 'ok', 'failed'], read: (r) => [r.status] },
    { key: 'shard', kind: 'word', meaning: '', read: (r) => [r.shard] },
    { key: 'function', kind: 'text', meaning: '', read: (r) => r.name },
    { key: 'duration', kind: 'duration', meaning: '', read: (r) => r.took },
    { key: 'seen', kind: 'age', meaning: '', read: (r, now) => now - r.seenAt },
    { key: 'results', kind: 'number', meaning: '', read: (r) => r.results },
  ],
  text: (r) => [r.id, r.name],
}

const NOW = 1_000_000_000
const rows: Row[] = [
  { id: 'a-1', status: 'ok', shard: '15f4', name: 'word count', took: 40, seenAt: NOW - 1000, results: 12 },
  { id: 'a-2', status: 'failed', shard: 'b57e', name: 'KeyError: none', took: 6000, seenAt: NOW - 90_000, results: 0 },
  { id: 'a-3', status: 'running', shard: 'b57e', name: null, took: null, seenAt: NOW - 7_200_000, results: null },
]

function find(text: string): string {
  const { terms, problems } = parseFilter(text, vocabulary)
  if (problems.length) throw new Error(problems.map(problemInWords).join('; '))
  return rows
    .filter(matcher(terms, vocabulary, NOW))
    .map((row) => row.id.slice(2))
    .join('')
}

function offered(draft: string, items = rows) {
  const field = draftField(draft, vocabulary)
  return completions(draft, vocabulary, field && countField(field, items, NOW))
}

const wrong = (text: string): string => parseFilter(text, vocabulary).problems.map(problemInWords).join('; ')

describe('the filter language', () => {
  it.each([
    ['', '123'],
    ['status:failed', '2'],
    ['status:failed,running', '23'],
    ['-status:failed', '13'],
    ['-status:failed,ok', '3'],
    ['STATUS:Failed', '2'],
    ['shard:b5', '23'],
    ['shard:b5 -status:running', '2'],
    ['function:"word count"', '1'],
    ['function:word,keyerror', '12'],
    ['-function:word', '23'],
    ['duration:>5s', '2'],
    ['duration:<=40ms', '1'],
    ['duration:10ms..1m', '12'],
    ['duration:0.04s..0.05s', '1'],
    ['seen:<10m', '12'],
    ['seen:>1h', '3'],
    ['results:0', '2'],
    ['results:=12', '1'],
    ['results:>0', '1'],
    ['results:0,12', '12'],
    ['WORD', '1'],
    ['"KeyError: none"', '2'],
    ['-word', '23'],
    ['a-3', '3'],
    ['-', '123'],
    ['status:ok status:failed', ''],
  ])('%s finds %s', (text, ids) => {
    expect(find(text)).toBe(ids)
  })

  it('keeps unknown apart: neither a range nor its negation holds', () => {
    expect(find('results:>0')).toBe('1')
    expect(find('-results:>0')).toBe('2')
    expect(find('results:unknown')).toBe('3')
    expect(find('-results:unknown')).toBe('12')
    expect(find('results:unknown,0')).toBe('23')
  })

  it.each([
    ['status:fialed', 'At 8: status has no value fialed. Did you mean failed?'],
    ['-status:nope', 'At 9: status has no value nope. Use one of running, ok, failed.'],
    ['ok status:ok,bad', 'At 14: status has no value bad. Use one of running, ok, failed.'],
    [
      'duratoin:>5s',
      'At 1: There is no field duratoin. Did you mean duration:? To search for the text, put it in quotes.',
    ],
    ['duration:5', 'At 10: 5 is not a range. duration takes duration:>5s, duration:<200ms or duration:1s..1m.'],
    ['duration:>5', 'At 10: >5 is not a range. duration takes duration:>5s, duration:<200ms or duration:1s..1m.'],
    [
      'results:>5s',
      'At 9: >5s is not a range. results takes results:>10, results:0, results:5..20 or results:unknown.',
    ],
    [
      'results:9..2',
      'At 9: 9..2 is not a range. results takes results:>10, results:0, results:5..20 or results:unknown.',
    ],
    ['shard:', 'At 7: shard: needs a value, such as shard:a1b2.'],
    ['status:ok,', 'At 11: status: needs a value, such as status:running.'],
    ['x function:"word', 'At 12: The quote is not closed: add " at the end.'],
  ])('%s is wrong, with place and cure', (text, message) => {
    expect(wrong(text)).toBe(message)
  })

  it('names fields when none is near', () => {
    expect(wrong('http://x')).toContain('The fields are status, shard, function, duration, seen, results')
  })

  it('reports every problem and bounds the length', () => {
    expect(parseFilter('status:x foo:y', vocabulary).problems).toHaveLength(2)
    expect(wrong('a'.repeat(2001))).toBe('At 2001: A filter has at most 2000 characters.')
  })

  it('survives any text', () => {
    const alphabet = ['"', '\\', ':', ',', '-', ' ', '>', '.', 'a', 'status:', '5s', '\n', '😀']
    const next = random(7)
    for (let round = 0; round < 5000; round++) {
      let text = ''
      for (let i = 0; i < 12; i++) {
        text += alphabet[Math.floor(next() * alphabet.length)] ?? ''
      }
      const { terms, problems } = parseFilter(text, vocabulary)
      for (const { start, end } of problems) expect(start >= 0 && start <= end && end <= text.length).toBe(true)
      rows.filter(matcher(terms, vocabulary, NOW))
      offered(text)
    }
  })
})

it('tells a word that may become the name of a field', () => {
  const half = (text: string) => endsInHalfField(text, vocabulary)
  expect([half('dur'), half('status:ok -Shard'), half('duration:'), half('dur ation'), half('')]).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
})

it('cuts a text into terms, quotes kept whole', () => {
  expect(tokenise(' a:"b c",d  -e "f').map((t) => [t.start, t.raw])).toEqual([
    [1, 'a:"b c",d'],
    [12, '-e'],
    [15, '"f'],
  ])
})

it('quotes values so that they come back', () => {
  for (const value of ['plain', 'a b', 'a,b', 'say "x"', 'back\\slash', '-minus', 'user:*', '']) {
    const { terms, problems } = parseFilter(`function:${quoteValue(value)}`, vocabulary)
    if (value === '') expect(problems).toHaveLength(1)
    else expect(terms[0]?.tests).toEqual([{ kind: 'text', text: value }])
  }
})

describe('completions', () => {
  const offer = (draft: string) => offered(draft).map((c) => [c.insert, c.count])

  it('offers fields, then values that occur with their counts', () => {
    expect(offer('s')).toEqual([
      ['status:', null],
      ['shard:', null],
      ['seen:', null],
    ])
    expect(offer('-du')).toEqual([['-duration:', null]])
    expect(offer('shard:')).toEqual([
      ['shard:b57e', 2],
      ['shard:15f4', 1],
    ])
  })

  it('offers the negation beside the only candidate, and quotes what needs it', () => {
    expect(offer('shard:15')).toEqual([
      ['shard:15f4', 1],
      ['-shard:15f4', 2],
    ])
    expect(offer('function:wo')[0]).toEqual(['function:"word count"', 1])
  })

  it('completes the last of several values and leaves out those that stand', () => {
    expect(offer('shard:b57e,')).toEqual([['shard:b57e,15f4', 1]])
  })

  it('offers long ids by their shortest unique beginning', () => {
    const ids = ['15f4'.padEnd(40, 'a'), '15f4b'.padEnd(40, 'b'), '9c20'.padEnd(40, 'c')]
    const many = ids.map(
      (shard): Row => ({ ...rows[0], id: shard, status: 'ok', shard, name: null, took: 1, seenAt: 0, results: 1 }),
    )
    expect(offered('shard:', many).map((c) => c.insert)).toEqual(['shard:15f4a', 'shard:15f4b', 'shard:9c20'])
  })

  it('offers eight values at most, the most frequent first', () => {
    const many = Array.from({ length: 20 }, (_, at) => ({ ...rows[0], name: `f${Math.floor(Math.sqrt(at * 6))}` }))
    const found = offered(
      'function:',
      many.map((row): Row => ({ status: 'ok', shard: '15f4', took: 1, seenAt: 0, results: 1, id: 'a', ...row })),
    )
    expect(found).toHaveLength(8)
    const counts = found.map(({ count }) => count ?? 0)
    expect(counts).toEqual(counts.toSorted((a, b) => b - a))
  })

  it('counts typical ranges', () => {
    expect(offer('duration:>')).toEqual([
      ['duration:>100ms', 1],
      ['duration:>1s', 1],
      ['duration:>10s', 0],
      ['duration:>1m', 0],
    ])
    expect(offer('results:unk')[0]).toEqual(['results:unknown', 1])
  })
})

describe('what Enter takes of the completions', () => {
  const taken = (draft: string): string | undefined => {
    const field = draftField(draft, vocabulary)
    const counted = field && countField(field, rows, NOW)
    const all = completions(draft, vocabulary, counted)
    return all[preselected(draft, all, counted)]?.insert
  }

  it.each([
    ['sta', 'status:'],
    ['-sh', '-shard:'],
    ['status:fai', 'status:failed'],
    ['-status:ru', '-status:running'],
    ['status:ok,fa', 'status:ok,failed'],
    ['shard:', 'shard:b57e'],
    ['STATUS:OK', 'status:ok'],
    ['duration:', 'duration:>100ms'],
    ['seen:<', 'seen:<1m'],
  ])('of %s the first', (draft, insert) => {
    expect(taken(draft)).toBe(insert)
  })

  it.each(['', '-', 'results:>1', 'duration:>1s', 'results:0', 'duration:unknown', 'KeyError'])(
    'of %s nothing: it is whole, or a search for text',
    (draft) => {
      expect(taken(draft)).toBeUndefined()
    },
  )
})
