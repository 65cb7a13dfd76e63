import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { loadPyodide, type PyodideInterface, version } from 'pyodide'

/** Where the runtime's sources stand inside the interpreter; tracebacks leave these files out. */
const SOURCES = '/rg'
const PACKAGE = '_rg'

/** What the runtime imports at start, so that a snapshot holds it warm. */
const WARM = `import sys\nsys.path.insert(0, '${SOURCES}')\nimport ${PACKAGE}.session`
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
  const digest = createHash('sha256').update(`${version} ${process.arch}`)
  for (const [name, text] of sources) digest.update(`\n${name}\n`).update(text)
  const image = join(cacheFolder(files.cache), `python-${version}-${digest.digest('hex').slice(0, 16)}.bin`)
  const warm = await fromImage(image, log)
  if (warm) return { pyodide: warm, warm: true }
  const pyodide = await loadPyodide({ ...streams(log), _makeSnapshot: true })
  pyodide.FS.mkdirTree(`${SOURCES}/${PACKAGE}`)
  for (const [name, text] of sources) pyodide.FS.writeFile(`${SOURCES}/${PACKAGE}/${name}`, text)
  pyodide.runPython(WARM)
  saveImage(image, pyodide, log)
  pyodide.runPython(RESEED)
  return { pyodide, warm: false }
}

function readSources(folder: string): [string, string][] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.py'))
    .sort()
    .map((name) => [name, readFileSync(join(folder, name), 'utf8')])
}

function streams(log: (line: string) => void) {
  // In a worker without these, Python's print raises.
  return { stdout: log, stderr: log, checkAPIVersion: true }
}

async function fromImage(image: string, log: (line: string) => void): Promise<PyodideInterface | undefined> {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(image)
  } catch {
    return undefined
  }
  try {
    const pyodide = await loadPyodide({ ...streams(log), _loadSnapshot: bytes })
    pyodide.runPython(RESEED)
    return pyodide
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
