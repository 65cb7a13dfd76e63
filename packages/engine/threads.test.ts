import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const ENGINE = import.meta.dirname

/** The files that run when this one does: its imports without those of types, which leave nothing to run. */
function runsWith(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest)
  return source.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return []
    const from = statement.moduleSpecifier
    if (!from || !ts.isStringLiteral(from) || !from.text.startsWith('.') || onlyTypes(statement)) return []
    const found = `${join(dirname(file), from.text)}.ts`
    return existsSync(found) ? [found] : []
  })
}

function onlyTypes(statement: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(statement)) return statement.isTypeOnly
  const clause = statement.importClause
  if (!clause || clause.isTypeOnly) return clause !== undefined
  const names = clause.namedBindings
  return (
    !clause.name && names !== undefined && ts.isNamedImports(names) && names.elements.every((name) => name.isTypeOnly)
  )
}

/** All files that a thread runs, by path within the engine. */
function thread(entry: string): ReadonlySet<string> {
  const seen = new Set<string>()
  const walk = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    for (const next of runsWith(file)) walk(next)
  }
  walk(join(ENGINE, entry))
  return new Set([...seen].map((file) => relative(ENGINE, file)))
}

const main = thread('main/main.ts')
const shard = thread('shard/shard.ts')
const inFolder = (files: Iterable<string>, ...folders: readonly string[]): string[] =>
  [...files].filter((file) => folders.some((folder) => file.startsWith(`${folder}/`)))

describe('folders tell which thread runs a file', () => {
  test('the main thread runs nothing of a shard, its Python or the example shop', () => {
    expect(inFolder(main, 'shard', 'python', 'seed')).toEqual([])
  })

  test('a shard runs nothing of the main thread', () => {
    expect(inFolder(shard, 'main')).toEqual([])
  })

  test('files in wire/ that run at all run on both sides', () => {
    const there = new Set([...inFolder(main, 'wire'), ...inFolder(shard, 'wire')])
    expect([...there].filter((file) => !main.has(file) || !shard.has(file))).toEqual([])
  })

  test('every file in main/ and shard/ runs on its thread, or declares types only', () => {
    const sources = readdirSync(ENGINE, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
    const stray = inFolder(sources, 'main', 'shard').filter(
      (file) => !/\.(test|d)\.ts$/.test(file) && !main.has(file) && !shard.has(file) && runs(file),
    )
    // The build puts it in the place of a file of fengari (bin/build-engine.mjs).
    expect(stray).toEqual(['shard/lua/no-terminal.ts'])
  })
})

/** Whether a file has more than types. */
function runs(file: string): boolean {
  const source = ts.createSourceFile(file, readFileSync(join(ENGINE, file), 'utf8'), ts.ScriptTarget.Latest)
  return source.statements.some(
    (statement) =>
      !ts.isImportDeclaration(statement) &&
      !ts.isInterfaceDeclaration(statement) &&
      !ts.isTypeAliasDeclaration(statement) &&
      !(ts.isExportDeclaration(statement) && statement.isTypeOnly),
  )
}
