#!/usr/bin/env node
// Starts Gearboard: an embedded RedisGears when no connection is given, then the dashboard. Ctrl-C ends both.
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readBasePath } from '../lib/server/base-path.mjs'
import { listenRefusal } from '../lib/server/listen-rule.mjs'
import { build, isBuilt, SERVER } from './build.mjs'
import { buildDoor } from './build-door.mjs'
import { buildEngine } from './build-engine.mjs'
import { defaultDataFolder } from './data-folder.mjs'
import { engineEnvironment, engineSwitches, givenPassword, randomPassword, withPassword } from './engine-start.mjs'
import { isHealthy, schemeOf } from './health.mjs'
import { endAll, freePorts, isFree, killAll, ROOT, startNode, whenNpmEnds } from './processes.mjs'
import { supervise, UNWRITTEN, WRONG_SETTINGS } from './supervise.mjs'

const HELP = `gearboard: the dashboard for RedisGears 1.x

  npm start                                     on the embedded RedisGears
  GEARBOARD_URL=redis://user:pass@host:6379/ npm start   on yours
  GEARBOARD_CONFIG=gearboard.config.json npm start       on several
  npm run engine -- --port 6390                 the embedded RedisGears alone

  --dev       development server, rebuilds as files change
  --help      this text

Environment: PORT (3000), HOST (127.0.0.1), GEARBOARD_URL, GEARBOARD_PASSWORD, GEARBOARD_LOCAL_USERS=1, GEARBOARD_OIDC_ISSUER,
GEARBOARD_READ_ONLY=1, GEARBOARD_SHARDS (shards of the embedded RedisGears), GEARBOARD_ENGINE_PASSWORD (its password, random unless given),
GEARBOARD_DATA (.gearboard), GEARBOARD_BASE_PATH, GEARBOARD_TLS_CERT, GEARBOARD_TLS_KEY. See README.md for each.`

const CONFIG_NAME = 'gearboard.config.json'

/** What the engine exits with when its command line is wrong. */
const ENGINE_REFUSES = 2

const DEVELOPMENT_DOOR = join(ROOT, 'dist/door.mjs')

const children = new Set()
let ending = false

async function end(code) {
  if (ending) return
  ending = true
  const codes = await endAll([...children])
  process.exit(codes.includes(UNWRITTEN) ? UNWRITTEN : code)
}

function fail(message) {
  if (ending) return
  console.error(`gearboard: ${message}`)
  return end(1)
}

/** Child that must live as long as Gearboard does. */
function keep(child, onExit) {
  children.add(child)
  child.once('exit', (code, signal) => {
    children.delete(child)
    if (!ending) onExit(signal ?? code)
  })
  return child
}

