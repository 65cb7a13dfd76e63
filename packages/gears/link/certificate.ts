import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { fromIoredis } from '../errors'
import type { HostPort } from './target'

/**
 * When the certificate that a server shows now expires, ms since the epoch: by a handshake of its own, after which nothing is said. A connection
 * that lasts shows the one of when it was made. Null: it shows none that has an end. @throws GearsError
 */
export function certificateEnd(at: HostPort, tls: ConnectionOptions, ms: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: at.host, port: at.port, ...tls })
    const end = (settle: () => void) => {
      clearTimeout(late)
      socket.destroy()
      settle()
    }
    const fail = (error: Error) => end(() => reject(fromIoredis(error, { address: `${at.host}:${at.port}` })))
    const late = setTimeout(() => fail(new Error(`no handshake within ${ms} ms`)), ms)
    socket.once('secureConnect', () => {
      const until = Date.parse(socket.getPeerCertificate().valid_to)
      end(() => resolve(Number.isFinite(until) ? until : null))
    })
    socket.once('error', fail)
    socket.once('close', () => fail(new Error('the server closed the connection')))
  })
}
