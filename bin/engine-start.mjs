// How the embedded RedisGears is started: what it inherits, which switches Node gets, and the password that its clients need.
import { randomBytes } from 'node:crypto'

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

/** Switches of Node: no text becomes JavaScript. engine/main.ts sets the same for workers, whoever started it. */
export const ENGINE_SWITCHES = ['--disallow-code-generation-from-strings']

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
  if (/[^!-~]/.test(text)) throw new Error(`${rule}; it contains a blank, a control character or a letter beyond ASCII`)
  if (text.length < SHORTEST || text.length > LONGEST) throw new Error(`${rule}; it has ${text.length}`)
  return text
}

/** Nobody knows it but who started the engine. */
export const randomPassword = () => randomBytes(32).toString('base64url')
