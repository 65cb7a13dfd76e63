import { expect, it } from 'vitest'
import { changedLines, diffLines, hunks } from './line-diff'

const words = (before: string, after: string) =>
  diffLines(before, after).map(({ kind, text }) => `${kind === 'same' ? ' ' : kind === 'gone' ? '-' : '+'}${text}`)

it('finds what was replaced, added and taken away', () => {
  expect(words('a\nb\nc\nd', 'a\nB\nc\nd\ne')).toEqual([' a', '-b', '+B', ' c', ' d', '+e'])
  expect(words('a\nb', 'b')).toEqual(['-a', ' b'])
  expect(words('', 'a')).toEqual(['-', '+a'])
  expect(changedLines(diffLines('a\nb', 'a\nb'))).toBe(0)
})

it('gives back both texts, whatever they are', () => {
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed % below
  }
  const text = () => Array.from({ length: random(30) + 1 }, () => `l${random(6)}`).join('\n')
  for (let round = 0; round < 300; round++) {
    const [before, after] = [text(), text()]
    const diff = diffLines(before, after)
    const of = (left: string) =>
      diff
        .filter(({ kind }) => kind !== left)
        .map((line) => line.text)
        .join('\n')
    expect(of('new')).toBe(before)
    expect(of('gone')).toBe(after)
  }
})

it('counts very long changes as replaced instead of comparing for seconds', () => {
  const long = (mark: string) => Array.from({ length: 5000 }, (_, i) => `${mark}${i}`).join('\n')
  expect(changedLines(diffLines(long('a'), long('b')))).toBe(10_000)
})

it('shows the changes with their surroundings', () => {
  const before = Array.from({ length: 20 }, (_, i) => `${i}`)
  const diff = diffLines(before.join('\n'), before.with(3, 'x').with(15, 'y').join('\n'))
  expect(hunks(diff, 1).map((line) => (line === 'gap' ? '…' : line.text))).toEqual([
    '2',
    '3',
    'x',
    '4',
    '…',
    '14',
    '15',
    'y',
    '16',
  ])
})
