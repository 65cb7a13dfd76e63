import { expect, it } from 'vitest'
import { endsInTerm, joinTerms, shownTerms } from './filter-terms'

it('shows finished terms as chips and the last one as text while it is typed', () => {
  const shown = (text: string, typing: boolean) => {
    const { chips, draft } = shownTerms(text, typing)
    return [chips.map((chip) => chip.raw), draft]
  }
  expect(shown('status:ok -shard:b5', true)).toEqual([['status:ok'], '-shard:b5'])
  expect(shown('status:ok -shard:b5', false)).toEqual([['status:ok', '-shard:b5'], ''])
  expect(shown('', true)).toEqual([[], ''])
})

it('a blank finishes a term, except within quotes', () => {
  expect(endsInTerm('status:ok')).toBe(true)
  expect(endsInTerm('status:ok ')).toBe(false)
  expect(endsInTerm('error:"time ')).toBe(true)
  expect(endsInTerm('')).toBe(false)
})

it('joins what there is', () => {
  expect(joinTerms('a', '', 'b')).toBe('a b')
})
