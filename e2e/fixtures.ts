import { Redis } from 'ioredis'
import { type APIResponse, test as base, expect, type Locator, type Page } from 'playwright/test'
import type { contract } from '@/lib/api/contract'
import type { SubmitReply } from '@/lib/api/contract/functions'
import type { BodyInput } from '@/lib/api/endpoint'
import { ServerPool } from './server-pool'
import type { StartedServer } from './servers'

interface EngineTestOptions {
  /** How many shards the engine behind this file's Gearboard has. Set it with `test.use` at the top of a file. */
  readonly shards: number
  /** Whether the engine starts with its living world. */
  readonly seed: boolean
  /** What its module is loaded with: `ExecutionThreads 1`. */
  readonly moduleArgs: string | undefined
  /** The name of a file whose tests get an engine of their own, which no other test uses before or after. */
  readonly engineOf: string | undefined
  /** More environment of Gearboard: GEARBOARD_READ_ONLY, GEARBOARD_PASSWORD … */
  readonly gearboardEnv: Record<string, string>
}

interface EngineWorkerFixtures {
  readonly servers: ServerPool
}

export type SentScript = BodyInput<typeof contract.submit>

interface EngineTestFixtures extends EngineTestOptions {
  readonly engine: StartedServer
  readonly gearboard: StartedServer
  /** The engine's first shard, asked over RESP: what the pages show is held against it. */
  readonly redis: Redis
  /** Every shard of the engine, each to be asked by itself: no cluster client in between. */
  readonly perShard: readonly Redis[]
  /** Sends a script as the editor does, which Gearboard must take. */
  readonly submit: (script: string, more?: Omit<SentScript, 'script'>) => Promise<SubmitReply>
  /** Sends a script that starts an execution; its id. */
  readonly start: (script: string, description?: string) => Promise<string>
  /** Sends a script that registers something; the id of the first registration. */
  readonly register: (script: string) => Promise<string>
  /** Acts on an execution or a registration like a user who has just seen it: `act('POST', 'executions', id, 'abort')`. */
  readonly act: (
    method: 'POST' | 'DELETE',
    list: 'executions' | 'registrations',
    id: string,
    verb?: 'abort' | 'pause' | 'resume',
  ) => Promise<APIResponse>
  /** A name that no other test uses, for keys, triggers and sessions. */
  readonly unique: string
}

/**
 * Engine and Gearboard are shared by the tests of a worker with the same options; each test uses keys and ids of its own. No option belongs to the
 * worker: Playwright would start another worker and browser for each file that sets one.
 */
export const test = base.extend<EngineTestFixtures, EngineWorkerFixtures>({
  shards: [1, { option: true }],
  seed: [false, { option: true }],
  moduleArgs: [undefined, { option: true }],
  engineOf: [undefined, { option: true }],
  gearboardEnv: [{}, { option: true }],
  servers: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern
    async ({}, use) => {
      const servers = new ServerPool()
      await use(servers)
      await servers.stop()
    },
    { scope: 'worker' },
  ],
  engine: [
    async ({ servers, shards, seed, moduleArgs, engineOf }, use) =>
      use(await servers.engine({ shards, seed, moduleArgs, of: engineOf })),
    { timeout: 90_000 },
  ],
  gearboard: [
    async ({ servers, engine, gearboardEnv }, use) => use(await servers.gearboard(engine, gearboardEnv)),
    { timeout: 90_000 },
  ],
  baseURL: async ({ gearboard }, use) => use(gearboard.url),
  context: async ({ context }, use) => {
    context.on('page', waitForScripts)
    await use(context)
  },
  redis: async ({ engine }, use) => {
    const redis = new Redis(engine.url, { protocol: 2 })
    await use(redis)
    redis.disconnect()
  },
  perShard: async ({ engine, shards }, use) => {
    const clients = Array.from(
      { length: shards },
      (_, n) => new Redis({ port: engine.port + n, host: '127.0.0.1', protocol: 2 }),
    )
    await use(clients)
    for (const client of clients) client.disconnect()
  },
  submit: async ({ request }, use) =>
    use(async (script, more = {}) => {
      const answer = await request.post('/api/default/functions', { data: { script, ...more } satisfies SentScript })
      expect(answer.status(), await answer.text()).toBe(200)
      return answer.json()
    }),
  start: async ({ submit }, use) =>
    use(async (script, description) => {
      const reply = await submit(script, { description })
      if (reply.kind !== 'started') throw new Error(`nothing was started: ${JSON.stringify(reply)}`)
      return reply.executionId
    }),
  register: async ({ submit }, use) =>
    use(async (script) => {
      const reply = await submit(script)
      const [id] = reply.kind === 'registered' ? reply.registrations : []
      if (id === undefined) throw new Error(`nothing was registered: ${JSON.stringify(reply)}`)
      return id
    }),
  act: async ({ request }, use) =>
    use(async (method, list, id, verb) => {
      const path = `/api/default/${list}/${encodeURIComponent(id)}`
      const { identity } = await (await request.get(path)).json()
      return request.fetch(`${path}${verb === undefined ? '' : `/${verb}`}?seen=${identity}`, { method })
    }),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern
  unique: async ({}, use, info) => use(`t${info.workerIndex}-${Date.now().toString(36)}`),
})

/** Makes a page wait, whenever it loads, until React handles its events: a click on a button that is only drawn so far would do nothing. */
export function waitForScripts(page: Page): void {
  const [goto, reload] = [page.goto.bind(page), page.reload.bind(page)]
  const handled = () =>
    page.waitForFunction(() =>
      [...document.querySelectorAll('a, button, input')].every(
        (element) =>
          element.closest('.cm-editor') !== null || Object.keys(element).some((key) => key.startsWith('__react')),
      ),
    )
  page.goto = async (...args) => {
    const response = await goto(...args)
    await handled()
    return response
  }
  page.reload = async (...args) => {
    const response = await reload(...args)
    await handled()
    return response
  }
}

/** Opens a page as a link to it does: Gearboard is not loaded again, which is most of the work of a `goto`. */
export async function follow(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => Reflect.get(window, 'next').router.push(to), path)
  await expect(page).toHaveURL((url) => url.href === new URL(path, url).href)
}

/**
 * Makes several shards one cluster, and returns when each knows every other: until then what one starts may not reach the others in time.
 * One alone is no cluster.
 */
export async function formCluster(shards: readonly Redis[]): Promise<void> {
  if (shards.length < 2) return
  await Promise.all(shards.map((shard) => shard.call('RG.REFRESHCLUSTER')))
  for (const shard of shards) {
    await expect
      .poll(async () => JSON.stringify(await shard.call('RG.INFOCLUSTER')), { timeout: 60_000 })
      .toMatch(/^\[(?!.*"runid",null)/)
  }
}

/** The tooltip of an element. One that the mouse enters before the page runs its scripts shows it only when it is entered again. */
export async function expectTooltip(of: Locator, words: string | RegExp): Promise<void> {
  const page = of.page()
  await expect(async () => {
    await page.mouse.move(0, 0)
    await of.hover()
    await expect(page.getByRole('tooltip')).toContainText(words, { timeout: 3000 })
  }).toPass()
}

export { expect }
