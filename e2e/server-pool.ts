import { type EngineStartOptions, type StartedServer, startEngine, startGearboard } from './servers'

/** Engines that one worker keeps beside the one in use. */
const KEPT = 2

interface EngineWanted extends Pick<EngineStartOptions, 'shards' | 'seed' | 'moduleArgs'> {
  /** The file that has the engine for itself; any file may have it without one. */
  readonly of: string | undefined
}

interface Kept {
  readonly engine: StartedServer
  /** Another file may ask for it, and until then it does next to nothing. */
  readonly mayWait: boolean
  /** By the environment that each was given, as JSON. */
  readonly gearboards: Map<string, StartedServer>
}

/**
 * The servers of one worker. They outlive the tests that ask for them, as do the worker and its browser: files with the same options share an engine
 * and its Gearboard, whatever ran in between.
 */
export class ServerPool {
  /** By what each engine was started with; the engine that was asked for last is at the end. */
  readonly #kept = new Map<string, Kept>()

  /** Ends the engines of other files and those with a living world, which work all the time; of the rest, those that have waited the longest. */
  async engine(wanted: EngineWanted): Promise<StartedServer> {
    const key = JSON.stringify(wanted)
    const known = this.#kept.get(key)
    this.#kept.delete(key)
    const waiting = [...this.#kept].filter(([, { mayWait }]) => mayWait).map(([name]) => name)
    for (const name of this.#kept.keys()) if (!waiting.slice(-KEPT).includes(name)) await this.#end(name)
    const { of, ...options } = wanted
    const kept = known ?? {
      engine: await startEngine(options),
      mayWait: of === undefined && options.seed !== true,
      gearboards: new Map<string, StartedServer>(),
    }
    this.#kept.set(key, kept)
    return kept.engine
  }

  /** The Gearboard of an engine of this pool. Ends those with another environment, except the one without any: they act in their own way. */
  async gearboard(engine: StartedServer, env: Record<string, string>): Promise<StartedServer> {
    const gearboards = [...this.#kept.values()].find((kept) => kept.engine === engine)?.gearboards
    if (!gearboards) throw new Error(`${engine.url} is no engine of this pool`)
    const key = JSON.stringify(env)
    for (const [name, other] of gearboards) {
      if (name === key || name === '{}') continue
      gearboards.delete(name)
      await other.stop()
    }
    const gearboard = gearboards.get(key) ?? (await startGearboard({ GEARBOARD_URL: engine.url, ...env }))
    gearboards.set(key, gearboard)
    return gearboard
  }

  async stop(): Promise<void> {
    for (const key of this.#kept.keys()) await this.#end(key)
  }

  async #end(key: string): Promise<void> {
    const { engine, gearboards } = this.#kept.get(key) ?? {}
    this.#kept.delete(key)
    for (const gearboard of gearboards?.values() ?? []) await gearboard.stop()
    await engine?.stop()
  }
}
