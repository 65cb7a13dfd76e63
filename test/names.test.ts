import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')
const FOLDERS = ['app', 'bench', 'bin', 'components', 'e2e', 'lib', 'packages', 'scripts', 'test']

/** The types and classes that a source declares for itself or for others: the formatter puts them at the start of a line. */
const declared = (text: string): readonly string[] =>
  [
    ...text.matchAll(/^(?:export )?(?:default )?(?:declare )?(?:abstract )?(?:class|interface|type) (\w+)(?=[ <])/gm),
  ].flatMap(([, name]) => name ?? [])

/** Test files are left out: what only one of them uses has no other reader. */
const sources = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((name) => /(?<!\.(?:d|test|spec))\.tsx?$/.test(name) && !name.includes('node_modules')),
)

test('a name of a type stands for one thing', () => {
  const places = new Map<string, string[]>()
  for (const file of sources)
    for (const name of new Set(declared(readFileSync(join(ROOT, file), 'utf8'))))
      places.set(name, [...(places.get(name) ?? []), file])
  const shared = [...places].filter(([, files]) => files.length > 1)
  expect(
    Object.fromEntries(shared),
    'Give each its own name: ClientSession and ScriptSession, not Session twice.',
  ).toEqual({})
  expect(places.size).toBeGreaterThan(500)
})

test.each([
  ['a class for others', 'export class Session {}'],
  ['a class of the file', '/** Ends. */\nclass Session extends Map<string, string> {}'],
  ['an interface of the file', 'interface Session { readonly id: string }'],
  ['an interface with parameters', 'export interface Session<T> extends Of<T> {}'],
  ['a type', "import { x } from 'y'\n\ntype Session = string"],
  ['a type with parameters', 'export type Session<T> = { readonly of: T }'],
  ['an abstract class', 'export abstract class Session {}'],
  ['the props of a component', 'interface Session { readonly of: number }\nexport function Panel(props: Session) {}'],
])('the search sees %s', (_, text) => {
  expect(declared(text)).toEqual(['Session'])
})

test.each([
  ['an export of what another file declares', "export type { Session } from './session'"],
  ['what stands within a function', 'function of() {\n  type Session = string\n}'],
  ['a variable', 'const type = Session'],
])('the search leaves alone %s', (_, text) => {
  expect(declared(text)).toEqual([])
})
