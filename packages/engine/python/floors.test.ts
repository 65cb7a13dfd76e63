import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const PACKAGE = '_rg'
const FOLDER = join(import.meta.dirname, PACKAGE)

/** The files of `_rg` from the ground up. A file imports from its own floor and those below. */
const FLOORS: Readonly<Record<string, readonly string[]>> = {
  'the connection to the shard, and changes to Python itself': [
    ...['host', 'context', 'closed', 'comprehensions', 'ends', 'gone', 'lines', 'recursion', 'sites', 'wording'],
  ],
  'input, output and errors': ['errors', 'output', 'readers', 'scripts'],
  'tools of an execution': ['atomic', 'cloudpickled', 'functions', 'futures', 'loop', 'profiling'],
  'an execution': ['execution', 'patches', 'steps'],
  'what a script leaves behind': ['plans', 'session', 'time_events'],
  'what a script calls': ['api', 'builder', 'flat_execution', 'names'],
  'what the shard calls': ['entry'],
}

interface PythonImport {
  readonly module: string
  /** Inside a function, a class or a condition. */
  readonly nested: boolean
}

/** The imports within the package, also those inside functions. */
function packageImports(source: string): PythonImport[] {
  const statements = source
    .replace(/"""[\s\S]*?"""/g, '')
    .replace(/#.*$/gm, '')
    .replace(/\(([^()]*)\)/g, (_, inner: string) => inner.replaceAll('\n', ' '))
    .replaceAll('\\\n', ' ')
  return [...statements.matchAll(/^([^\n]*?)\b(from|import)\s+(\S.*)$/gm)].flatMap(
    ([, before = '', verb, rest = '']) => {
      // `yield from` and `raise … from` import nothing, and neither does the `import` of a `from`.
      if (!/^\s*$|[:;]\s*$/.test(before)) return []
      const nested = before !== ''
      return (verb === 'from' ? fromImport(rest) : plainImport(rest)).map((module) => ({ module, nested }))
    },
  )
}

function fromImport(rest: string): string[] {
  const [, place = '', names = ''] = /^(\S+)\s+import\s+(.*)$/.exec(rest) ?? []
  if (place === '.' || place === PACKAGE) return names.split(',').map(withoutAlias)
  const [, module] = new RegExp(`^(?:\\.|${PACKAGE}\\.)(\\w+)`).exec(place) ?? []
  return module === undefined ? [] : [module]
}

function plainImport(rest: string): string[] {
  return rest.split(',').flatMap((name) => {
    const [, module] = new RegExp(`^${PACKAGE}\\.(\\w+)`).exec(withoutAlias(name)) ?? []
    return module === undefined ? [] : [module]
  })
}

const withoutAlias = (name: string): string => name.trim().replace(/\s+as\s+.*$/, '')

const files = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.py') && name !== '__init__.py')
  .map((name) => name.slice(0, -'.py'.length))
const imports = new Map(
  files.map((file) => [file, packageImports(readFileSync(join(FOLDER, `${file}.py`), 'utf8'))] as const),
)
const floors = Object.values(FLOORS)
const floorOf = (file: string): number => floors.findIndex((floor) => floor.includes(file))

/** One way round for each import that leads back to where the walk came from. */
function circles(graph: ReadonlyMap<string, readonly PythonImport[]>): string[] {
  const done = new Set<string>()
  const path: string[] = []
  const found: string[] = []
  const walk = (file: string): void => {
    const at = path.indexOf(file)
    if (at >= 0) found.push([...path.slice(at), file].join(' → '))
    if (at >= 0 || done.has(file)) return
    path.push(file)
    for (const { module } of graph.get(file) ?? []) walk(module)
    path.pop()
    done.add(file)
  }
  for (const file of graph.keys()) walk(file)
  return found
}

describe('the Python of the engine', () => {
  test('no file leads back to itself over its imports', () => {
    expect(circles(imports), 'Move what both files share into a file that imports neither.').toEqual([])
  })

  test('every file has its place on one floor', () => {
    expect(floors.flat().toSorted(), 'Add a new file to FLOORS.').toEqual(files.toSorted())
  })

  test('a file imports from its own floor and those below', () => {
    const upward = files.flatMap((file) =>
      (imports.get(file) ?? [])
        .filter(({ module }) => floorOf(module) > floorOf(file))
        .map(({ module }) => `${file} imports ${module} from a floor above`),
    )
    expect(upward).toEqual([])
  })

  test('imports of the package stand at the head of the file, and name a file', () => {
    const wrong = files.flatMap((file) =>
      (imports.get(file) ?? [])
        .filter(({ module, nested }) => nested || !files.includes(module))
        .map(({ module }) => `${file} imports ${module}`),
    )
    expect(wrong).toEqual([])
  })

  test('no file is loaded by its name as text, which would hide an import', () => {
    const hidden = files.filter((file) =>
      /(?:import_module|__import__)\(\s*['"](?:_rg|\.)/.test(readFileSync(join(FOLDER, `${file}.py`), 'utf8')),
    )
    expect(hidden).toEqual([])
  })
})

describe('the reader of imports', () => {
  const at = (module: string, nested = false): PythonImport => ({ module, nested })
  test.each<[string, string, PythonImport[]]>([
    ['several of the package', 'from . import host, loop', [at('host'), at('loop')]],
    ['under another name', 'from . import host as h, loop as l\n', [at('host'), at('loop')]],
    ['over several lines', 'from . import (\n    host,  # the shard\n    loop\n)', [at('host'), at('loop')]],
    ['with a line that continues', 'from . import host, \\\n    loop', [at('host'), at('loop')]],
    ['names of one file', 'from .errors import error, render', [at('errors')]],
    [
      'by the full name',
      'import sys, _rg.host\nfrom _rg.loop import loop\nfrom _rg import api',
      [at('host'), at('loop'), at('api')],
    ],
    ['inside a function', 'def f():\n    from . import session\n', [at('session', true)]],
    ['behind a colon', 'try: from . import session\nexcept ImportError: pass', [at('session', true)]],
    ['behind a statement', 'x = 1; from . import session', [at('session', true)]],
  ])('sees those %s', (_, source, expected) => {
    expect(packageImports(source)).toEqual(expected)
  })

  test.each<[string, string]>([
    ['the standard library', 'import asyncio\nfrom asyncio import events\nimport importlib.machinery'],
    ['other uses of the word', 'def f():\n    yield from records\n    raise error from None\n'],
    ['a comment or docstring', '"""\nfrom . import session\n"""\n# from . import session\n'],
    ['a package with a similar name', 'from _rgx import api\nimport _rgx.api'],
  ])('leaves out %s', (_, source) => {
    expect(packageImports(source)).toEqual([])
  })

  test('a circle over three files is found, however it is entered', () => {
    const graph = new Map([
      ['a', [at('b')]],
      ['b', [at('c')]],
      ['c', [at('b', true)]],
    ])
    expect(circles(graph)).toEqual(['b → c → b'])
  })
})
