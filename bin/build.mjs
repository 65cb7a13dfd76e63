// Builds the dashboard into .next/standalone, complete with its static files, so that one command serves it.
import { once } from 'node:events'
import { cpSync, existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { STARTER, stampBuild } from './base-path-build.mjs'
import { buildDoor } from './build-door.mjs'
import { ROOT, startNode } from './processes.mjs'

export const SERVER = join(ROOT, '.next/standalone/server.js')
const BUILT = join(ROOT, '.next/BUILD_ID')
/** What the standalone server starts with: the door first, as Next's server is made behind it. */
const START = ['bin/standalone.mjs', 'bin/base-path-build.mjs', 'lib/server/base-path.mjs']
const START_SERVER = "import './door.mjs'\nimport './bin/standalone.mjs'\n"
const SOURCES = [
  'app',
  'bin/base-path-build.mjs',
  'bin/build.mjs',
  'bin/standalone.mjs',
  'components',
  'lib',
  'packages/gears',
  'public',
  'instrumentation.ts',
  'next.config.js',
  'postcss.config.mjs',
  'tsconfig.json',
  'package-lock.json',
]

function newestChange(path) {
  if (!existsSync(path)) return 0
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestChange(join(path, name))))
}

/** Whether a build exists that is newer than every source. A package without sources is always built. */
export function isBuilt() {
  if (!existsSync(SERVER) || !existsSync(BUILT)) return false
  const built = statSync(BUILT).mtimeMs
  return SOURCES.every((source) => newestChange(join(ROOT, source)) <= built)
}

/**
 * Builds.
 * @param keep gets the process that builds, which ends with this one.
 * @throws when the build fails
 */
export async function build(keep = () => {}) {
  const next = join(ROOT, 'node_modules/next/dist/bin/next')
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
  stampBuild(standalone)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build()
