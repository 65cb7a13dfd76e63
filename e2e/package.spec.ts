import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'playwright/test'
import { freePorts } from '../test/free-ports'
import { answersOn, type StartedServer, start, startEngine } from './servers'

// The package, as npm packs and installs it, and the image, whose last stage holds that and nothing else.
test.describe.configure({ mode: 'serial', timeout: 240_000 })
test.skip(process.platform === 'win32', 'the image and its users are those of Linux')

const ROOT = resolve(import.meta.dirname, '..')
/** Largest size of the packed package, bytes. */
const LARGEST = 60e6
/** Other majors that Gearboard supports than the one that runs the tests; exact, as every dependency. */
const OTHER_NODES = ['22.23.5', '24.22.3']
/** The user `nobody`: who may write nothing. Only root can become one. */
const NOBODY = process.getuid?.() === 0 ? 65_534 : undefined

const folder = mkdtempSync(join(tmpdir(), 'gearboard-package-'))
const inFolder = (path: string) => join(folder, path)
const image = readImage(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'))
let app = inFolder('/app')
const started: StartedServer[] = []

interface Image {
  /** Commands of the first stage that write to folders of the image, in order. */
  readonly commands: readonly string[]
  readonly copies: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly user: string
  readonly health: readonly string[]
  readonly command: readonly string[]
}

/** The lines of a Dockerfile that this test follows. */
function readImage(text: string): Image {
  const [build = '', last = ''] = text
    .replace(/^#.*$/gm, '')
    .replace(/\\\n\s*/g, '')
    .split(/^FROM .*$/m)
    .slice(1)
  const all = (stage: string, name: string) =>
    [...stage.matchAll(new RegExp(`^${name} +(.*)$`, 'gm'))].map(([, rest = '']) => rest)
  const listIn = (line = '[]'): string[] => JSON.parse(line.slice(line.indexOf('[')))
  return {
    commands: all(build, 'RUN').filter((command) => command.includes('/app')),
    copies: all(last, 'COPY'),
    env: Object.fromEntries(
      all(last, 'ENV')
        .flatMap((line) => line.split(/\s+/))
        .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    ),
    user: all(last, 'USER').at(-1) ?? 'root',
    health: listIn(all(last, 'HEALTHCHECK')[0]),
    command: listIn(all(last, 'CMD')[0]),
  }
}

const readJson = (path: string): object => JSON.parse(readFileSync(path, 'utf8'))

test.beforeAll(() => {
  chmodSync(folder, 0o755)
  for (const command of image.commands)
    execFileSync('sh', ['-ec', command.replaceAll(/(?<= )\/(?=app\b|pack\b)/g, `${folder}/`)], {
      cwd: ROOT,
      stdio: 'pipe',
    })
  // As a copy may have it: every file and folder is newer than the build.
  execFileSync('find', [app, '-exec', 'touch', '{}', '+'])
})
test.afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()))
})
test.afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A folder that the user of the image may write to. */
function dataFolder(name: string): string {
  const data = inFolder(name)
  mkdirSync(data)
  if (NOBODY !== undefined) chownSync(data, NOBODY, NOBODY)
  return data
}

/** Runs the package in `app`, as somebody who may not write there. @param wrapper what runs the command instead of the system */
async function run(command: readonly string[], env: Record<string, string>, wrapper: readonly string[] = []) {
  const port = await freePorts()
  const [program = '', ...args] = [...wrapper, ...command]
  const server = await start(
    program,
    args,
    {
      port,
      scheme: 'http',
      cwd: app,
      // The image listens on all addresses.
      env: { ...image.env, HOST: '127.0.0.1', PORT: String(port), GEARBOARD_URL: '', ...env },
      ...(NOBODY !== undefined && wrapper.length === 0 && { runAs: NOBODY }),
    },
    () => answersOn(port),
  )
  started.push(server)
  return server
}

const connectionOf = async ({ url }: StartedServer) =>
  (await (await fetch(`${url}/api/connections`)).json()).connections[0]

/** It answers, watches what it should, serves a page with its scripts, and ends when it is asked to. */
async function expectAlive(server: StartedServer, watched: object) {
  await expect.poll(() => connectionOf(server), { timeout: 90_000 }).toMatchObject({ status: 'live', ...watched })
  const page = await (await fetch(`${server.url}/default/overview`)).text()
  const script = /src="(\/_next\/static\/[^"]+\.js)"/.exec(page)?.[1]
  expect((await fetch(`${server.url}${script}`)).status).toBe(200)
  await server.stop('SIGTERM')
  expect(server.output()).not.toMatch(/Building Gearboard|EROFS|EACCES|Cannot find module/)
  expect(await answersOn(server.port)).toBe(false)
}

