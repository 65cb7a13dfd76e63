import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

const ENGINE = import.meta.dirname

/** The types and classes that a source declares for itself or for others. */
function declared(text: string): string[] {
  return ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest).statements.flatMap((statement) => {
    const isType =
      ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)
    return isType && statement.name ? [statement.name.text] : []
  })
}

test('a name of a type stands for one thing in the engine', () => {
  const places = new Map<string, string[]>()
  for (const file of readdirSync(ENGINE, { recursive: true, encoding: 'utf8' })) {
    if (!/(?<!\.d)\.ts$/.test(file) || file.includes('node_modules')) continue
    for (const name of declared(readFileSync(join(ENGINE, file), 'utf8')))
      places.set(name, [...(places.get(name) ?? []), file])
  }
  const shared = [...places].filter(([, files]) => files.length > 1)
  expect(
    Object.fromEntries(shared),
    'Give each its own name: ClientSession and ScriptSession, not Session twice.',
  ).toEqual({})
})

test.each([
  ['a class for others', 'export class Session {}'],
  ['an interface of the file', 'interface Session { readonly id: string }'],
  ['a type with parameters', 'export type Session<T> = { readonly of: T }'],
  ['an abstract class', 'export abstract class Session {}'],
])('the search sees %s', (_, text) => {
  expect(declared(text)).toEqual(['Session'])
})
