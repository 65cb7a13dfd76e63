import { connect as connectPlain } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { AbstractConnector, type RedisOptions } from 'ioredis'
import type { ServerAddress } from './target'

/** A connection that does not close in time is cut after this long, ms: ioredis' default. */
const HANG_UP_MS = 2000

type ConnectorStream = Awaited<ReturnType<AbstractConnector['connect']>>

/**
 * What ioredis says on a new connection leaves as one write. A server at its limit of clients says so and hangs up at once: the second write
 * would fail with EPIPE, and take what it said along.
 */
function saysAllAtOnce(stream: ConnectorStream): ConnectorStream {
  for (const event of ['connect', 'secureConnect'] as const)
    stream.prependOnceListener(event, () => {
      stream.cork()
      process.nextTick(() => stream.uncork())
    })
  return stream
}

/** Connects to one server, as ioredis does, whose own connector is not exported. */
export const connectorTo = (
  { host, port, path }: ServerAddress,
  tls: RedisOptions['tls'],
): NonNullable<RedisOptions['Connector']> =>
  class ServerConnector extends AbstractConnector {
    constructor() {
      super(HANG_UP_MS)
    }

    /** @throws when it was closed meanwhile */
    async connect(): Promise<ConnectorStream> {
      this.connecting = true
      await Promise.resolve()
      if (!this.connecting) throw new Error('Connection is closed.')
      const at = path === undefined ? { host, port } : { path }
      const stream = tls ? connectTls({ ...at, ...tls }) : connectPlain(at)
      stream.once('error', (error: Error) => {
        this.firstError = error
      })
      this.stream = stream
      return saysAllAtOnce(stream)
    }
  }
