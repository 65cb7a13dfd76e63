import type { Capability } from '@gearboard/gears/vocabulary/capability'
import { test as base, expect } from 'playwright/test'
import { contract } from '@/lib/api/contract'
import type { SubmitReply } from '@/lib/api/contract/functions'
import type { SentScript } from '../fixtures'
import { type StartedServer, startGearboard } from '../servers'
import { type Ask, askAt } from './ask'
import { KEY_MARK, MARK, RealServer, urlGiven } from './server'

interface RealWorkerFixtures {
  readonly gearboard: StartedServer
  readonly ask: Ask
  readonly capability: Capability
}

interface RealTestFixtures {
  /** The server itself, without Gearboard in between. When the test ends, however it ends, it is cleaned of what the test made. */
  readonly real: RealServer
  /** A name that no other test uses, for triggers and sessions. */
  readonly unique: string
  /** A prefix for keys that no other test uses. */
  readonly keys: string
  readonly submit: (script: string, more?: Omit<SentScript, 'script'>) => Promise<SubmitReply>
  /** Sends a script that starts an execution; its id. */
  readonly start: (script: string) => Promise<string>
  /** Sends a script that registers; the key of its registration. */
  readonly register: (script: string, more?: Omit<SentScript, 'script'>) => Promise<string>
}

export const CONNECTION = { connection: 'default' } as const

export const test = base.extend<RealTestFixtures, RealWorkerFixtures>({
  gearboard: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern
    async ({}, use) => {
      const gearboard = await startGearboard({ GEARBOARD_URL: urlGiven() })
      await use(gearboard)
      await gearboard.stop()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  ask: [async ({ gearboard }, use) => use(askAt(gearboard.url)), { scope: 'worker' }],
  capability: [
    async ({ ask }, use) => {
      let capability: Capability | null | undefined
      await expect
        .poll(async () => {
          const [connection] = (await ask(contract.connections, {})).connections
          capability = connection?.capability
          return connection?.status
        })
        .toBe('live')
      if (!capability) throw new Error('the connection is live, and Gearboard knows nothing of its server')
      await use(capability)
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ gearboard }, use) => use(gearboard.url),
  real: async ({ capability: _ }, use) => {
    const server = await RealServer.connect()
    await use(server)
    // The test may have restarted it.
    server.close()
    const after = await RealServer.connect()
    await after.clean().finally(() => after.close())
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern
  unique: async ({}, use, info) => use(`${MARK}-${info.workerIndex}-${Date.now().toString(36)}`),
  keys: async ({ unique }, use) => use(`${KEY_MARK}${unique}:`),
  submit: async ({ ask, real: _ }, use) =>
    use((script, more = {}) => ask(contract.submit, { params: CONNECTION, body: { script, ...more } })),
  start: async ({ submit }, use) =>
    use(async (script) => {
      const reply = await submit(script)
      if (reply.kind !== 'started') throw new Error(`nothing was started: ${JSON.stringify(reply)}`)
      return reply.executionId
    }),
  register: async ({ submit }, use) =>
    use(async (script, more) => {
      const reply = await submit(script, more)
      const [id] = reply.kind === 'registered' ? reply.registrations : []
      if (id === undefined) throw new Error(`nothing was registered: ${JSON.stringify(reply)}`)
      return id
    }),
})

export { expect }
