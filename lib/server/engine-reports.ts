import { wallMs } from '@gearboard/gears/vocabulary/clock'
import { z } from 'zod'
import type { EngineState } from '@/lib/model/connection/connection'
import type { Runtime } from './runtime'

/** How long the engine had been in this state when the message was sent, ms: another process's clock says nothing here. */
const forMs = z.number().nonnegative()

/** What bin/gearboard.mjs sends about the engine that it started. */
const report = z.object({
  engine: z.union([
    z.object({ state: z.enum(['starting', 'ready']), forMs }),
    z.object({ state: z.literal('ended'), forMs, reason: z.string(), waitMs: z.number() }),
  ]),
})

/** Undefined for messages of others: Next's development server uses the same channel. `now`: our clock, ms. */
export function engineStateOf(message: unknown, now: number): EngineState | undefined {
  const told = report.safeParse(message).data?.engine
  if (!told) return undefined
  const { forMs, ...state } = told
  return { ...state, at: now - forMs }
}

/** Passes on what `npm start` reports about the embedded RedisGears. Under the development server no report arrives. */
export function hearEngineReports({ connections }: Pick<Runtime, 'connections'>): void {
  process.on('message', (message) => {
    const state = engineStateOf(message, wallMs())
    if (!state) return
    for (const { hub } of connections.values()) if (hub.feed.connection.embedded) hub.reportEngine(state)
  })
}
