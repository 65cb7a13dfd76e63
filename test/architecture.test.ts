import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')
const FOLDERS = ['app', 'components', 'lib', 'packages']

interface Import {
  readonly from: string
  /** Path within the project, or the package's name. */
  readonly to: string
  /** As the file writes it. */
  readonly name: string
}

const sources = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|node_modules|\/(?:testing|test)\//.test(name)),
)

function importsOf(file: string): Import[] {
  const info = ts.preProcessFile(readFileSync(join(ROOT, file), 'utf8'), true, true)
  return info.importedFiles.map(({ fileName }) => {
    const inPackage = /^@gearboard\/(.*)$/.exec(fileName)?.[1]
    if (inPackage !== undefined) return { from: file, name: fileName, to: `packages/${inPackage}` }
    if (fileName.startsWith('@/')) return { from: file, name: fileName, to: fileName.slice(2) }
    if (fileName.startsWith('.'))
      return { from: file, name: fileName, to: relative(ROOT, resolve(ROOT, dirname(file), fileName)) }
    return { from: file, name: fileName, to: fileName }
  })
}

const imports = sources.flatMap(importsOf)
/** Rooms of the client that touch no socket and run in a browser, too. */
const PURE = ['vocabulary', 'docs', 'pipeline', 'script'].map((room) => `packages/gears/${room}`)
const layer = (path: string) => {
  const pure = PURE.find((room) => path === room || path.startsWith(`${room}/`))
  if (pure !== undefined) return 'gears vocabulary'
  return /^(?:lib|packages)\//.test(path) ? path.split('/').slice(0, 2).join('/') : (path.split('/')[0] ?? path)
}

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

/** For each layer, the layers and packages that it may import. */
const ALLOWED: Record<string, readonly (string | RegExp)[]> = {
  'gears vocabulary': ['gears vocabulary'],
  'packages/gears': ['packages/gears', 'gears vocabulary', 'ioredis', /^node:/],
  'lib/model': ['lib/model', 'gears vocabulary'],
  'lib/functions': ['lib/functions', 'lib/model', 'gears vocabulary'],
  // The connection's name is a part of the address: the hooks read it there.
  'lib/api': [
    'lib/api',
    'lib/functions',
    'lib/model',
    'gears vocabulary',
    'zod',
    'react',
    '@tanstack/react-query',
    'next/navigation',
  ],
  'lib/server': [
    'lib/server',
    'packages/gears',
    'lib/functions',
    'lib/api',
    'lib/model',
    'gears vocabulary',
    /^(?!react|ioredis)[a-z@]/,
  ],
  components: [
    'components',
    'lib/api',
    'lib/functions',
    'lib/model',
    'gears vocabulary',
    /^(?!ioredis|libsql|pino)[a-z@]/,
  ],
  'packages/engine': ['packages/engine', /^node:/, /^pyodide($|\/)/, /^fengari($|\/src\/)/, '@renovatebot/pep440'],
}

/** Rooms of components/ that every page may import, each with the rooms that it may import itself. All other rooms are pages. */
const COMMON_ROOMS: Readonly<Record<string, readonly string[]>> = {
  ui: [],
  shared: ['ui'],
  shell: ['ui', 'shared'],
}
const roomOf = (path: string): string | undefined => /^components\/([^/]+)/.exec(path)?.[1]
/** What components/ui may import of the project beside itself. */
const UI_READS = ['lib/model/text/', 'lib/model/list/', 'packages/gears/vocabulary/clock']

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
      // The root asks the server where it leads, so that a client without scripts gets there too.
      if (from === 'app/(own)/page.tsx' && to === 'lib/server/home') return false
      const server = from.startsWith('app/api/') || from.startsWith('app/metrics/')
      return server
        ? /^(components|packages\/engine|packages\/gears(?!\/(?:vocabulary|docs|pipeline|script)\b))\b/.test(to)
        : /^(packages\/engine|packages\/gears(?!\/(?:vocabulary|docs|pipeline|script)\b)|lib\/server)\b/.test(to)
    })
    expect(breaches).toEqual([])
  })

  test('no page reaches into another: what two share lies in components/shared', () => {
    const breaches = imports.filter(({ from, to }) => {
      const [room, target] = [roomOf(from), roomOf(to)]
      if (room === undefined || target === undefined || room === target) return false
      return !(COMMON_ROOMS[room] ?? Object.keys(COMMON_ROOMS)).includes(target)
    })
    expect(breaches).toEqual([])
  })

  test('components/ui knows no API and no RedisGears, only how text is written and lists change', () => {
    const breaches = imports.filter(
      ({ from, to }) =>
        roomOf(from) === 'ui' &&
        /^(app|lib|packages)\//.test(to) &&
        !UI_READS.some((allowed) => to.startsWith(allowed)),
    )
    expect(breaches).toEqual([])
  })

  test('no file leads back to itself over its imports, those of types included', () => {
    expect(circles(), 'Move what both sides share into a file that imports neither.').toEqual([])
  })

  test('nobody imports the engine, and the engine imports nobody', () => {
    const breaches = imports.filter(
      ({ from, to }) =>
        from.startsWith('packages/engine/') !== to.startsWith('packages/engine/') &&
        (to.startsWith('packages/engine/') || /^(app|components|lib|packages)\//.test(to)),
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

/** What a page loads: as `reads`, without what is imported for its types alone. */
function loadedBy(start: string): ReadonlySet<string> {
  const loaded = new Set([start])
  for (const file of loaded) {
    if (!files.has(file)) continue
    const { outputText } = ts.transpileModule(readFileSync(join(ROOT, file), 'utf8'), {
      compilerOptions: { jsx: ts.JsxEmit.Preserve, module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ESNext },
    })
    const kept = new Set(ts.preProcessFile(outputText, true, true).importedFiles.map(({ fileName }) => fileName))
    for (const { name, to } of importsOf(file)) {
      if (!kept.has(name)) continue
      loaded.add([`${to}.ts`, `${to}.tsx`, `${to}/index.ts`, to].find((each) => files.has(each)) ?? to)
    }
  }
  return loaded
}

test('no page but the editor loads the schemas of the API, the linter or the script reader', () => {
  const pages = sources.filter((file) => /^app\/\[connection\]\/(?!editor\/)(.*\/)?(page|layout)\.tsx$/.test(file))
  expect(pages.length).toBeGreaterThan(10)
  const heavy = /^zod$|^lib\/(api\/contract|functions)\/|^packages\/gears\/(docs|pipeline|script)\//
  expect(
    pages.flatMap((page) => [...loadedBy(page)].filter((file) => heavy.test(file)).map((file) => `${page}: ${file}`)),
  ).toEqual([])
})

test('the rules see the code: each layer has imports to judge', () => {
  const judged = new Set(imports.map(({ from }) => layer(from)))
  for (const name of Object.keys(ALLOWED)) expect(judged).toContain(name)

  const rooms = new Set(imports.map(({ from }) => roomOf(from)))
  for (const room of Object.keys(COMMON_ROOMS)) expect(rooms).toContain(room)
})
