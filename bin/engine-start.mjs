// How the embedded RedisGears is started: what it inherits, which switches Node gets, and the password that its clients need.
import { randomBytes } from 'node:crypto'
import { accessSync, constants, mkdirSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ROOT } from './processes.mjs'

const PASSWORD = 'GEARBOARD_ENGINE_PASSWORD'

/** Functions run inside the engine, so it inherits nothing else. */
const INHERITED = [
  'LANG',
  'LC_ALL',
  'LD_LIBRARY_PATH',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_DIR',
  'SSL_CERT_FILE',
  'SystemRoot',
  'TEMP',
  'TMP',
  'TMPDIR',
  'TZ',
]

/** What the engine reads: its program, and the packages that are no part of its bundle. It keeps nothing. */
const READ = ['bin', 'dist/engine', 'packages/engine', 'package.json']
const PACKAGES = ['pyodide', '@renovatebot/pep440']
/**
 * The names of the permission model's switch in Node's versions, and further switches that it needs. Node 20 calls its own experimental; it
 * applies to workers too.
 */
const MODELS = ['--permission', '--experimental-permission']
const ALLOWED = ['--allow-worker', '--allow-net']

/** The folders for the image of the warm interpreter; packages/engine/python/interpreter.ts tries them in this order. */
function cacheFolders() {
  const own = process.getuid ? `-${process.getuid()}` : ''
  return [join(ROOT, '.cache'), join(tmpdir(), `gearboard-engine${own}`)].filter((folder) => {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** The `node_modules` folder that holds the package. */
function packagesOf(name) {
  const path = fileURLToPath(import.meta.resolve(name))
  return path.slice(0, path.lastIndexOf('node_modules') + 'node_modules'.length)
}

/** Of Node's permission model: files of the engine alone, and no other program. Empty where this Node has none. */
function permissions() {
  const known = process.allowedNodeEnvironmentFlags
  const model = MODELS.find((name) => known.has(name))
  // A Node that cannot be kept from warning of its own switches has one of the first versions of the model.
  if (model === undefined || !known.has('--disable-warning')) return []
  const written = cacheFolders().map((folder) => realpathSync(folder))
  const read = [...READ.map((name) => realpathSync(join(ROOT, name))), ...new Set(PACKAGES.map(packagesOf))]
  return [
    model,
    ...ALLOWED.filter((name) => known.has(name)),
    ...[...read, ...written].map((path) => `--allow-fs-read=${path}`),
    ...written.map((path) => `--allow-fs-write=${path}`),
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=SecurityWarning',
  ]
}

/**
 * Switches of Node: no text becomes JavaScript (packages/engine/main/main.ts does the same for workers, however it was started), and the
 * files it may reach.
 */
export const engineSwitches = () => ['--disallow-code-generation-from-strings', ...permissions()]

/** The part of an environment that the engine may have. */
export function engineEnvironment(env) {
  return Object.fromEntries(INHERITED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))
}

/** The same, with the password. */
export const withPassword = (env, password) => ({ ...env, [PASSWORD]: password })

/** Cuts the environment of this process down to what the engine may have. */
export function forgetEnvironment() {
  const kept = engineEnvironment(process.env)
  for (const name of Object.keys(process.env)) if (!(name in kept)) delete process.env[name]
}

const SHORTEST = 8
const LONGEST = 256

/**
 * The password that GEARBOARD_ENGINE_PASSWORD asks for; undefined where it is not set, or empty.
 * @throws Error that names the variable and what would be right, never the value
 */
export function givenPassword(env) {
  const text = env[PASSWORD]
  if (text === undefined || text === '') return undefined
  const rule = `${PASSWORD} must be ${SHORTEST} to ${LONGEST} visible ASCII characters`
  if (/[^!-~]/.test(text)) throw new Error(`${rule}; it contains a space, a control character or a non-ASCII letter`)
  if (text.length < SHORTEST || text.length > LONGEST) throw new Error(`${rule}; it has ${text.length}`)
  return text
}

/** Only the process that starts the engine knows it. */
export const randomPassword = () => randomBytes(32).toString('base64url')
