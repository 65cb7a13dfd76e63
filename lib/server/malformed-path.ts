import { subscribe } from 'node:diagnostics_channel'
import { IncomingMessage } from 'node:http'

/** Matches no route: what Next says of an address that there is not. */
const NO_SUCH_PAGE = '/no/such/page'

/** Whether a request's path can be read: `%zz` and `%ff` stand for no text. */
export function isReadable(url: string): boolean {
  const [path = ''] = url.split('?')
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

/** Next answers 500 to a path that it cannot decode, before any route or proxy is asked: it is told of one that it can say no to. */
export function tameMalformedPaths(): void {
  subscribe('http.server.request.start', (message) => {
    if (typeof message !== 'object' || message === null || !('request' in message)) return
    const { request } = message
    if (request instanceof IncomingMessage && !isReadable(request.url ?? '')) request.url = NO_SUCH_PAGE
  })
}
