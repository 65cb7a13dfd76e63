// Builds the dashboard into .next/standalone, complete with its static files, so that one command serves it.
import { once } from 'node:events'
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { filesBelow, STARTER, stampBuild } from './base-path-build.mjs'
import { buildDoor } from './build-door.mjs'
import { digestOf } from './digest.mjs'
import { hasSources, ROOT, startNode } from './processes.mjs'

export const SERVER = join(ROOT, '.next/standalone/server.js')
/** Says of which sources the build was made. */
const MADE_OF = join(ROOT, '.next/standalone/sources')
/** What the standalone server starts with: the door first, as Next's server is made behind it. */
const START = ['bin/standalone.mjs', 'bin/base-path-build.mjs', 'lib/server/base-path.mjs']
const START_SERVER = "import './door.mjs'\nimport './bin/standalone.mjs'\n"
/**
 * What Next copies into the standalone server, which does without: packages with binaries for one platform, which it finds where npm installed
 * those of this machine, the one that makes images smaller, and what one ships for its own tests.
 */
const LEFT_OUT = [
  ...['@img', '@libsql', '@neon-rs', '@node-rs', 'detect-libc', 'libsql', 'semver', 'sharp', 'thread-stream/test'].map(
    (name) => join('node_modules', name),
  ),
  'packages',
]
const SOURCES = [
  'app',
  'bin/base-path-build.mjs',
  'bin/build.mjs',
  'bin/standalone.mjs',
  'components',
  'lib',
  'packages/gears',
  'public',
  'CHANGELOG.md',
  'instrumentation.ts',
  'next.config.js',
  'postcss.config.mjs',
  'tsconfig.json',
  'package-lock.json',
]

const TESTS = /(^|[/\\])(test|testing)[/\\]|\.test\.tsx?$/

/** Of the names and contents of the sources; a changed test builds nothing. File times say nothing where files were copied. */
function digestOfSources() {
  const files = SOURCES.filter((source) => existsSync(join(ROOT, source))).flatMap((source) =>
    statSync(join(ROOT, source)).isFile() ? [source] : filesBelow(join(ROOT, source)).map((name) => join(source, name)),
  )
  return digestOf(ROOT, files.filter((each) => !TESTS.test(each)).sort())
}

/** Whether a build exists that was made of these sources. What is installed as a package has no sources, and is built. */
export function isBuilt() {
  if (!hasSources()) return true
  return existsSync(SERVER) && existsSync(MADE_OF) && readFileSync(MADE_OF, 'utf8') === digestOfSources()
}

/**
 * Builds.
 * @param keep gets the process that builds, which ends with this one.
 * @throws when the build fails
 */
export async function build(keep = () => {}) {
  const digest = digestOfSources()
  const next = join(ROOT, 'node_modules/next/dist/bin/next')
  if (!existsSync(next)) throw new Error('packages that the build needs are missing: run npm ci --include=dev')
  const env = { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' }
  const child = startNode([next, 'build'], { env })
  keep(child)
  const [status] = await once(child, 'exit')
  if (status !== 0) throw new Error('the build failed; see its output above')
  const standalone = dirname(SERVER)
  await buildDoor(join(standalone, 'door.mjs'))
  renameSync(SERVER, join(standalone, STARTER))
  for (const file of START) cpSync(join(ROOT, file), join(standalone, file))
  writeFileSync(SERVER, START_SERVER)
  // Next leaves these out of the standalone server, for a CDN to serve: here the server itself does.
  for (const [from, to] of [
    ['.next/static', '.next/standalone/.next/static'],
    ['public', '.next/standalone/public'],
  ]) {
    rmSync(join(ROOT, to), { recursive: true, force: true })
    if (existsSync(join(ROOT, from))) cpSync(join(ROOT, from), join(ROOT, to), { recursive: true })
  }
  for (const name of LEFT_OUT) rmSync(join(standalone, name), { recursive: true, force: true })
  hidePath(standalone)
  nameExternals(standalone)
  stampBuild(standalone)
  writeFileSync(MADE_OF, digest)
}

/**
 * Turbopack gives each external package a name of its own, and a link of that name: a package holds no links, and binaries are found where npm
 * installed those of this machine.
 */
function nameExternals(standalone) {
  const links = join(standalone, '.next/node_modules')
  const names = readdirSync(links, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isSymbolicLink())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(links.length + 1))
  rmSync(links, { recursive: true })
  const own = new RegExp(`(${names.join('|')})\\b`, 'g')
  const server = join(standalone, '.next/server')
  for (const file of filesBelow(server)
    .filter((name) => /\.m?js$/.test(name))
    .map((name) => join(server, name))) {
    const text = readFileSync(file, 'utf8')
    const plain = text.replace(own, (name) => name.replace(/-[0-9a-f]{16}$/, ''))
    if (plain !== text) writeFileSync(file, plain)
  }
}

/** Next states where it was built, which is nobody's business where the build is installed; it does not use it. */
function hidePath(standalone) {
  for (const name of [STARTER, '.next/required-server-files.json']) {
    const file = join(standalone, name)
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(ROOT.replace(/[/\\]$/, ''), '/gearboard'))
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build()
