// `gearboard/engine`: the embedded RedisGears from code, as a process of its own that ends with this one. start-engine.d.mts has the types.
import { once } from 'node:events'
import { join } from 'node:path'
import { buildEngine } from './build-engine.mjs'
import { engineEnvironment, engineSwitches, givenPassword, withPassword } from './engine-start.mjs'
import { endAll, freePorts, ROOT, startNode } from './processes.mjs'

/** What an engine that did not start had printed, at most this many characters of it. */
const MOST_PRINTED = 4000

function argumentsOf({ host, seed, dir, findLinks, indexUrl, gearsVersion, moduleArgs, pythonMemoryMb }) {
  const given = [
    ['--host', host],
    ['--dir', dir],
    ['--find-links', findLinks],
    ['--index-url', indexUrl],
    ['--gears-version', gearsVersion],
    ['--python-memory', pythonMemoryMb],
    ['--module-args', moduleArgs && Object.entries(moduleArgs).flat().join(' ')],
  ].flatMap(([name, value]) => (value === undefined ? [] : [name, String(value)]))
  if (seed) given.push(seed === 'events' ? '--seed-events' : '--seed')
  if (indexUrl === undefined) given.push('--no-index')
  return given
}

export async function startEngine(options = {}) {
  const { host = '127.0.0.1', shards = 1, password } = options
  if (!Number.isInteger(shards) || shards < 1 || shards > 32)
    throw new RangeError(`shards must be a whole number from 1 to 32, not ${shards}`)
  if (password !== undefined) givenPassword({ GEARBOARD_ENGINE_PASSWORD: password })
  const port = options.port ?? (await freePorts(shards))
  await buildEngine()
  const args = [...engineSwitches(), join(ROOT, 'bin/engine.mjs'), '--port', String(port), '--shards', String(shards)]
  const inherited = withPassword(engineEnvironment(process.env), password ?? '')
  const child = startNode([...args, ...argumentsOf(options)], { inherited, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      printed = (printed + text).slice(-MOST_PRINTED)
    })
    stream.unref()
  }
  const ended = once(child, 'exit').then(() => false)
  if (!(await Promise.race([once(child, 'message').then(() => true), ended])))
    throw new Error(`the embedded RedisGears did not start: ${printed.trim()}`)
  // A program that forgets to stop it can end, and it ends with that.
  child.unref()
  child.channel.unref()
  const credentials = password === undefined ? '' : `:${encodeURIComponent(password)}@`
  const urls = Array.from({ length: shards }, (_, i) => `redis://${credentials}${host}:${port + i}`)
  const stop = async () => {
    await endAll([child])
  }
  return {
    port,
    url: urls[0],
    urls,
    pid: child.pid,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
