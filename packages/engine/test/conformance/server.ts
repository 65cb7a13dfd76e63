import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { SHORT_LIVED } from '../../../../test/engine-switches'
import { freePorts } from '../../../../test/free-ports'
import { zip } from '../wheel-index'
import type { Scenario } from './play'
import { type ScenarioValue, TypedConnection } from './wire'

const TIMEOUT_MS = 20_000
const DEFAULTS = {
  MaxExecutions: '1000',
  MaxExecutionsPerRegistration: '100',
  ProfileExecutions: '0',
  ExecutionMaxIdleTime: '5000',
  PythonAttemptTraceback: '1',
}
/**
 * Scenarios that need a new server: a reset cannot undo requirements, a new run id or a reload, and some scenarios name ids or rely on
 * equal numbers of two kinds.
 */
const LEAVES_TRACES = /REQUIREMENTS|RG\.REFRESHCLUSTER|RG\.PYIMPORTREQ|DEBUG|registerTE/
const NAMES_IDS = /'sessionId'|\$\{s\d\}-\d|"RG\.PYDUMPREQS"|"RG\.HELLO"/

/** The kind of server that a scenario was recorded on. */
export const kindOf = ({ mode, version }: Scenario): string => `${mode} ${version}`
const leavesTraces = ({ steps }: Scenario): boolean => LEAVES_TRACES.test(JSON.stringify(steps))
const needsNewServer = ({ fresh, steps }: Scenario): boolean => fresh === true || NAMES_IDS.test(JSON.stringify(steps))

/** Scenarios in an order that needs few servers: kind after kind, and what leaves traces right before what needs a new server anyway. */
export function inFewServers(scenarios: readonly Scenario[]): readonly Scenario[] {
  const kinds = [...new Set(scenarios.map(kindOf))].sort()
  return kinds.flatMap((kind) => {
    const all = scenarios.filter((each) => kindOf(each) === kind)
    const others = all.filter((each) => !leavesTraces(each) && !needsNewServer(each))
    const leaving = all.filter((each) => leavesTraces(each) && !needsNewServer(each))
    const [first, ...needing] = all
      .filter(needsNewServer)
      .sort((one, other) => Number(leavesTraces(one)) - Number(leavesTraces(other)))
    const pairs = Array.from({ length: Math.max(leaving.length, needing.length) }, (_, i) => [leaving[i], needing[i]])
    return [first, ...others, ...pairs.flat()].filter((each) => each !== undefined)
  })
}

/** The wheels that scenarios require: modules with one value each. */
export function makeWheels(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'gearboard-wheels-'))
  for (const [name, version, value] of [
    ['rgdemo', '0.1', 42],
    ['rgdemo2', '0.2', 43],
  ] as const) {
    const info = `${name}-${version}.dist-info`
    const wheel = zip({
      [`${name}/__init__.py`]: `VALUE = ${value}\n`,
      [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
      [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    })
    writeFileSync(join(folder, `${name}-${version}-py3-none-any.whl`), wheel)
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** One engine at a time, of the kind that the scenarios need. Between scenarios it is emptied, or restarted if that is not enough. */
export class ConformanceServer {
  private child: ChildProcess | undefined
  private kind = ''
  private traces = false
  ports: readonly number[] = []

  constructor(private readonly wheels: string) {}

  async prepare(scenario: Scenario): Promise<void> {
    const kind = kindOf(scenario)
    if (this.kind !== kind || this.traces || needsNewServer(scenario)) await this.restart(scenario, kind)
    else await this.reset()
    this.traces = leavesTraces(scenario)
  }

  private async restart(scenario: Scenario, kind: string): Promise<void> {
    await this.stop()
    const shards = scenario.mode === 'cluster' ? 3 : 1
    const first = await freePorts(shards)
    const bin = fileURLToPath(new URL('../../../../bin/engine.mjs', import.meta.url))
    const mode = scenario.mode === 'uninit' ? ['--cluster'] : ['--shards', String(shards)]
    const options = [
      '--port',
      String(first),
      ...mode,
      '--no-index',
      '--find-links',
      this.wheels,
      '--gears-version',
      scenario.version,
    ]
    const child = spawn(process.execPath, [...SHORT_LIVED, bin, ...options], { stdio: ['ignore', 'pipe', 'ignore'] })
    this.child = child
    await ready(child)
    this.kind = kind
    this.ports = Array.from({ length: shards }, (_, index) => first + index)
    if (scenario.mode !== 'cluster') return
    await this.each((wire) => wire.command(['RG.REFRESHCLUSTER'], TIMEOUT_MS))
    await this.each(untilFormed)
  }

  private async reset(): Promise<void> {
    await this.each((wire) => wire.command(['FLUSHALL'], TIMEOUT_MS))
    await this.each(async (wire) => {
      for (const id of await ids(wire, 'RG.DUMPREGISTRATIONS')) {
        await wire.command(['RG.UNREGISTER', id, 'abortpending'], TIMEOUT_MS)
      }
    })
    await this.each(async (wire) => {
      for (const id of await ids(wire, 'RG.DUMPEXECUTIONS')) {
        await wire.command(['RG.ABORTEXECUTION', id], TIMEOUT_MS)
        await wire.command(['RG.DROPEXECUTION', id], TIMEOUT_MS)
      }
      for (const [key, value] of Object.entries(DEFAULTS)) await wire.command(['RG.CONFIGSET', key, value], TIMEOUT_MS)
    })
    await new Promise((resolve) => setTimeout(resolve, 30))
    await this.each((wire) => wire.command(['FLUSHALL'], TIMEOUT_MS))
  }

  private async each(task: (wire: TypedConnection) => Promise<unknown>): Promise<void> {
    for (const port of this.ports) {
      const wire = await TypedConnection.open('127.0.0.1', port)
      try {
        await task(wire)
      } finally {
        wire.close()
      }
    }
  }

  async stop(): Promise<void> {
    const { child } = this
    this.child = undefined
    if (!child || child.exitCode !== null) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
}

async function ready(child: ChildProcess): Promise<void> {
  if (!child.stdout) throw new Error('the engine has no output to wait for')
  for await (const line of createInterface({ input: child.stdout })) if (line.includes('ready')) return
  throw new Error('the engine ended before it was ready')
}

/** Waits until every shard knows every other's run id. */
async function untilFormed(wire: TypedConnection): Promise<void> {
  for (let i = 0; i < 200; i++) {
    const info = await wire.command(['RG.INFOCLUSTER'], TIMEOUT_MS)
    if (Array.isArray(info) && !JSON.stringify(info).includes('"runid",null')) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('the shards did not find each other')
}

async function ids(wire: TypedConnection, command: string): Promise<string[]> {
  const entries: ScenarioValue = await wire.command([command], TIMEOUT_MS)
  if (!Array.isArray(entries)) throw new Error(`${command} did not answer a list`)
  return entries.map((entry: ScenarioValue) => String(Array.isArray(entry) ? entry[1] : ''))
}
