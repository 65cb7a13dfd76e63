import { describe, expect, test } from 'vitest'
import { changed, changesOf, sample } from './changes.mjs'

/** Each text that a change makes of this one. */
const variants = (text: string, file = 'a.ts') => changesOf(file, text).map((change) => changed(text, change))

describe('the changes of a file', () => {
  test.each<[string, string, readonly string[]]>([
    ['a condition is negated, and what it leads to left out', 'if (a) b()', ['if (!(a)) b()', 'if (a) ;']],
    ['a choice is turned round', 'x = a ? b : c', [';', 'x = !(a) ? b : c']],
    ['a boundary is moved', 'f(a < b)', [';', 'f(a <= b)']],
    ['both sides are asked where one was enough', 'f(a || b)', [';', 'f(a && b)']],
    ['what stands in for nothing is gone', 'f(a ?? b)', [';', 'f(a)']],
    ['a value is not returned', 'const f = () => { return a }', ['const f = () => { return undefined }']],
    ['nor by an arrow', 'const f = () => a', ['const f = () => (undefined)']],
    ['an error is not thrown', 'throw new Error()', [';']],
    ['a small number counts one more, a large one is doubled', 'f(0, 60_000)', [';', 'f(1, 60_000)', 'f(0, 120000)']],
    ['yes is no', 'f(true, false)', [';', 'f(false, false)', 'f(true, true)']],
  ])('%s: %s', (_, text, expected) => {
    expect(variants(text)).toEqual(expected)
  })

  test.each([
    ['a type', 'type A = 1 | true'],
    ['what is empty already', 'const f = () => undefined'],
    ['an interface', 'interface A { readonly a: 1 }'],
    ['an import', "import a from 'b'"],
    ['the call without which no class is', 'class A extends B { constructor() { super() } }'],
  ])('none is made to %s: %s', (_, text) => {
    expect(variants(text)).toEqual([])
  })

  test('each says its line, and what was there', () => {
    expect(changesOf('a.tsx', 'const a = 1\nconst b = <p>{c && <i />}</p>')).toMatchObject([
      { line: 1, before: '1', after: '2' },
      { line: 2, before: '&&', after: '||' },
    ])
  })
})

test('a seed chooses the same ones each time, in the order of the file, and another one others', () => {
  const all = Array.from({ length: 100 }, (_, n) => n)
  const chosen = sample(all, 10, 1)
  expect(chosen).toHaveLength(10)
  expect(chosen).toEqual([...new Set(chosen)].sort((a, b) => a - b))
  expect(sample(all, 10, 1)).toEqual(chosen)
  expect(sample(all, 10, 2)).not.toEqual(chosen)
  expect(sample(all, 1000, 1)).toEqual(all)
})
