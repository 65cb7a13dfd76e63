import { expect, test } from 'vitest'
import { executionDetail } from '../testing'
import { withoutHidden } from './hide'

const detail = executionDetail({
  results: ['secret'],
  errors: ['boom'],
  source: { script: 'GB().run()', requirements: [], givenName: null },
})

test('nothing is left out where nothing is hidden', () => {
  expect(withoutHidden(detail, new Set())).toBe(detail)
  expect(withoutHidden(detail, new Set(['arguments']))).toBe(detail)
})

test.each([
  [['results'], { results: null, withheld: { why: 'hidden' }, source: detail.source, hidden: ['results'] }],
  [['sources'], { results: ['secret'], withheld: null, source: null, hidden: ['sources'] }],
  [
    ['arguments', 'sources', 'results'],
    { results: null, withheld: { why: 'hidden' }, source: null, hidden: ['results', 'sources'] },
  ],
] as const)('of %j the answer has nothing, and says so', (hides, expected) => {
  expect(withoutHidden(detail, new Set(hides))).toEqual({ ...detail, ...expected })
})
