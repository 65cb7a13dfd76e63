import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ScenarioArgument, type ScenarioValue, TypedConnection } from './conformance/wire'
import { CRASH, formCluster, until } from './gears-harness'
import { type RunningServer, startEngine } from './keyspace-harness'
import { buildWheel, WheelIndex } from './wheel-index'

/** Requirements: from a folder, from an index, for all scripts, between shards and between engines. */

const TIMEOUT_MS = 60_000
const OK = { '+': 'OK' }
const NOT_DOWNLOADED = { '-': 'Could not satisfy requirements (look at redis log file for more information)' }

type Send = (...argv: ScenarioArgument[]) => Promise<ScenarioValue>
const wires: TypedConnection[] = []
const folder = mkdtempSync(join(tmpdir(), 'gearboard-requirements-'))
let index: WheelIndex
let engine: RunningServer
let send: Send

async function connect(port: number): Promise<Send> {
  const wire = await TypedConnection.open('127.0.0.1', port)
  wires.push(wire)
  return (...argv) => wire.command(argv, TIMEOUT_MS)
}

beforeAll(async () => {
  index = await WheelIndex.start()
  engine = await startEngine('--find-links', folder, '--index-url', index.url)
  send = await connect(engine.port)
})

afterAll(async () => {
  for (const wire of wires) wire.close()
  await engine.stop()
  await index.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** A script that imports `module` and returns `expression` as its only result. */
const scriptOf = (module: string, expression: string): string =>
  `import ${module}\nGB('ShardsIDReader').map(lambda x: ${expression}).run()`

const required = (module: string, ...requirements: string[]): Promise<ScenarioValue> =>
  send('RG.PYEXECUTE', scriptOf(module, `${module}.VALUE`), 'REQUIREMENTS', ...requirements)

async function names(): Promise<string[]> {
  const list = await send('RG.PYDUMPREQS')
  return Array.isArray(list)
    ? list.map((entry: ScenarioValue) => String(Array.isArray(entry) ? entry[3] : '')).sort()
    : []
}

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

describe('from an index', () => {
  test('the newest version that runs here, with what it needs here', async () => {
    index
      .add(buildWheel('shapes', '1.9', "'old'"))
      .add(
        buildWheel('shapes', '1.10', "'new'", {
          requires: [
            'corners>=2,<3',
            'not-for-us; sys_platform == "win32" or python_version < "3"',
            "for-us ; (sys_platform=='emscripten' and python_full_version >= '3.12')",
            'drawing ; extra == "draw"',
          ],
        }),
      )
      .add(buildWheel('shapes', '2.0rc1', "'unfinished'"))
      .add(buildWheel('shapes', '3.0', "'withdrawn'"), { yanked: true })
      .add(buildWheel('shapes', '4.0', "'for others'"), { requiresPython: '<3.8' })
      .add(buildWheel('shapes', '5.0', "'compiled'", { tag: 'cp314-cp314-manylinux_2_17_x86_64' }))
      .add(buildWheel('shapes', '6.0', "'unsigned'"), { sha256: null })
      .add(buildWheel('corners', '2.5', '4'))
      .add(buildWheel('corners', '3.0', '5'))
      .add(buildWheel('for-us', '1', '1'))
      .add(buildWheel('drawing', '1', "'ink'"))
    expect(await required('shapes', 'shapes')).toEqual([['new'], []])
    const dump = JSON.stringify(await send('RG.PYDUMPREQS'))
    expect(dump).toContain(
      '"Wheels",["shapes-1.10-py3-none-any.whl","corners-2.5-py3-none-any.whl","for_us-1-py3-none-any.whl"]',
    )
    expect(await required('drawing', 'Shapes[draw] >=1.5')).toEqual([['ink'], []])
    expect(await required('shapes', 'shapes==1.9')).toEqual([['old'], []])
    expect(await required('shapes', 'shapes>=2.0rc0,<3')).toEqual([['unfinished'], []])
    expect(await required('shapes', 'shapes==3.0')).toEqual([['withdrawn'], []])
  })

  test('a condition that comes up late changes an earlier choice', async () => {
    index
      .add(buildWheel('late-a', '1', '1', { requires: ['late-c', 'late-b'] }))
      .add(buildWheel('late-b', '1', '1', { requires: ['late-c<2'] }))
      .add(buildWheel('late-c', '1.5', '15'))
      .add(buildWheel('late-c', '2.0', '20'))
    expect(await required('late_c', 'late-a')).toEqual([['15'], []])
    index.add(buildWheel('torn', '1', '1', { requires: ['late-c>=2', 'late-b'] }))
    expect(await required('torn', 'torn')).toEqual(NOT_DOWNLOADED)
  })

  test('a wheel by its URL, its hash checked', async () => {
    const wheel = buildWheel('placed', '1', "'by url'")
    const at = `${index.origin}/elsewhere/${wheel.file}`
    index.handle(`/elsewhere/${wheel.file}`, (response) => response.end(wheel.bytes))
    expect(await required('placed', `placed @ ${at}#sha256=${'0'.repeat(64)}`)).toEqual(NOT_DOWNLOADED)
    expect(await required('placed', `other @ ${at}`)).toEqual(NOT_DOWNLOADED)
    expect(await required('placed', 'placed @ file:///etc/passwd')).toEqual(NOT_DOWNLOADED)
    expect(await required('placed', `placed @ ${at}#sha256=${digestOf(wheel.bytes)}`)).toEqual([['by url'], []])
  })

  test('the folder comes first', async () => {
    const own = buildWheel('both', '1', "'folder'")
    writeFileSync(join(folder, own.file), own.bytes)
    index.add(buildWheel('both', '2', "'index'"))
    expect(await required('both', 'both')).toEqual([['folder'], []])
    expect(await required('both', 'both>1')).toEqual([['index'], []])
  })

  test('a library finds what scripts are given where RedGrease looks for it', async () => {
    const main = "__import__('__main__')"
    const names = `[${main}.${['GB', 'GearsBuilder', 'configGet', 'gearsConfigGet'].join(`, ${main}.`)}]`
    const gears =
      "[__import__('redisgears').__dict__[name] for name in ('atomicCtx', 'executeCommand', 'getMyHashTag', 'gearsFutureCtx')]"
    index.add(buildWheel('library', '1', `len(${names} + ${gears})`))
    expect(await required('library', 'library')).toEqual([['8'], []])
  })

  test('an index of HTML pages', async () => {
    const html = await WheelIndex.start('html')
    html
      .add(buildWheel('page', '1', "'html'"), { requiresPython: '>=3.8' })
      .add(buildWheel('page', '2', "'old Python'"), { requiresPython: '<3.8' })
      .add(buildWheel('page', '3', "'withdrawn'"), { yanked: true })
    const own = await startEngine('--index-url', html.url)
    try {
      const there = await connect(own.port)
      expect(await there('RG.PYEXECUTE', scriptOf('page', 'page.VALUE'), 'REQUIREMENTS', 'page')).toEqual([
        ['html'],
        [],
      ])
    } finally {
      await own.stop()
      await html.stop()
    }
  })
})

describe('what can not be had', () => {
  test("answers the module's own error, and leaves nothing", async () => {
    const wheel = buildWheel('swapped', '1', "'other bytes'")
    index
      .add(wheel, { sha256: 'a'.repeat(64) })
      .add(buildWheel('compiled', '1', '1', { tag: 'cp314-cp314-musllinux_1_2_x86_64' }))
      .add(buildWheel('escaping', '1', '1', { files: { '../../rg/_rg/api.py': 'broken' } }))
      .add({
        project: 'damaged',
        file: 'damaged-1-py3-none-any.whl',
        bytes: buildWheel('damaged', '1', '1').bytes.subarray(40),
      })
      .add(buildWheel('needy', '1', '1', { requires: ['nowhere-to-be-found'] }))
      .add(buildWheel('gone', '1', '1'))
      .handle('/files/gone-1-py3-none-any.whl', (response) => response.writeHead(404).end())
      .handle('/simple/broken-page/', (response) =>
        response.setHeader('content-type', 'application/json').end('{"files"'),
      )
      .handle('/simple/failing/', (response) => response.writeHead(503).end())
      .handle('/simple/cut/', (response) => response.writeHead(200, { 'content-length': '100' }).destroy())
    const before = await names()
    const refused = ['swapped', 'compiled', 'escaping', 'damaged', 'needy', 'gone', 'broken-page', 'failing', 'cut']
    for (const name of [...refused, 'unknown', 'swapped==', 'x ; python_version', '-r /etc/passwd', ''])
      expect(await send('RG.PYEXECUTE', 'x = 1', 'REQUIREMENTS', name), name).toEqual(NOT_DOWNLOADED)
    expect(await names()).toEqual(before)
    // A requirement that could be downloaded is not kept if another one of the same script could not.
    index.add(buildWheel('fine', '1', '1'))
    expect(await send('RG.PYEXECUTE', 'x = 1', 'REQUIREMENTS', 'fine', 'unknown')).toEqual(NOT_DOWNLOADED)
    expect(await names()).toEqual(before)
  })

  test('a file without end, and an index that says nothing, are given up; others are served meanwhile', async () => {
    index
      .add(buildWheel('endless', '1', '1'))
      .handle('/files/endless-1-py3-none-any.whl', (response) => {
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(1024 * 1024)));
        }
        response.on('drain', more)
        more()
      })
      .handle('/simple/silent/', () => undefined)
    const other = await connect(engine.port)
    const waiting = Promise.all([
      send('RG.PYEXECUTE', 'x = 1', 'REQUIREMENTS', 'silent'),
      (await connect(engine.port))('RG.PYEXECUTE', 'x = 1', 'REQUIREMENTS', 'endless'),
    ])
    let over = false
    const answers = waiting.finally(() => {
      over = true
    })
    expect(await other('SET', 'meanwhile', '1')).toEqual(OK)
    expect(await other('RG.PYEXECUTE', "GB('ShardsIDReader').run()")).toEqual([['1'], []])
    expect(over).toBe(false)
    expect(await answers).toEqual([NOT_DOWNLOADED, NOT_DOWNLOADED])
  })

  test('without a network nothing is asked', async () => {
    const own = await startEngine('--no-index')
    try {
      const there = await connect(own.port)
      const asked = index.asked.length
      const url = `placed @ ${index.origin}/elsewhere/placed-1-py3-none-any.whl`
      for (const name of ['shapes', url])
        expect(await there('RG.PYEXECUTE', 'x = 1', 'REQUIREMENTS', name)).toEqual(NOT_DOWNLOADED)
      expect(index.asked.length).toBe(asked)
    } finally {
      await own.stop()
    }
  })

  test('the name of the session may be taken while the wheels come', async () => {
    const wheel = buildWheel('held', '1', '1')
    let release = (): void => undefined
    index.add(wheel).handle(`/files/${wheel.file}`, (response) => {
      release = () => response.end(wheel.bytes)
      queued()
    })
    let queued = (): void => undefined
    const asked = new Promise<void>((resolve) => {
      queued = resolve
    })
    const register = "GB('CommandReader').register(trigger='held')"
    const late = send('RG.PYEXECUTE', register, 'ID', 'taken', 'REQUIREMENTS', 'held')
    await asked
    const other = await connect(engine.port)
    expect(await other('RG.PYEXECUTE', register, 'ID', 'taken')).toEqual(OK)
    release()
    expect(await late).toEqual({ '-': 'Session taken already exists' })
    expect(await names()).not.toContain('held')
  })
})

