import { Redis } from 'ioredis'
import { test as base, expect } from 'playwright/test'
import { type Server, startEngine, startGearboard } from './servers'

interface WorkerOptions {
  /** How many shards the engine behind this file's Gearboard has. Set it with `test.use` at the top of a file. */
  readonly shards: number
  /** Whether the engine starts with its living world. */
  readonly seed: boolean
  /** What its module is loaded with: `ExecutionThreads 1`. */
  readonly moduleArgs: string | undefined
  /** More environment of Gearboard: GEARBOARD_READ_ONLY, GEARBOARD_PASSWORD … */
  readonly gearboardEnv: Record<string, string>
}

interface WorkerFixtures extends WorkerOptions {
  readonly engine: Server
  readonly gearboard: Server
}

interface TestFixtures {
  /** The engine's first shard, asked over RESP: what the pages show is held against it. */
  readonly redis: Redis
  /** A name that no other test uses, for keys, triggers and sessions. */
  readonly unique: string
}

/** Engine and Gearboard are shared by the tests of a worker with the same options; each test uses keys and ids of its own. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  shards: [1, { option: true, scope: 'worker' }],
  seed: [false, { option: true, scope: 'worker' }],
  moduleArgs: [undefined, { option: true, scope: 'worker' }],
  gearboardEnv: [{}, { option: true, scope: 'worker' }],
  engine: [
    async ({ shards, seed, moduleArgs }, use) => {
      const engine = await startEngine({ shards, seed, moduleArgs })
      await use(engine)
      await engine.stop()
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  gearboard: [
    async ({ engine, gearboardEnv }, use) => {
      const gearboard = await startGearboard({ GEARBOARD_URL: engine.url, ...gearboardEnv })
      await use(gearboard)
      await gearboard.stop()
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  baseURL: async ({ gearboard }, use) => use(gearboard.url),
  redis: async ({ engine }, use) => {
    const redis = new Redis(engine.url, { protocol: 2 })
    await use(redis)
    redis.disconnect()
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern
  unique: async ({}, use, info) => use(`t${info.workerIndex}-${Date.now().toString(36)}`),
})

export { expect }
