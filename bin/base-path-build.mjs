// One build serves any base path: it is made for a placeholder, which is replaced in the built files. bin/build.mjs does so for no base path, and
// the start of the server for another one, in a copy. The standalone server has a copy of this file.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** No text of ours contains it, and no pattern treats a character of it in a special way. */
export const PLACEHOLDER = '/gearboardbasepathgearboardbasepathgearboardbasepathgearboard'
/** Next's own start of the server, as it was built. */
export const STARTER = 'start-next.mjs'
/** The files as they were built, of those that contain the placeholder. */
const ORIGINALS = 'originals'
/** What else a server needs to run, which is the same under every base path. */
const SHARED = ['node_modules', 'packages', 'package.json']

/** Next takes the base path off an address by its length, which a minifier could work out beforehand. */
const COUNTED = new RegExp(`\\b(?:slice|substring)\\(${PLACEHOLDER.length}\\)`)

const TEXT = /\.(m?js|json|html|rsc|meta|css|body)$/

function filesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && TEXT.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
}

/** Keeps the built files of a standalone server that contain the placeholder, and replaces it for a server without a base path. */
export function stampBuild(server) {
  rmSync(join(server, ORIGINALS), { recursive: true, force: true })
  const files = [STARTER, ...filesOf(join(server, '.next')).map((name) => join('.next', name))]
  for (const name of files) {
    const text = readFileSync(join(server, name), 'utf8')
    if (COUNTED.test(text)) throw new Error(`${name} has the length of the placeholder in it`)
    if (!text.includes(PLACEHOLDER)) continue
    // Next's payload states the length of some texts: one that the placeholder is in would be cut wrongly.
    if (name.endsWith('.rsc') && /^[\da-f]+:T/m.test(text))
      throw new Error(`${name} is made at build time and states lengths`)
    const kept = join(server, ORIGINALS, name)
    mkdirSync(dirname(kept), { recursive: true })
    writeFileSync(kept, text)
    writeFileSync(join(server, name), text.replaceAll(PLACEHOLDER, ''))
  }
}

/** A folder that may be written to: beside the server, or one of its own that goes with this process. */
function folderFor(server, name) {
  const kept = join(server, '.cache', name)
  try {
    mkdirSync(dirname(kept), { recursive: true })
    const made = mkdtempSync(`${kept}.`)
    return { made, kept }
  } catch {
    const made = mkdtempSync(join(tmpdir(), 'gearboard-'))
    process.once('exit', () => rmSync(made, { recursive: true, force: true }))
    return { made, kept: undefined }
  }
}

/**
 * The folder of the server for a base path, which is made where it is missing: 12 MB, the files of the build with the placeholder replaced.
 * @param server the folder of the standalone server
 */
export function serverFor(server, basePath) {
  if (basePath === '') return server
  const build = readFileSync(join(server, '.next/BUILD_ID'), 'utf8').trim()
  const name = `${build}${basePath.replaceAll('/', '+')}`
  const known = join(server, '.cache', name)
  if (existsSync(known)) return known
  const { made, kept } = folderFor(server, name)
  cpSync(join(server, '.next'), join(made, '.next'), { recursive: true, verbatimSymlinks: true })
  for (const each of SHARED) if (existsSync(join(server, each))) symlinkSync(join(server, each), join(made, each))
  const originals = join(server, ORIGINALS)
  for (const each of filesOf(originals)) {
    writeFileSync(join(made, each), readFileSync(join(originals, each), 'utf8').replaceAll(PLACEHOLDER, basePath))
  }
  if (kept === undefined) return made
  try {
    renameSync(made, kept)
  } catch {
    // Another server has made it meanwhile.
    rmSync(made, { recursive: true, force: true })
  }
  return kept
}
