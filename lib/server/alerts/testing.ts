import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { listenOnLoopback } from '@gearboard/gears/testing/loopback-server'
import { onTestFinished } from 'vitest'
import type { Notification } from '@/lib/model/alerts/notification'
import { OutgoingGuard, readAlertsAllow } from './receivers/outgoing'
import type { SendParts } from './receivers/send'

/** One request that a receiver got, read to its end. */
export interface ReceivedRequest {
  readonly method: string | undefined
  readonly path: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

interface ReceiverServerOptions {
  readonly tls?: { readonly cert: string; readonly key: string }
}

/** A real receiver of webhooks on loopback. */
export class ReceiverServer {
  readonly requests: ReceivedRequest[] = []

  private constructor(readonly port: number) {}

  /** @param answer with what each request is answered; without it, 200 */
  static async listen(
    answer: (response: ServerResponse, request: ReceivedRequest) => void = (response) => response.end('ok'),
    { tls }: ReceiverServerOptions = {},
  ): Promise<ReceiverServer> {
    const handle = (request: IncomingMessage, response: ServerResponse) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const { method, url: path, headers } = request
        const received = { method, path, headers, body: Buffer.concat(chunks).toString('utf8') }
        receiver.requests.push(received)
        answer(response, received)
      })
    }
    const server: Server = tls ? createTlsServer(tls, handle) : createServer(handle)
    const receiver = new ReceiverServer(await listenOnLoopback(server))
    onTestFinished(() => {
      server.close()
      server.closeAllConnections()
    })
    return receiver
  }

  url(path = '/hook'): string {
    return `http://127.0.0.1:${this.port}${path}`
  }
}

export const allowing = (text: string) => {
  const allowed = readAlertsAllow(text)
  if (!allowed) throw new Error(`${text} allows nothing`)
  return allowed
}

/** What sends, with loopback allowed. */
export const sendParts = (changes: Partial<SendParts> = {}): SendParts => ({
  guard: new OutgoingGuard(allowing('127.0.0.0/8')),
  sender: { name: 'staging', address: 'https://gearboard.example/gears' },
  ending: new AbortController().signal,
  ...changes,
})

export const notificationOf = (changes: Partial<Notification> = {}): Notification => ({
  id: 'n1',
  event: 'firing',
  severity: 'warning',
  rule: { id: 'r1', name: 'Failing functions', kind: 'failure-rate' },
  connection: 'orders',
  subject: 'reserve-stock',
  title: 'reserve-stock fails 12 % of its runs on orders',
  text: '12 % of its last 50 runs failed; the threshold is 10 %.',
  path: '/orders/registrations/reserve-stock',
  startedAt: Date.UTC(2026, 10, 29, 0, 30),
  endedAt: null,
  ...changes,
})