test('the package is small, and holds no tests, no maps, no pictures and no path of this machine', () => {
  const [name = ''] = readdirSync(inFolder('/pack'))
  const packed = statSync(inFolder(`/pack/${name}`)).size
  expect(packed).toBeLessThan(LARGEST)
  const installed = join(app, 'node_modules/gearboard')
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' })
  expect(
    files.filter((file) => /\.(map|tsx|png|snap)$|\.test\.|\.spec\.|(^|\/)(tests?|e2e|screenshots)\//.test(file)),
  ).toEqual([])
  expect(files.length).toBeGreaterThan(500)
  const told = spawnSync('grep', ['-rlF', '-e', ROOT, '-e', `${homedir()}/`, installed], { encoding: 'utf8' })
  expect(told.stdout).toBe('')
})

test('the image starts on the embedded RedisGears as a user who may write nothing but the data, and ends on SIGTERM', async () => {
  expect(image).toMatchObject({ copies: ['--from=build /app ./'], user: 'node' })
  const server = await run(image.command, { GEARBOARD_DATA: dataFolder('data') })
  const health = () =>
    spawnSync(image.health[0] ?? '', image.health.slice(1), {
      cwd: app,
      env: { ...process.env, PORT: String(server.port) },
    })
  expect(health().status).toBe(0)
  await expectAlive(server, { embedded: true })
  expect(health().status).toBe(1)
  expect(existsSync(inFolder('data/history.db'))).toBe(true)
})

test('the image on a given RedisGears, under a path of a site', async () => {
  const engine = await startEngine()
  started.push(engine)
  const server = await run(image.command, {
    GEARBOARD_URL: engine.url,
    GEARBOARD_DATA: dataFolder('given'),
    GEARBOARD_BASE_PATH: '/gears',
  })
  await expect.poll(() => connectionOf(server), { timeout: 60_000 }).toMatchObject({ status: 'live', embedded: false })
  expect(await (await fetch(`${server.url}/gears/default/overview`)).text()).toContain('src="/gears/_next/static/')
})

test('the image as the first process of a container, which no signal ends by default', async () => {
  const isolate = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc']
  test.skip(
    NOBODY === undefined || spawnSync(isolate[0] ?? '', [...isolate.slice(1), 'true']).status !== 0,
    'it needs root',
  )
  const server = await run(image.command, { GEARBOARD_DATA: dataFolder('first') }, isolate)
  await expect.poll(() => connectionOf(server), { timeout: 90_000 }).toMatchObject({ status: 'live' })
  const [first] = execFileSync('pgrep', ['-f', '-P', String(server.pid), 'gearboard.mjs'], { encoding: 'utf8' }).split(
    '\n',
  )
  process.kill(Number(first), 'SIGTERM')
  await expect.poll(() => answersOn(server.port)).toBe(false)
  await expect.poll(() => existsSync(`/proc/${first}`)).toBe(false)
})

/** A program of somebody who has installed the package. */
const PROGRAM = `
import { startEngine } from 'gearboard/engine'
import { commandReader, Gears, GearsError, py, RedisGears } from 'gearboard/gears'
import { Redis } from 'ioredis'

const engine = await startEngine({ shards: 3, password: 'p@ss:w/o%rd', moduleArgs: { MaxExecutions: 50 } })
const gears = new RedisGears(engine.url, { timeoutMs: 30_000 })
await gears.refreshCluster()
const greet = commandReader({ desc: 'greet' })
  .map(py\`lambda call: 'Hello, ' + call[1]\`)
  .register({ trigger: 'hello', mode: 'async_local' })
await greet.on(gears, { id: 'greet' })
const said = await gears.trigger('hello', 'Ada')
const shards = (await gears.dumpRegistrations()).flatMap((answer) => ('value' in answer ? answer.value.length : []))
// @ts-expect-error: it is a number
const wrong = () => startEngine({ shards: '3' })
const failed: unknown = await gears.pyexecute('no python').catch((error: unknown) => error)
const redis = new Redis(engine.url)
const own = new Gears(redis)
const { gearsVersion } = await own.probe()
const code = failed instanceof GearsError ? failed.code : undefined
console.log(JSON.stringify({ said, shards, code, gearsVersion, urls: engine.urls.length, wrong: typeof wrong }))
await own.close()
redis.disconnect()
await gears.close()
await engine.stop()
// One that is forgotten keeps no program from ending, and ends with it.
const forgotten = await startEngine()
console.log(String(forgotten.pid))
`

test('a program imports the client and the engine, with types for either way to resolve modules', async () => {
  writeFileSync(join(app, 'package.json'), JSON.stringify({ ...readJson(join(app, 'package.json')), type: 'module' }))
  writeFileSync(join(app, 'use.ts'), PROGRAM)
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const strict = ['--strict', '--noUncheckedIndexedAccess', '--target', 'es2023', '--lib', 'es2023,esnext.disposable']
  const types = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')]
  for (const how of [
    ['--module', 'node16'],
    ['--module', 'esnext', '--moduleResolution', 'bundler'],
  ]) {
    const checked = spawnSync(process.execPath, [tsc, ...strict, ...types, ...how, 'use.ts'], {
      cwd: app,
      encoding: 'utf8',
    })
    expect(checked.stdout).toBe('')
  }
  const printed = execFileSync(process.execPath, ['use.js'], { cwd: app, encoding: 'utf8', timeout: 120_000 })
  const [line = '', forgotten] = printed.trim().split('\n')
  expect(JSON.parse(line)).toEqual({
    said: ['Hello, Ada'],
    shards: [1, 1, 1],
    code: 'rejected',
    gearsVersion: '1.2.13',
    urls: 3,
    wrong: 'function',
  })
  const runs = () => spawnSync('kill', ['-0', String(forgotten)]).status === 0
  await expect.poll(runs).toBe(false)
})

test('from a path with spaces, by its own name, on the other versions of Node', async () => {
  const moved = inFolder('my app')
  renameSync(app, moved)
  app = moved
  const platform = `node-${process.platform}-${process.arch}`
  const aliases = OTHER_NODES.map((version) => `node${version}@npm:${platform}@${version}`)
  execFileSync(
    'npm',
    ['install', '--prefix', inFolder('nodes'), '--no-audit', '--no-fund', '--prefer-offline', ...aliases],
    { stdio: 'pipe' },
  )
  for (const version of OTHER_NODES) {
    const node = inFolder(`nodes/node_modules/node${version}/bin/node`)
    expect(execFileSync(node, ['--version'], { encoding: 'utf8' })).toContain(version)
    const server = await run([node, join(moved, 'node_modules/.bin/gearboard')], {
      GEARBOARD_DATA: dataFolder(version),
    })
    await expectAlive(server, { embedded: true })
  }
})
