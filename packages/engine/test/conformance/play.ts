import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bindLoosely, type Captures, match, type Pattern, substitute } from './pattern'
import { type ScenarioArgument, type ScenarioValue, TypedConnection } from './wire'

/**
 * A step of a scenario. `cmd` expects a reply; `send` does not wait for one, which `await` reads later; `poll` repeats until the reply
 * matches `until`; `open` and `close` are connections.
 */
interface ScenarioStep {
  readonly conn?: string
  readonly cmd?: readonly ScenarioArgument[]
  readonly send?: readonly ScenarioArgument[]
  readonly await?: string
  readonly expect?: Pattern
  readonly poll?: readonly ScenarioArgument[]
  readonly until?: Pattern
  readonly timeout?: number
  readonly open?: string
  readonly shard?: number
  readonly close?: string
  readonly sleep?: number
}

export interface Scenario {
  readonly name: string
  readonly mode: 'standalone' | 'cluster' | 'uninit'
  readonly version: '1.2' | '1.0'
  readonly fresh?: boolean
  readonly steps: readonly ScenarioStep[]
}

interface Difference {
  readonly step: number
  readonly sent: string
  readonly expected: ScenarioValue
  readonly actual: ScenarioValue
}

export interface Played {
  readonly name: string
  readonly replies: number
  readonly differences: readonly Difference[]
}

const TIMEOUT_MS = 20_000
const POLL_MS = 15

/** Loads the scenarios that were recorded on real servers; see scenarios/. */
export function loadScenarios(): Scenario[] {
  const folder = fileURLToPath(new URL('./scenarios/', import.meta.url))
  return readdirSync(folder)
    .sort()
    .flatMap((file): Scenario[] => JSON.parse(readFileSync(`${folder}${file}`, 'utf8')).scenarios)
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Plays one scenario on freshly started shards. Missing replies count as different. */
export async function play(scenario: Scenario, ports: readonly number[]): Promise<Played> {
  const player = new Player(scenario, ports)
  try {
    await player.open()
    await player.run()
  } catch (error) {
    player.giveUp(error)
  } finally {
    player.close()
  }
  return { name: scenario.name, replies: player.replies, differences: player.differences }
}

class Player {
  replies = 0
  readonly differences: Difference[] = []
  private readonly connections = new Map<string, TypedConnection>()
  private captures: Captures = {}

  constructor(
    private readonly scenario: Scenario,
    private readonly ports: readonly number[],
  ) {}

  async open(): Promise<void> {
    const captures: Record<string, string> = {}
    for (const [index, port] of this.ports.entries()) {
      const wire = await TypedConnection.open('127.0.0.1', port)
      this.connections.set(`s${index + 1}`, wire)
      captures[`p${index + 1}`] = String(port)
      captures[`h${index + 1}`] = '127.0.0.1'
      if (this.scenario.mode !== 'cluster') continue
      const info = await wire.command(['RG.INFOCLUSTER'], TIMEOUT_MS)
      captures[`s${index + 1}`] = Array.isArray(info) ? String(info[1]) : '?'
    }
    this.captures = captures
  }

  async run(): Promise<void> {
    for (const [index, step] of this.scenario.steps.entries()) await this.step(index, step)
    for (const [name, wire] of this.connections) {
      if (wire.rest === '') continue
      this.replies += 1
      this.differences.push({ step: -1, sent: `after the last step, ${name}`, expected: '', actual: wire.rest })
    }
  }

  private async step(index: number, step: ScenarioStep): Promise<void> {
    if (step.sleep !== undefined) await sleep(step.sleep)
    else if (step.open !== undefined) {
      this.connections.set(step.open, await TypedConnection.open('127.0.0.1', this.ports[(step.shard ?? 1) - 1] ?? 0))
    } else if (step.close !== undefined) this.connection(step.close).close()
    else if (step.send) this.connection(step.conn).send(this.arguments(step.send))
    else if (step.poll) await this.poll(index, step, step.poll)
    else if (step.cmd || step.await !== undefined) await this.compare(index, step)
  }

  private async poll(index: number, step: ScenarioStep, argv: readonly ScenarioArgument[]): Promise<void> {
    const until = step.until ?? null
    const end = Date.now() + (step.timeout ?? 15_000)
    let value: ScenarioValue
    do {
      value = await this.connection(step.conn).command(this.arguments(argv), TIMEOUT_MS)
      const bound = match(until, value, this.captures)
      if (bound) {
        this.captures = bound
        return
      }
      await sleep(POLL_MS)
    } while (Date.now() < end)
    this.replies += 1
    this.differ(index, argv, until, value)
  }

  private async compare(index: number, step: ScenarioStep): Promise<void> {
    this.replies += 1
    const wire = this.connection(step.await ?? step.conn)
    if (step.cmd) wire.send(this.arguments(step.cmd))
    const value = await wire.read(TIMEOUT_MS)
    const expected = step.expect ?? null
    const bound = match(expected, value, this.captures)
    if (!bound) this.differ(index, step.cmd ?? [`reply on ${step.await}`], expected, value)
    this.captures = bound ?? bindLoosely(expected, value, this.captures)
  }

  private differ(
    step: number,
    argv: readonly ScenarioArgument[],
    expected: ScenarioValue,
    actual: ScenarioValue,
  ): void {
    this.differences.push({ step, sent: JSON.stringify(this.arguments(argv)), expected, actual })
  }

  /** The connection broke or a reply is missing, so the remaining commands count as unanswered. */
  giveUp(error: unknown): void {
    const left = this.scenario.steps.filter((step) => 'expect' in step).length - this.replies
    this.replies += Math.max(left, 1)
    const actual = error instanceof Error ? error.message : String(error)
    for (let i = 0; i < Math.max(left, 1); i++)
      this.differences.push({ step: -1, sent: 'stopped', expected: 'a reply', actual })
  }

  close(): void {
    for (const wire of this.connections.values()) wire.close()
  }

  private connection(name = 's1'): TypedConnection {
    const wire = this.connections.get(name)
    if (!wire) throw new Error(`the scenario names a connection that is not open: ${name}`)
    return wire
  }

  private arguments(argv: readonly ScenarioArgument[]): ScenarioArgument[] {
    return argv.map((argument) => (typeof argument === 'string' ? substitute(argument, this.captures) : argument))
  }
}
