import { describe, expect, it } from 'vitest'
import { RESULT_PAGE, RESULT_PAGE_BYTES } from '@/lib/api/contract/executions'
import { firstResults } from './results'

describe('the results that an answer has at once', () => {
  it('are the first thousand', () => {
    expect(firstResults(Array.from({ length: 5000 }, String))).toHaveLength(RESULT_PAGE)
  })

  const large = 'x'.repeat(RESULT_PAGE_BYTES / 2 - 100)
  const cases = {
    texts: [large, large, large],
    bytes: Array.from({ length: 3 }, () => Buffer.alloc((large.length / 4) * 3, 0xff)),
    lists: Array.from({ length: 3 }, () => [large.slice(0, large.length / 2), [large.slice(0, large.length / 2 - 10)]]),
    errors: Array.from({ length: 3 }, () => ({ error: large })),
  }
  for (const [name, values] of Object.entries(cases)) {
    it(`are whole ${name} that fit, and no others`, () => {
      expect(firstResults(values)).toHaveLength(2)
    })
  }

  it('are none where the first is too large', () => {
    expect(firstResults(['x'.repeat(50_000_000), 'small'])).toEqual([])
  })
})
