import { type ScenarioArgument, type ScenarioValue, TypedConnection } from './conformance/wire'
import { type RunningServer, startEngine } from './keyspace-harness'

const TIMEOUT_MS = 60_000
const UNTIL_MS = 60_000

/** For tests that start an engine of their own or wait for a restart, which takes long on a busy machine. */
export const SLOW_TEST_MS = 150_000

export type SendCommand = (...argv: ScenarioArgument[]) => Promise<ScenarioValue>

/** An engine, and connections to its shards that are closed with it. */
export interface GearsEngine {
  /** The ports of the masters, in slot order. */
  readonly ports: readonly number[]
  /** Opens a new connection to a shard. */
  connect(shard?: number): Promise<SendCommand>
  stop(): Promise<void>
}

export const openGears = async (...args: readonly string[]): Promise<GearsEngine> =>
  connectTo(await startEngine(...args), args)

/** @param args those that the engine was started with */
export async function connectTo(engine: RunningServer, args: readonly string[]): Promise<GearsEngine> {
  const wires: TypedConnection[] = []
  const open = async (port: number): Promise<SendCommand> => {
    const wire = await TypedConnection.open('127.0.0.1', port)
    wires.push(wire)
    return (...argv) => wire.command(argv, TIMEOUT_MS)
  }
  const ports = args.includes('--shards') ? portsOf(await (await open(engine.port))('CLUSTER', 'SLOTS')) : [engine.port]
  return {
    ports,
    connect: (shard = 0) => open(ports[shard] ?? engine.port),
    async stop() {
      for (const wire of wires) wire.close()
      await engine.stop()
    },
  }
}

/** The ports in a reply of CLUSTER SLOTS. */
function portsOf(slots: ScenarioValue): number[] {
  const ranges = Array.isArray(slots) ? slots : []
  return ranges.map((range: ScenarioValue) => {
    const master = Array.isArray(range) ? range[2] : undefined
    return Array.isArray(master) ? Number(master[1]) : 0
  })
}

/** A script that breaks the interpreter of the shard that receives it, so that its worker is replaced. */
export const CRASH =
  "import ctypes\nGB('ShardsIDReader').map(lambda x: ctypes.string_at(0xffffff00, 9999)).run(mode='async_local')"

/** Asks again until there is an answer, for up to a minute, because a busy machine is slow. */
export async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + UNTIL_MS
  while (Date.now() < end) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('it did not happen within a minute')
}

/** Joins the shards to a cluster and waits until each knows every other. Before that, what one starts may not reach the others in time. */
export async function formCluster(shards: readonly SendCommand[]): Promise<void> {
  for (const send of shards) await send('RG.REFRESHCLUSTER')
  for (const send of shards) {
    await until(async () => {
      const info = await send('RG.INFOCLUSTER')
      return (Array.isArray(info) && !JSON.stringify(info).includes('"runid",null')) || undefined
    })
  }
}
