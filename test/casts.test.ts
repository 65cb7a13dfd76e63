import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')
const FOLDERS = ['app', 'components', 'lib', 'packages']

/** Where a value enters whose type nothing in TypeScript knows, with the number of casts there. */
const DECODERS: Readonly<Record<string, number>> = {
  // ioredis types replies as unknown; tuples and objects are made field by field.
  'packages/gears/reply.ts': 3,
  // Python calls the functions of the host by name.
  'packages/engine/python/native.ts': 1,
}

/** A line of code that may hold a cast; parsing takes longer than all the rest. */
const MAY_CAST = /^(?!\s*(?:\*|\/\/|\/\*\*|import )).*(?:\bas (?!const\b)|[\w)\]]!(?!=)|<[\w.<>[\]]+>[\w({[])/m

/** The casts (`as X`, `<X>y`, `y!`) of a source. `as const` and a cast within a cast (`as unknown as X`) do not count. */
function castsIn(name: string, text: string): string[] {
  if (!MAY_CAST.test(text)) return []
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest)
  const found: string[] = []
  const walk = (node: ts.Node): void => {
    const cast =
      ts.isNonNullExpression(node) ||
      ((ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) && !ts.isConstTypeReference(node.type))
    if (cast) found.push(node.getText(source))
    const inner = ts.isAsExpression(node) ? node.expression : node
    ts.forEachChild(cast && ts.isAsExpression(inner) ? inner.expression : node, walk)
  }
  walk(source)
  return found
}

const sources = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((name) => /(?<!\.d|\.test)\.tsx?$/.test(name) && !/node_modules|\/(?:testing|test)\//.test(name)),
)

describe('no casts outside decoders', () => {
  test('only decoders cast, and no more than they do today', () => {
    const casts = sources.flatMap((file) => {
      const here = castsIn(file, readFileSync(join(ROOT, file), 'utf8'))
      return here.length === (DECODERS[file] ?? 0) ? [] : here.map((cast) => `${file}: ${cast}`)
    })
    expect(casts, 'Write a type guard that looks at the value, or give the function overloads.').toEqual([])
    expect(sources.length).toBeGreaterThan(700)
  })

  test.each([
    ['a cast', 'const a = b as Session'],
    ['a cast in angle brackets', 'const a = <Session>b'],
    ['two casts in one', 'const a = b as unknown as Session'],
    ['what must be there', 'const a = b!.c'],
    ['what must be there, in a call', 'run(b.c!)'],
    ['a cast of a part', 'const { c } = of(b as Session)'],
  ])('the search sees %s', (_, text) => {
    expect(castsIn('a.ts', text)).toHaveLength(1)
  })

  test.each([
    ['constants', "const a = ['b', 'c'] as const"],
    ['a name for what is imported', "import { a as b } from 'c'"],
    ['a check', 'const a = b satisfies Session'],
    ['a negation', 'const a = !b'],
    ['words in a text', 'const a = `b as Session`'],
  ])('the search leaves alone %s', (_, text) => {
    expect(castsIn('a.ts', text)).toEqual([])
  })
})
