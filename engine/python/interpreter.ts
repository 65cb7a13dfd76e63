import { createHash } from 'node:crypto'
import { constants, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { loadPyodide, type PyodideInterface, version } from 'pyodide'
import { capiOf } from './capi'
import { Native } from './native'
import { hideBuiltins, hideLibrary, Wall } from './wall'

/** Where the runtime's sources stand inside the interpreter; tracebacks leave these files out. */
const SOURCES = '/rg'
const PACKAGE = '_rg'

/** What the runtime imports at start, so that a snapshot holds it warm. */
const WARM = `import sys\nsys.path.insert(0, '${SOURCES}')\nimport ${PACKAGE}.entry, ${PACKAGE}.closed`
/** Counts what changes an image beside the sources: where it was made another way, it is another. */
const LAYOUT = 2
/** A snapshot also holds the state of `random`: without this every shard would draw the same numbers. */
const RESEED = 'import random, os\nrandom.seed(os.urandom(32))'

export interface InterpreterFiles {
  /** The folder `_rg` with the runtime's Python. */
  readonly runtime: string
  /** Where the warm memory image may be kept. */
  readonly cache: string
}

export interface LoadedInterpreter {
  readonly pyodide: PyodideInterface
  readonly native: Native
  /** True when the memory image was used. */
  readonly warm: boolean
}

/**
 * Pyodide with the runtime imported: from a memory snapshot in 0.3–0.5 s where one is cached, plainly in 2–3 s (and cached) where not.
 * `log` gets what Python writes to stdout and stderr, line by line.
 */
export async function loadInterpreter(
  files: InterpreterFiles,
  log: (line: string) => void,
): Promise<LoadedInterpreter> {
  const sources = readSources(join(files.runtime, PACKAGE))
  const digest = createHash('sha256').update(`${version} ${process.arch} ${LAYOUT}`)
  for (const [name, text] of sources) digest.update(`\n${name}\n`).update(text)
  const image = join(cacheFolder(files.cache), `python-${version}-${digest.digest('hex').slice(0, 16)}.bin`)
  shutBindings()
  const wall = new Wall()
  const options = { ...settings(log), createPyodideModule: wall.createModule }
  const warm = await fromImage(image, options)
  const pyodide = warm ?? (await fromSources(sources, image, options, log))
  pyodide.runPython(RESEED)
  const native = new Native(capiOf(pyodide))
  native.function(`${PACKAGE}.closed`, 'close')()
  hideBuiltins(capiOf(pyodide))
  hideLibrary(pyodide.FS)
  wall.close()
  return { pyodide, native, warm: warm !== undefined }
}

function readSources(folder: string): [string, string][] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.py'))
    .sort()
    .map((name) => [name, readFileSync(join(folder, name), 'utf8')])
}

/**
 * Pyodide prepares for files of the host, which nothing here mounts, and asks Node's old inner door for their numbers. That is all the
 * door gives from now on; under the permission model it is shut anyway.
 */
function shutBindings(): void {
  Object.defineProperty(process, 'binding', { value: () => ({ fs: constants }) })
}

type PyodideOptions = NonNullable<Parameters<typeof loadPyodide>[0]>

function settings(log: (line: string) => void): PyodideOptions {
  return {
    // In a worker without these, Python's print raises.
    stdout: log,
    stderr: log,
    // The end of a file, where Pyodide would read what the engine's process is given.
    stdin: () => null,
    checkAPIVersion: true,
    // What the module `js` shows while Pyodide starts.
    jsglobals: Object.create(null),
    // The name that the interpreter is told it was started by; Pyodide's is the path of the engine.
    _sysExecutable: 'python3',
  }
}

async function fromSources(
  sources: readonly [string, string][],
  image: string,
  options: PyodideOptions,
  log: (line: string) => void,
): Promise<PyodideInterface> {
  const pyodide = await loadPyodide({ ...options, _makeSnapshot: true })
  pyodide.FS.mkdirTree(`${SOURCES}/${PACKAGE}`)
  for (const [name, text] of sources) pyodide.FS.writeFile(`${SOURCES}/${PACKAGE}/${name}`, text)
  pyodide.runPython(WARM)
  saveImage(image, pyodide, log)
  return pyodide
}

async function fromImage(image: string, options: PyodideOptions): Promise<PyodideInterface | undefined> {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(image)
  } catch {
    return undefined
  }
  try {
    return await loadPyodide({ ...options, _loadSnapshot: bytes })
  } catch {
    // Cut short or made by another build: it is only a cache.
    rmSync(image, { force: true })
    return undefined
  }
}

function saveImage(image: string, pyodide: PyodideInterface, log: (line: string) => void): void {
  const partial = `${image}.${process.pid}.${Math.random().toString(36).slice(2)}`
  try {
    writeFileSync(partial, pyodide.makeMemorySnapshot(), { mode: 0o600 })
    renameSync(partial, image)
    dropOlder(image)
  } catch (error) {
    rmSync(partial, { force: true })
    log(`no warm start next time: ${error instanceof Error ? error.message : 'the memory image could not be kept'}`)
  }
}

/** Each image is 30 MB; those of earlier versions are not needed again. */
function dropOlder(image: string): void {
  const folder = dirname(image)
  for (const name of readdirSync(folder)) {
    if (/^python-.*\.bin$/.test(name) && join(folder, name) !== image) rmSync(join(folder, name), { force: true })
  }
}

function cacheFolder(wanted: string): string {
  const own = process.getuid ? `-${process.getuid()}` : ''
  for (const folder of [wanted, join(tmpdir(), `gearboard-engine${own}`)]) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      return folder
    } catch {
      // Read-only installation: the next one.
    }
  }
  return tmpdir()
}
