import { expect, test } from 'vitest'
import type { Term } from '@/lib/model/filter/filter'
import { conditionsOf } from './filter-sql'

const context = { now: 1_000_000, readers: () => new Map<string, string>() }
const term = (field: string, negated = false): Term => ({ field, negated, tests: [{ kind: 'text', text: 'a' }] })

test.each([[[term('colour')]], [[term('colour', true)]], [[term('outcome'), term('weight')]]])(
  'a field without SQL is left to the filter: %j',
  (terms) => {
    const { rows, partly } = conditionsOf(terms, context)
    expect(partly).toBe(true)
    expect(rows).toHaveLength(terms.length - 1)
  },
)

test('a field with SQL is not', () => {
  expect(conditionsOf([term('outcome'), term('error')], context)).toMatchObject({ partly: false, rows: [{}, {}] })
})
