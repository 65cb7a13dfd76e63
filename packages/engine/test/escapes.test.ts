import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildEngine } from '../../../bin/build-engine.mjs'
import { engineSwitches } from '../../../bin/engine-start.mjs'
import { freePorts } from '../../../test/free-ports'
import { type ScenarioArgument, type ScenarioValue, TypedConnection } from './conformance/wire'
import { type Attempt, type EscapeTarget, LUA, LUA_BINARY, PYTHON, pythonScript } from './escape-attempts'
import { formCluster, type SendCommand } from './gears-harness'
import { type RunningServer, startEngineWith } from './keyspace-harness'
import { buildWheel } from './wheel-index'

/** Runs the attempts on one engine of two shards, started as Gearboard starts it. */

const SECRET = 'secret-of-the-dashboard'
const CONTENT = 'content-of-a-file-of-the-host'
const PASSWORD = 'password-of-this-engine'
const SHARDS = [0, 1]
const OPTIONS = ['--shards', '2', '--no-index']

const folder = mkdtempSync(join(tmpdir(), 'gearboard-escapes-'))
const wheels = mkdtempSync(join(tmpdir(), 'gearboard-evil-wheels-'))
const listener = createServer((socket) => {
  visitors += 1
  socket.destroy()
})
const wires: TypedConnection[] = []
let visitors = 0
let engine: RunningServer
let target: EscapeTarget
let sends: SendCommand[] = []
let runIds: readonly string[] = []

async function runIdOf(send: SendCommand): Promise<string> {
  return /run_id:(\w+)/.exec(JSON.stringify(await send('INFO', 'server')))?.[1] ?? ''
}

const ask = (...argv: ScenarioArgument[]): Promise<ScenarioValue> =>
  sends[0]?.(...argv) ?? Promise.reject(new Error('no engine'))

beforeAll(async () => {
  writeFileSync(join(folder, 'file'), CONTENT)
  const evil = buildWheel('evil', '1', "__import__('os').system('id')", {
    files: {
      'evil.pth': "import os; os.environ['PTH'] = '1'\n",
      'sitecustomize.py': 'import js\n',
      'js_bridge.py': 'import js\n',
    },
  })
  writeFileSync(join(wheels, evil.file), evil.bytes)
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  target = { file: join(folder, 'file'), folder, port }
  // The engine drops its environment except for a short list of names.
  const env = { GEARBOARD_PASSWORD: SECRET, GEARBOARD_ENGINE_PASSWORD: PASSWORD, HOST_SECRET: SECRET }
  const first = String(await freePorts(SHARDS.length))
  await buildEngine()
  const started = engineSwitches()
  const model = started.some((name) => name.startsWith('--allow-fs-read='))
  const switches = model ? [...started, `--allow-fs-read=${realpathSync(wheels)}`] : started
  engine = await startEngineWith({ env, switches }, '--port', first, ...OPTIONS, '--find-links', wheels)
  sends = await Promise.all(
    SHARDS.map(async (shard) => {
      const wire = await TypedConnection.open('127.0.0.1', engine.port + shard)
      wires.push(wire)
      const send: SendCommand = (...argv) => wire.command(argv, 60_000)
      expect(await send('AUTH', PASSWORD)).toEqual({ '+': 'OK' })
      return send
    }),
  )
  await formCluster(sends)
  runIds = await Promise.all(sends.map(runIdOf))
})

afterAll(async () => {
  for (const wire of wires) wire.close()
  await engine?.stop()
  listener.close()
  for (const each of [folder, wheels]) rmSync(each, { recursive: true, force: true })
})

/** What an attempt returned on each shard. */
async function told(script: string, ...more: readonly string[]): Promise<readonly string[]> {
  const reply = await ask('RG.PYEXECUTE', script, ...more)
  const [results, errors] = Array.isArray(reply) ? reply : [undefined, reply]
  expect(errors, JSON.stringify(reply)).toEqual([])
  return Array.isArray(results) ? results.map(String) : []
}

for (const [family, attempts] of Object.entries(PYTHON))
  describe(`Python: ${family}`, () => {
    it.each(Object.entries(attempts))('%s', async (_, attempt: Attempt) => {
      const results = await told(pythonScript(attempt, target))
      expect(results).toHaveLength(SHARDS.length)
      for (const result of results) {
        expect(result).toMatch(attempt.gets)
        for (const secret of [SECRET, CONTENT, PASSWORD]) expect(result).not.toContain(secret)
      }
    })
  })

describe('Python: what comes from elsewhere', () => {
  it('a function that another shard pickled', async () => {
    const results = await told(`import os
class Evil:
    def __reduce__(self):
        return os.system, ('touch ${folder}/pickled',)
evil = Evil()
GB('ShardsIDReader').map(lambda x: str(evil)).run()`)
    expect(results).toContain('32512')
  })

  it('a function whose pickle looks for JavaScript where it arrives', async () => {
    const results = await told(`class Evil:
    def __reduce__(self):
        return eval, ("[m for m in __import__('sys').modules if 'pyodide' in m or m == 'js']",)
evil = Evil()
GB('ShardsIDReader').map(lambda x: str(evil)).run()`)
    expect(results).toContain('[]')
  })

  it('a requirement', async () => {
    const script = `
def attempt(x):
    import evil, os
    try:
        import js_bridge
        return 'js'
    except ImportError:
        return f'{evil.VALUE} {os.environ.get("PTH")}'
GB('ShardsIDReader').map(attempt).run()`
    expect(await told(script, 'REQUIREMENTS', 'evil')).toEqual(SHARDS.map(() => '32512 None'))
  })

  for (const requirement of ['evil @ file:///etc/passwd', '../../etc/passwd', '-r /etc/passwd', 'evil @ data:,x'])
    it(`a requirement that is ${requirement}`, async () => {
      expect(await ask('RG.PYEXECUTE', "GB('ShardsIDReader').run()", 'REQUIREMENTS', requirement)).toMatchObject({
        '-': expect.stringContaining('Could not satisfy requirements'),
      })
    })
})

describe('Lua', () => {
  it.each(Object.entries(LUA))('%s', async (_, { source, gets }) => {
    const reply = await ask('EVAL', source, '0')
    const text = typeof reply === 'string' ? reply : JSON.stringify(reply)
    expect(text).toMatch(gets)
    for (const secret of [SECRET, CONTENT]) expect(text).not.toContain(secret)
  })

  it.each(Object.entries(LUA_BINARY))('%s', async (_, script) => {
    for (const command of [
      ['EVAL', { hex: script.toString('hex') }, '0'],
      ['SCRIPT', 'LOAD', { hex: script.toString('hex') }],
    ] satisfies ScenarioArgument[][])
      expect(await ask(...command)).toMatchObject({ '-': expect.stringMatching(/^ERR Error compiling script/) })
  })
})

describe('afterwards', () => {
  it('nothing was written, nobody was visited, and both shards serve on', async () => {
    expect(readdirSync(folder)).toEqual(['file'])
    expect(visitors).toBe(0)
    expect(await Promise.all(sends.map(runIdOf))).toEqual(runIds)
  })

  it('who has no password is told nothing', async () => {
    const stranger = await TypedConnection.open('127.0.0.1', engine.port)
    wires.push(stranger)
    for (const command of [
      ['RG.PYEXECUTE', '1'],
      ['EVAL', 'return 1', '0'],
      ['CONFIG', 'GET', 'requirepass'],
      ['INFO'],
    ])
      expect(await stranger.command(command, 60_000)).toEqual({ '-': 'NOAUTH Authentication required.' })
  })
})
