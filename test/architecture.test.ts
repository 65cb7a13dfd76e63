import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')
const FOLDERS = ['app', 'components', 'lib', 'engine']

interface Import {
  readonly from: string
  /** Path within the project, or the package's name. */
  readonly to: string
}

const sources = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name)),
)

function importsOf(file: string): Import[] {
  const info = ts.preProcessFile(readFileSync(join(ROOT, file), 'utf8'), true, true)
  return info.importedFiles.map(({ fileName }) => {
    if (fileName.startsWith('@/')) return { from: file, to: fileName.slice(2) }
    if (fileName.startsWith('.')) return { from: file, to: relative(ROOT, resolve(ROOT, dirname(file), fileName)) }
    return { from: file, to: fileName }
  })
}

const imports = sources.flatMap(importsOf)
const layer = (path: string) =>
  path.startsWith('lib/') ? path.split('/').slice(0, 2).join('/') : (path.split('/')[0] ?? path)

/** The files that a file imports, its types included: what cannot be read without them. */
const files = new Set(sources)
const reads = new Map(sources.map((file) => [file, [] as string[]]))
for (const { from, to } of imports) {
  const file = [`${to}.ts`, `${to}.tsx`, `${to}/index.ts`, to].find((name) => files.has(name))
  if (file !== undefined) reads.get(from)?.push(file)
}

/** One way around for each file that leads back to itself and on no way that was found already. */
function circles(): string[] {
  const done = new Set<string>()
  const path: string[] = []
  const found: string[] = []
  const walk = (file: string): void => {
    const at = path.indexOf(file)
    if (at >= 0) found.push([...path.slice(at), file].join(' → '))
    if (at >= 0 || done.has(file)) return
    path.push(file)
    for (const next of reads.get(file) ?? []) walk(next)
    path.pop()
    done.add(file)
  }
  for (const file of sources) walk(file)
  return found
}

/** For each layer, the layers and packages that it may import; `*` is any package. */
const ALLOWED: Record<string, readonly (string | RegExp)[]> = {
  'lib/model': ['lib/model'],
  'lib/gears': ['lib/gears', 'lib/model', 'ioredis', /^node:/],
  // The connection's name is a part of the address: the hooks read it there.
  'lib/api': ['lib/api', 'lib/model', 'zod', 'react', '@tanstack/react-query', 'next/navigation'],
  'lib/server': ['lib/server', 'lib/gears', 'lib/api', 'lib/model', /^(?!react)[a-z@]/],
  components: ['components', 'lib/api', 'lib/model', /^(?!ioredis|libsql|pino)[a-z@]/],
  engine: ['engine', /^node:/, /^pyodide($|\/)/, /^fengari($|\/src\/)/, '@renovatebot/pep440'],
}

describe('the one direction', () => {
  for (const [name, allowed] of Object.entries(ALLOWED)) {
    test(`${name} imports only what it may`, () => {
      const internal = (to: string) => FOLDERS.some((folder) => to === folder || to.startsWith(`${folder}/`))
      const breaches = imports
        .filter(({ from }) => layer(from) === name)
        .filter(({ to }) => {
          const target = internal(to) ? layer(to) : to
          return !allowed.some((rule) =>
            typeof rule === 'string' ? rule === target : !internal(to) && rule.test(target),
          )
        })
      expect(breaches).toEqual([])
    })
  }

  test('app/api reaches the server and the contract; pages reach lib/api and components only', () => {
    const breaches = imports.filter(({ from, to }) => {
      if (!from.startsWith('app/')) return false
      const server = from.startsWith('app/api/') || from.startsWith('app/metrics/')
      return server ? /^(components|engine|lib\/gears)\b/.test(to) : /^(engine|lib\/gears|lib\/server)\b/.test(to)
    })
    expect(breaches).toEqual([])
  })

  test('no file leads back to itself over its imports, those of types included', () => {
    expect(circles(), 'Move what both sides share into a file that imports neither.').toEqual([])
  })

  test('nobody imports the engine, and the engine imports nobody', () => {
    const breaches = imports.filter(
      ({ from, to }) =>
        from.startsWith('engine/') !== to.startsWith('engine/') &&
        (to.startsWith('engine/') || /^(app|components|lib)\//.test(to)),
    )
    expect(breaches).toEqual([])
  })

  test('every module of lib/server says that it is for the server only', () => {
    const open = sources.filter(
      (file) => file.startsWith('lib/server/') && !/import 'server-only'/.test(readFileSync(join(ROOT, file), 'utf8')),
    )
    // A module that only others of lib/server import is guarded by them; those that app reaches must say it themselves.
    const reached = new Set(imports.filter(({ from }) => from.startsWith('app/')).map(({ to }) => to))
    expect(open.filter((file) => reached.has(file.replace(/\.tsx?$/, '')))).toEqual([])
  })
})

test('the rules see the code: each layer has imports to judge', () => {
  const judged = new Set(imports.map(({ from }) => layer(from)))
  for (const name of Object.keys(ALLOWED)) expect(judged).toContain(name)
})