function readSettings() {
  const { values, positionals } = parseArgs({
    options: { dev: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  if (values.help || positionals.length > 0) {
    console.log(HELP)
    process.exit(values.help ? 0 : 2)
  }
  const port = Number(process.env.PORT ?? 3000)
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Error(`PORT must be a number from 1 to 65535, not ${JSON.stringify(process.env.PORT)}`)
  }
  const shards = Number(process.env.GEARBOARD_SHARDS ?? 3)
  if (!Number.isInteger(shards) || shards < 1 || shards > 32) {
    throw new Error(
      `GEARBOARD_SHARDS must be a number from 1 to 32, not ${JSON.stringify(process.env.GEARBOARD_SHARDS)}`,
    )
  }
  const host = process.env.HOST ?? '127.0.0.1'
  const refusal = listenRefusal({
    host,
    signIn:
      Boolean(
        process.env.GEARBOARD_PASSWORD || process.env.GEARBOARD_PROXY_USER_HEADER || process.env.GEARBOARD_OIDC_ISSUER,
      ) || process.env.GEARBOARD_LOCAL_USERS === '1',
    insecure: process.env.GEARBOARD_INSECURE === '1',
  })
  if (refusal) throw new Error(refusal)
  const enginePassword = givenPassword(process.env) ?? randomPassword()
  const url = process.env.GEARBOARD_URL
  const config = configFile()
  const own = !url && (process.env.GEARBOARD_EMBEDDED === '1' || !declaresConnections(config))
  return { dev: values.dev, port, shards, host, enginePassword, own, config }
}

/** The file that declares connections: the one that is named, or the one that is here. */
function configFile() {
  if (process.env.GEARBOARD_CONFIG) return resolve(process.env.GEARBOARD_CONFIG)
  const here = resolve(CONFIG_NAME)
  return existsSync(here) ? here : undefined
}

/** What is wrong with the file the dashboard says as it starts. */
function declaresConnections(config) {
  if (config === undefined) return false
  try {
    return JSON.parse(readFileSync(config, 'utf8')).connections?.length > 0
  } catch {
    return true
  }
}

/** The state of the embedded RedisGears, as reported to the dashboard: see EngineState in lib/model/connection/connection.ts. */
let engineState
let dashboard

function reportEngine(state) {
  engineState = { state, since: performance.now() }
  tellDashboard()
}

function tellDashboard() {
  if (!engineState || !dashboard?.connected) return
  const forMs = performance.now() - engineState.since
  dashboard.send({ engine: { ...engineState.state, forMs } }, () => {})
}

/** Starts the embedded RedisGears, again when it dies, and resolves with its URL at once: the dashboard waits for it by itself. */
async function startEngine(shards, password) {
  const port = process.env.GEARBOARD_ENGINE_PORT ?? String(await freePorts(shards))
  await buildEngine()
  const args = [
    ...engineSwitches(),
    join(ROOT, 'bin/engine.mjs'),
    '--port',
    port,
    '--shards',
    String(shards),
    '--seed-events',
  ]
  // Not an argument: every user of the machine can read those.
  const environment = { inherited: withPassword(engineEnvironment(process.env), password) }
  supervise({
    name: 'the embedded RedisGears',
    start: (ended) => {
      reportEngine({ state: 'starting' })
      const engine = keep(startNode(args, environment), ended)
      engine.once('message', () => reportEngine({ state: 'ready' }))
    },
    wanted: (reason) => (reason === ENGINE_REFUSES ? 'the embedded RedisGears refuses its settings' : undefined),
    giveUp: fail,
    report: (reason, waitMs) => reportEngine({ state: 'ended', reason, waitMs }),
  })
  return `redis://:${encodeURIComponent(password)}@127.0.0.1:${port}`
}

/** Tells the dashboard that the RedisGears is Gearboard's own, and which folder has the functions to submit to it. */
const embedded = async (shards, password) => ({
  GEARBOARD_URL: await startEngine(shards, password),
  GEARBOARD_EMBEDDED: '1',
  GEARBOARD_SAMPLE_DATA: join(ROOT, 'packages/engine/seed'),
})

/** Whatever the environment says: no function of the example shop is submitted to a server that is given. */
const NOT_EMBEDDED = { GEARBOARD_EMBEDDED: '', GEARBOARD_SAMPLE_DATA: '' }

async function main() {
  const { dev, port, shards, host, enginePassword, own, config } = readSettings()
  if (!(await isFree(port, host.replace(/[[\]]/g, '')))) {
    throw new Error(`port ${port} of ${host} is in use or not permitted; set PORT to another one`)
  }
  if (!dev && !isBuilt()) {
    console.log('Building Gearboard once; this takes about half a minute.')
    await build((child) => keep(child, () => {}))
  }
  const env = {
    NEXT_TELEMETRY_DISABLED: '1',
    GEARBOARD_DATA: resolve(process.env.GEARBOARD_DATA || defaultDataFolder(process.env)),
    PORT: String(port),
    HOST: host,
    HOSTNAME: host,
    ...(!dev && { GEARBOARD_STDOUT_FD: '4' }),
    // The development server runs in a child of its own child, which is reached by the environment alone.
    ...(dev ? { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=${await buildDoor(DEVELOPMENT_DOOR)}` } : {}),
    ...(config && { GEARBOARD_CONFIG: config }),
    ...(own ? await embedded(shards, enginePassword) : NOT_EMBEDDED),
  }
  const next = join(ROOT, 'node_modules/next/dist/bin/next')
  const command = dev ? [next, 'dev', '--hostname', host, '--port', String(port)] : [SERVER]
  // What Next prints on its standard output is hidden; ours is handed on beside it.
  const stdio = dev
    ? ['ignore', 'inherit', 'inherit', 'ipc']
    : ['ignore', 'ignore', 'inherit', 'ipc', process.stdout.fd]
  const name = host.includes(':') ? `[${host.replace(/[[\]]/g, '')}]` : host
  const everywhere = ['127.0.0.1', '0.0.0.0', '[::]'].includes(name)
  const scheme = schemeOf(process.env)
  const shown = `${scheme}://${everywhere ? 'localhost' : name}:${port}${readBasePath(process.env.GEARBOARD_BASE_PATH) ?? ''}`
  const reached = `${scheme}://${everywhere ? '127.0.0.1' : name}:${port}`
  let told = false
  const tell = async (child) => {
    while (running(child) && !(await isHealthy(reached))) await new Promise((done) => setTimeout(done, 100))
    if (!running(child)) return
    if (told) console.error('gearboard: the dashboard answers again')
    else console.log(`Gearboard: ${shown}${own ? '  (embedded RedisGears)' : ''}\nPress Ctrl-C to stop.`)
    told = true
  }
  supervise({
    name: 'the dashboard',
    start: (ended) => {
      const options = { env: { ...env, NODE_ENV: dev ? 'development' : 'production' }, stdio }
      dashboard = keep(startNode(command, options), ended)
      tellDashboard()
      tell(dashboard)
    },
    wanted: dashboardEnd,
    giveUp: fail,
  })
}

/** The dashboard has printed its own message about its settings; only a signal ends it without an error. */
function dashboardEnd(reason) {
  if (reason === WRONG_SETTINGS) return 'the dashboard refuses its settings'
  if (reason === UNWRITTEN) return 'the dashboard was stopped; entries it could not write are printed above'
  return reason === 0 ? 'the dashboard was stopped' : undefined
}

const running = (child) => !ending && children.has(child)

/** One Ctrl-C arrives twice, from the terminal and from npm, which passes it on: a signal later than this is a second one, ms. */
const SAME_PRESS_MS = 500
let askedAt

/** A second request ends the children at once. */
function endOnSignal() {
  askedAt ??= performance.now()
  if (!ending) return void end(0)
  if (performance.now() - askedAt < SAME_PRESS_MS) return
  killAll(children)
  process.exit(0)
}

if (process.argv[2] === 'engine') {
  process.argv.splice(2, 1)
  await import('./engine.mjs')
} else {
  // SIGHUP: the terminal was closed.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, endOnSignal)
  whenNpmEnds(() => end(0))
  main().catch((error) => fail(error.message))
}
