import { createServer } from 'node:net'

/** Below what the system hands out to outgoing connections: none of them takes a port before the server does that it was found for. */
const FIRST = 12_000
const LAST = 22_000

/**
 * The first of `count` adjacent free ports of loopback.
 * @param above a port that far above each must be free, too
 */
export async function freePorts(count = 1, above = 0): Promise<number> {
  for (;;) {
    const first = FIRST + Math.floor(Math.random() * (LAST - FIRST))
    const wanted = Array.from({ length: count }, (_, i) => [first + i, first + i + above]).flat()
    const free = await Promise.all([...new Set(wanted)].map(isFree))
    if (free.every(Boolean)) return first
  }
}

/** Whether that port of loopback is free now. */
export function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