describe('installed for everyone, as pip installs', () => {
  /** What an import in any script finds now. */
  const found = (module: string, name: string): Promise<unknown> =>
    send(
      'RG.PYEXECUTE',
      `try:\n    from ${module} import ${name} as found\nexcept ImportError as failure:\n    found = str(failure)\nGB('ShardsIDReader').map(lambda x: found).run()`,
    )
  const registration = (trigger: string): string =>
    `import twin\ndef f(x):\n    from twin import inner\n    return f'{twin.VALUE} {inner.VALUE}'\nGB('CommandReader').map(f).register(trigger='${trigger}')`

  beforeAll(() => {
    index
      .add(buildWheel('twin', '1', '1', { files: { 'twin/inner.py': 'VALUE = 1\n', 'twin/old.py': 'VALUE = 1\n' } }))
      .add(buildWheel('twin', '2', '2', { files: { 'twin/inner.py': 'VALUE = 2\n' } }))
  })

  test('an error inside one shows the line of its source, also once another version took its place', async () => {
    index
      .add(buildWheel('raising', '1', '(lambda x: x[1])'))
      .add(buildWheel('raising', '2', '(lambda x: {}[x])'))
      .add(
        buildWheel('calling', '1', '1', {
          files: { 'calling/deep.py': 'def call(f):\n    # not this line\n    return f()\n' },
        }),
      )
    const failed = async (script: string, requirement: string) => {
      const reply = await send('RG.PYEXECUTE', script, 'REQUIREMENTS', requirement)
      return Array.isArray(reply) ? String(reply[1]) : ''
    }
    const script = "import raising\nGB('ShardsIDReader').map(lambda x: raising.VALUE([])).run()"
    expect(await failed(script, 'raising==1')).toContain('in <lambda>\\n    VALUE = (lambda x: x[1])\\n')
    expect(await failed(script, 'raising==2')).toContain('in <lambda>\\n    VALUE = (lambda x: {}[x])\\n')
    const deep = "from calling.deep import call\nGB('ShardsIDReader').map(lambda x: call(lambda: 1 / 0)).run()"
    expect(await failed(deep, 'calling')).toMatch(
      /line 3, in call\\n {4}return f\(\)\\n', ' {2}File "<string>", line 2, in <lambda>\\n',/,
    )
  })

  test('scripts that name nothing import it too: also after one that was empty, that only logs, or that failed', async () => {
    for (const [project, script] of [
      ['by-an-empty-one', ''],
      ['by-a-log', "log('here')"],
      ['by-a-failure', '1/0'],
      ['by-a-run', "GB('ShardsIDReader').run()"],
    ] as const) {
      index.add(buildWheel(project, '1', "'there'"))
      const module = project.replaceAll('-', '_')
      expect(await found(module, 'VALUE')).toEqual([[`No module named '${module}'`], []])
      await send('RG.PYEXECUTE', script, 'REQUIREMENTS', project)
      expect(await found(module, 'VALUE'), project).toEqual([['there'], []])
    }
    // A requirement is listed only after something ran or was registered with it.
    expect(await names()).toContain('by-a-run')
    expect(await names()).not.toContain('by-a-log')
  })

  test('of two versions there is the one that was installed last, without what only the other had', async () => {
    expect(await send('RG.PYEXECUTE', registration('one'), 'REQUIREMENTS', 'twin==1')).toEqual(OK)
    expect(await send('RG.TRIGGER', 'one')).toEqual(['1 1'])
    expect(await found('twin.old', 'VALUE')).toEqual([['1'], []])
    expect(await send('RG.PYEXECUTE', registration('two'), 'REQUIREMENTS', 'twin==2')).toEqual(OK)
    expect(await send('RG.TRIGGER', 'two')).toEqual(['2 2'])
    expect(await found('twin.old', 'VALUE')).toEqual([["No module named 'twin.old'"], []])
    // Code that holds a module keeps it, and imports the new one.
    expect(await send('RG.TRIGGER', 'one')).toEqual(['1 2'])
    // Both are known, so requesting the older one installs nothing.
    expect(await required('twin', 'twin==1')).toEqual([['2'], []])
    const forced = ['FORCE_REINSTALL_REQUIREMENTS', 'REQUIREMENTS', 'twin==1']
    expect(await send('RG.PYEXECUTE', scriptOf('twin', 'twin.VALUE'), ...forced)).toEqual([['1'], []])
    expect(await found('twin', 'VALUE')).toEqual([['1'], []])
  })

  test('FORCE_REINSTALL_REQUIREMENTS takes what is newest now; who had the old holds it as no longer listed', async () => {
    index.add(buildWheel('moving', '1', '1'))
    const script =
      "import moving\nGB('CommandReader').map(lambda x: __import__('moving').VALUE).register(trigger='moving')"
    expect(await send('RG.PYEXECUTE', script, 'ID', 'before', 'REQUIREMENTS', 'moving')).toEqual(OK)
    index.add(buildWheel('moving', '2', '2'))
    expect(await required('moving', 'moving')).toEqual([['1'], []])
    const forced = ['FORCE_REINSTALL_REQUIREMENTS', 'REQUIREMENTS', 'moving']
    expect(await send('RG.PYEXECUTE', '1/0', ...forced)).toHaveProperty('-')
    expect(await found('moving', 'VALUE')).toEqual([['1'], []])
    expect(await send('RG.PYEXECUTE', scriptOf('moving', 'moving.VALUE'), ...forced)).toEqual([['2'], []])
    expect(await send('RG.TRIGGER', 'moving')).toEqual(['2'])
    const sessions = JSON.stringify(await send('RG.PYDUMPSESSIONS', 'VERBOSE', 'SESSIONS', 'before'))
    expect(sessions).toContain('"IsInReqDictionary","no"')
    expect(JSON.stringify(await send('RG.PYDUMPREQS'))).toContain('"moving-2-py3-none-any.whl"')
  })
})

