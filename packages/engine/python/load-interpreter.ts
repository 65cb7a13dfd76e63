import { createHash } from 'node:crypto'
import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { loadPyodide, type PyodideInterface, version } from 'pyodide'
import { capiOf } from './capi'
import { Native } from './native'
import { hideBuiltins, hideLibrary, Wall } from './wall'

/** Where the runtime's sources are inside the interpreter. Tracebacks omit these files. */
const SOURCES = '/rg'
const PACKAGE = '_rg'

/** Imports the runtime at start, so that a snapshot contains it. */
const WARM = `import sys\nsys.path.insert(0, '${SOURCES}')\nimport ${PACKAGE}.entry, ${PACKAGE}.closed`
/** Increase this when an image must change although the sources do not. */
const LAYOUT = 2
/** A snapshot contains the state of `random`; without this, every shard would draw the same numbers. */
const RESEED = 'import random, os\nrandom.seed(os.urandom(32))'

export interface InterpreterFiles {
  /** The folder of `_rg`. */
  readonly runtime: string
  /** Where the memory image may be cached. */
  readonly cache: string
}

export interface LoadedInterpreter {
  readonly pyodide: PyodideInterface
  readonly native: Native
}

/**
 * Loads Pyodide with the runtime: in 0.3–0.5 s from a cached memory snapshot, otherwise in 2–3 s, and then caches one. `log` gets each line
 * that Python writes to stdout or stderr.
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
  const pyodide = (await fromImage(image, options)) ?? (await fromSources(sources, image, options, log))
  pyodide.runPython(RESEED)
  const native = new Native(capiOf(pyodide))
  native.function(`${PACKAGE}.closed`, 'close')()
  hideBuiltins(capiOf(pyodide))
  hideLibrary(pyodide.FS)
  wall.close()
  return { pyodide, native }
}

function readSources(folder: string): [string, string][] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.py'))
    .sort()
    .map((name) => [name, readFileSync(join(folder, name), 'utf8')])
}

/**
 * Pyodide asks `process.binding` for the constants of host files, although nothing here mounts any. From now on it gets only those. Under
 * the permission model `process.binding` is shut anyway.
 */
function shutBindings(): void {
  Object.defineProperty(process, 'binding', { value: () => ({ fs: constants }) })
}

type PyodideOptions = NonNullable<Parameters<typeof loadPyodide>[0]>

function settings(log: (line: string) => void): PyodideOptions {
  return {
    // Without these, Python's print raises in a worker.
    stdout: log,
    stderr: log,
    // Standard input is empty; Pyodide would read the engine's own.
    stdin: () => null,
    checkAPIVersion: true,
    // The contents of the module `js` while Pyodide starts.
    jsglobals: Object.create(null),
    // The executable's name that Python sees; Pyodide would use the engine's path.
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
    // The image is truncated or from another build. It is only a cache, so it is removed.
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
    removePartial(partial)
    log(`no warm start next time: ${error instanceof Error ? error.message : 'the memory image could not be saved'}`)
  }
}

function removePartial(partial: string): void {
  try {
    rmSync(partial, { force: true })
  } catch {
    // What cannot be written there cannot be removed.
  }
}

/** Removes the images of earlier versions, which take 30 MB each. */
function dropOlder(image: string): void {
  const folder = dirname(image)
  for (const name of readdirSync(folder)) {
    if (/^python-.*\.bin$/.test(name) && join(folder, name) !== image) rmSync(join(folder, name), { force: true })
  }
}

/** Another user's may be shut to us, or hold an image that is not ours. */
function isOwnFolder(folder: string): boolean {
  accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  return process.getuid === undefined || statSync(folder).uid === process.getuid()
}

function cacheFolder(wanted: string): string {
  const own = process.getuid ? `-${process.getuid()}` : ''
  for (const folder of [wanted, join(tmpdir(), `gearboard-engine${own}`)]) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      if (isOwnFolder(folder)) return folder
    } catch {
      // The installation is read-only; try the next folder.
    }
  }
  return tmpdir()
}
