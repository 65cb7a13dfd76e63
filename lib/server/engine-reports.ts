import { z } from 'zod'
import type { EngineState } from '@/lib/model/connection/connection'
import type { Runtime } from './runtime'

/** What bin/gearboard.mjs sends about the engine that it started. */
const report = z.object({
  engine: z.union([
    z.object({ state: z.enum(['starting', 'ready']), at: z.number() }),
    z.object({ state: z.literal('ended'), at: z.number(), reason: z.string(), waitMs: z.number() }),
  ]),
})

/** Undefined for messages of others: Next's development server uses the same channel. */
export const engineStateOf = (message: unknown): EngineState | undefined => report.safeParse(message).data?.engine

/** Hands on what `npm start` reports of the embedded RedisGears. Under the development server no report arrives. */
export function hearEngineReports({ connections }: Pick<Runtime, 'connections'>): void {
  process.on('message', (message) => {
    const state = engineStateOf(message)
    if (state) for (const { hub } of connections.values()) hub.reportEngine(state)
  })
}