describe('from server to server', () => {
  test('a bundle goes to another engine as it is, and a damaged one is refused', async () => {
    index
      .add(buildWheel('bundled', '1', "'carried'", { requires: ['bundled-too'] }))
      .add(buildWheel('bundled-too', '1', '2'))
    expect(await required('bundled', 'bundled')).toEqual([['carried'], []])
    const chunk = chunksOf(await send('RG.PYEXPORTREQ', 'bundled'))
    const own = await startEngine('--no-index', '--shards', '3')
    try {
      const there = await connect(own.port)
      expect(await there('RG.PYIMPORTREQ', ...chunk)).toBe('OK')
      expect(await there('RG.PYEXECUTE', scriptOf('bundled', 'bundled.VALUE'), 'REQUIREMENTS', 'bundled')).toEqual([
        ['carried'],
        [],
      ])
      expect(wheelsOf(await there('RG.PYDUMPREQS'))).toEqual([
        'bundled-1-py3-none-any.whl',
        'bundled_too-1-py3-none-any.whl',
      ])
      const [first = { hex: '' }] = chunk
      const hex = typeof first === 'object' ? first.hex : ''
      expect(JSON.stringify(await there('RG.PYIMPORTREQ', { hex: hex.slice(0, -200) }))).toContain('Bad serialization')
    } finally {
      await own.stop()
    }
  })

  test('a bundle that a real RedisGears exported is imported', async () => {
    const recorded: unknown = JSON.parse(
      readFileSync(new URL('../../gears/testing/replies/standalone.json', import.meta.url), 'utf8'),
    )
    const chunk = recordedChunk(recorded)
    const own = await startEngine('--no-index')
    try {
      const there = await connect(own.port)
      expect(await there('RG.PYIMPORTREQ', { hex: chunk.toString('hex') })).toBe('OK')
      expect(await there('RG.PYEXECUTE', scriptOf('rgdemo', 'rgdemo.VALUE'), 'REQUIREMENTS', 'rgdemo')).toEqual([
        ['42'],
        [],
      ])
      expect(chunksOf(await there('RG.PYEXPORTREQ', 'rgdemo'))).toEqual([{ hex: chunk.toString('hex') }])
    } finally {
      await own.stop()
    }
  })

  test('every shard has them, also when one has crashed', async () => {
    index.add(buildWheel('spread', '1', "'everywhere'"))
    const own = await startEngine('--shards', '3', '--index-url', index.url, '--module-args', 'CreateVenv 1')
    try {
      const shards = await Promise.all((await portsOf(own.port)).map(connect))
      await formCluster(shards)
      const [first = send] = shards
      const run = scriptOf('spread', 'spread.VALUE')
      expect(await first('RG.PYEXECUTE', run, 'REQUIREMENTS', 'spread')).toEqual([Array(3).fill('everywhere'), []])
      // With CreateVenv, each shard has an environment of its own.
      const places = await first('RG.PYEXECUTE', scriptOf('spread', 'spread.__file__'))
      expect(new Set(Array.isArray(places) && Array.isArray(places[0]) ? places[0] : []).size).toBe(3)
      const lasting =
        "import spread\nGB('CommandReader').map(lambda x: __import__('spread').VALUE).register(trigger='spread', mode='async_local')"
      expect(await first('RG.PYEXECUTE', lasting, 'REQUIREMENTS', 'spread')).toEqual(OK)
      for (const shard of shards) expect(await shard('RG.TRIGGER', 'spread')).toEqual(['everywhere'])
      await first('RG.PYEXECUTE', CRASH)
      const answer = await until(async () => {
        try {
          const again = await connect(own.port)
          const reply = await again('RG.TRIGGER', 'spread')
          return Array.isArray(reply) ? reply : undefined
        } catch {
          return undefined
        }
      })
      expect(answer).toEqual(['everywhere'])
    } finally {
      await own.stop()
    }
  })
})

