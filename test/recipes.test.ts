import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const text = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8')
const [, section = ''] = /^## Adding something\n([\s\S]*?)^## /m.exec(text) ?? []
const recipes = section
  .split(/^### /m)
  .slice(1)
  .map((recipe) => ({
    name: /^[^(\n]*/.exec(recipe)?.[0].trim(),
    said: Number(/\((\d+) files?\)/.exec(recipe)?.[1]),
    places: [...recipe.matchAll(/^- `([^`]+\.tsx?)`(?:, `([^`]+)`)?/gm)].map(([, file = '', words = '']) => ({
      file,
      words,
    })),
  }))

/** How many files a recipe may take. */
const MOST = {
  'A command with a button': 9,
  'A page': 4,
  'A column': 1,
  'A filter field': 1,
  'A kind of finding on the overview': 3,
  'A kind of series': 3,
  'A lint rule': 3,
}

test('CONTRIBUTING has every recipe', () => {
  expect(recipes.map(({ name }) => name)).toEqual(Object.keys(MOST))
})

test.each(recipes)('$name: its places are there, and are no more than they may be', ({ name, said, places }) => {
  const wrong = places.filter(({ file, words }) => {
    const path = join(ROOT, file)
    return words === '' || !existsSync(path) || !readFileSync(path, 'utf8').includes(words)
  })
  expect(wrong).toEqual([])
  expect(places).toHaveLength(said)
  expect(said).toBeLessThanOrEqual(new Map(Object.entries(MOST)).get(name ?? '') ?? 0)
})
