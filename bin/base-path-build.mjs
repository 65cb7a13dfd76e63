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
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** No text of ours contains it, and no pattern treats a character of it in a special way. */
export const PLACEHOLDER = '/gearboardbasepathgearboardbasepathgearboardbasepathgearboard'
/** Next's own start of the server, as it was built. */
export const STARTER = 'start-next.mjs'
/** The files as they were built, of those that contain the placeholder. */
const ORIGINALS = 'originals'
/** With binaries for one platform: these are where npm installed those of this machine, which may be a folder above. */
const NATIVE = ['@node-rs/argon2', 'libsql']

/** Next takes the base path off an address by its length, which a minifier could work out beforehand. */
const COUNTED = new RegExp(`\\b(?:slice|substring)\\(${PLACEHOLDER.length}\\)`)

const TEXT = /\.(m?js|json|html|rsc|meta|css|body)$/

/** Every file in the folder and below, by its path from there. */
export function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
}

const textsBelow = (folder) => filesBelow(folder).filter((name) => TEXT.test(name))

/** Keeps the built files of a standalone server that contain the placeholder, and replaces it for a server without a base path. */
export function stampBuild(server) {
  rmSync(join(server, ORIGINALS), { recursive: true, force: true })
  const files = [STARTER, ...textsBelow(join(server, '.next')).map((name) => join('.next', name))]
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

/** Links to each package that the server would find from its own folder. */
function linkPackages(server, folder) {
  const { resolve } = createRequire(join(server, STARTER))
  const whereIs = (name) =>
    resolve
      .paths(name)
      ?.map((path) => join(path, name))
      .find((path) => existsSync(path))
  for (const name of [...readdirSync(join(server, 'node_modules')), ...NATIVE]) {
    const link = join(folder, name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(whereIs(name), link)
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
  symlinkSync(join(server, 'package.json'), join(made, 'package.json'))
  linkPackages(server, join(made, 'node_modules'))
  const originals = join(server, ORIGINALS)
  for (const each of textsBelow(originals)) {
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