async function portsOf(first: number): Promise<number[]> {
  const slots = await (await connect(first))('CLUSTER', 'SLOTS')
  if (!Array.isArray(slots)) throw new Error('no cluster')
  return slots.map((range: ScenarioValue) => Number(Array.isArray(range) && Array.isArray(range[2]) ? range[2][1] : 0))
}

function chunksOf(reply: ScenarioValue): ScenarioArgument[] {
  const chunks = Array.isArray(reply) && Array.isArray(reply[1]) ? reply[1] : []
  return chunks.map((chunk: ScenarioValue): ScenarioArgument => {
    if (typeof chunk === 'string') return { hex: Buffer.from(chunk).toString('hex') }
    if (typeof chunk === 'object' && chunk !== null && 'hex' in chunk && typeof chunk.hex === 'string')
      return { hex: chunk.hex }
    throw new Error('an export chunk is bytes')
  })
}

function wheelsOf(reply: ScenarioValue): ScenarioValue {
  const [entry] = Array.isArray(reply) ? reply : []
  return Array.isArray(entry) ? (entry[11] ?? null) : null
}

/** The only chunk of the recorded RG.PYEXPORTREQ: the reply's last bulk string. */
function recordedChunk(recorded: unknown): Buffer {
  if (!Array.isArray(recorded)) throw new Error('the recordings are a list')
  const entry: unknown = recorded.find((item: unknown) => isObject(item) && item.name === 'pyexportreq.ok')
  const raw = isObject(entry) && typeof entry.raw === 'string' ? entry.raw : ''
  const [, length, rest = ''] = /.*\*1\r\n\$(\d+)\r\n(.*)\r\n$/s.exec(raw) ?? []
  if (rest.length !== Number(length)) throw new Error('no export was recorded')
  return Buffer.from(rest, 'latin1')
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
