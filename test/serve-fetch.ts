import { createServer, type RequestListener } from 'node:http'
import { onTestFinished, vi } from 'vitest'

/** Until the test ends, `fetch` of a path asks a server that answers by `answer`: a browser resolves paths against its page, Node needs the origin. */
export async function serveFetch(answer: RequestListener): Promise<void> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    vi.unstubAllGlobals()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const origin = `http://127.0.0.1:${address.port}`
  const real = globalThis.fetch
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => real(origin + path, init))
}
