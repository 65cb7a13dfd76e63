import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { contract } from '@/lib/api/contract'
import type { AnyEndpoint } from '@/lib/api/endpoint'
import { schemaOf } from './http/testing/fuzz'
import { wrongInput } from './wrong-input'

const wordsFor = (schema: z.ZodType, value: unknown): readonly string[] =>
  schema
    .safeParse(value, { error: wrongInput })
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []

test.each([
  [
    z.object({ n: z.coerce.number().int().min(1).max(1000) }),
    { n: 'abc' },
    'n: must be a whole number from 1 to 1,000',
  ],
  [
    z.object({ n: z.coerce.number().int().min(1).max(1000) }),
    { n: '1001' },
    'n: must be a whole number from 1 to 1,000',
  ],
  [z.object({ n: z.number().int().min(1).max(1000) }), { n: 1.5 }, 'n: must be a whole number from 1 to 1,000'],
  [z.object({ n: z.coerce.number().int().nonnegative() }), { n: 'NaN' }, 'n: must be a whole number of at least 0'],
  [z.object({ n: z.number().max(5) }), { n: null }, 'n: must be a number of at most 5'],
  [z.object({ n: z.number() }), {}, 'n: is missing; it must be a number'],
  [z.object({ n: z.number().int() }), { n: 1e300 }, 'n: must be a whole number'],
  [z.object({ n: z.string() }), { n: 3 }, 'n: must be a string'],
  [z.object({ n: z.string().max(3) }), { n: 'abcd' }, 'n: must have at most 3 characters'],
  [z.object({ n: z.array(z.string()).min(1) }), { n: [] }, 'n: must not be empty'],
  [z.object({ n: z.array(z.string()).min(2) }), { n: ['a'] }, 'n: must have at least 2 entries'],
  [z.object({ n: z.array(z.object({ ok: z.boolean() })) }), { n: [{ ok: 'yes' }] }, 'n.0.ok: must be true or false'],
  [z.object({ n: z.enum(['a', 'b']) }), {}, 'n: is missing; it must be one of a, b'],
  [z.object({ n: z.literal('a') }), { n: 'b' }, 'n: must be a'],
  [z.object({ n: z.union([z.string().max(2), z.number()]) }), { n: true }, 'n: must be a string or a number'],
  [z.object({ n: z.union([z.string().max(2), z.number()]) }), {}, 'n: is missing; it must be a string or a number'],
  [z.object({ n: z.union([z.string(), z.object({ b: z.string() })]) }), { n: { b: 1 } }, 'n: b: must be a string'],
  [z.strictObject({ n: z.string() }), { n: '', m: 1 }, ': takes no field "m"'],
  [z.strictObject({}), { a: 1, b: 2 }, ': takes no fields "a" and "b"'],
  [z.record(z.string().regex(/^a$/, 'must be a'), z.string()), { b: '' }, 'b: must be a'],
  [z.object({}), [], ': must be an object'],
  [z.object({}), undefined, ': is missing; it must be an object'],
  [z.string().regex(/^a$/), 'b', ': is not valid'],
])('%# says what would be right', (schema, value, words) => {
  expect(wordsFor(schema, value)).toEqual([words])
})

test('the words of a schema go before', () => {
  expect(wordsFor(z.number('must be ms since 1970'), 'x')).toEqual([': must be ms since 1970'])
})

const WRONG: readonly unknown[] = [
  undefined,
  null,
  true,
  -1,
  0,
  1.5,
  1e300,
  '',
  'x',
  'NaN',
  '\0',
  'x'.repeat(100_001),
  [],
  {},
  [3],
  [null],
  { x: 1 },
]

/** A whole request, and one for each of its fields, and theirs, that is wrong. */
function* wrongOnes(schema: ReturnType<typeof schemaOf>): Generator<unknown> {
  yield* WRONG
  for (const [name, field] of Object.entries(schema.properties ?? {}))
    for (const value of wrongOnes(field)) yield { [name]: value }
  for (const form of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) yield* wrongOnes(form)
  if (schema.items) for (const value of wrongOnes(schema.items)) yield [value]
}

const OF_ZOD = /Invalid|[Ee]xpected|received|Unrecognized|Too (big|small)/

describe('no message of zod reaches a user', () => {
  const all = Object.entries<AnyEndpoint>(contract).flatMap(([name, { query, body }]) =>
    [query, body].flatMap((schema): (readonly [string, z.ZodType])[] => (schema ? [[name, schema]] : [])),
  )
  test.each(all)('%s', (_, schema) => {
    let found = 0
    for (const value of wrongOnes(schemaOf(schema)))
      for (const words of wordsFor(schema, value)) {
        found++
        expect(words).not.toMatch(OF_ZOD)
      }
    expect(found).toBeGreaterThan(0)
  })
})
