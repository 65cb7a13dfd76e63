import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { isResp } from '../errors'
import type { HostPort } from './target'
import { tlsProblem } from './tls-problem'

// A port that is asked in the wrong protocol often says nothing at all: redis-server waits for the end of what it takes for a line, and with TLS it
// hangs up without an alert (measured on 7.0). Asked in the other one it answers. Nothing secret is sent.

/** Whether a PING without TLS gets a reply of Redis, even an error. */
export function speaksPlainly(at: HostPort, ms: number): Promise<boolean> {
  const socket = connect({ ...at, timeout: ms })
  socket.write('PING\r\n')
  return answered((resolve) => {
    socket
      .once('data', (chunk: Buffer) => resolve(isResp(chunk.toString('latin1', 0, 1))))
      .once('timeout', () => resolve(false))
      .once('error', () => resolve(false))
      .once('close', () => resolve(false))
  }, ms).finally(() => socket.destroy())
}

/** Whether the beginning of a TLS handshake is answered by TLS; whether the certificate is a good one is another question. */
export function speaksTls(at: HostPort, ms: number): Promise<boolean> {
  const socket = connectTls({ ...at, timeout: ms })
  return answered((resolve) => {
    socket
      .once('secureConnect', () => resolve(true))
      .once('timeout', () => resolve(false))
      .once('error', (error: Error) => resolve(provesTls(error)))
      .once('close', () => resolve(false))
  }, ms).finally(() => socket.destroy())
}

/** A certificate that is refused, or an alert. */
function provesTls(error: Error): boolean {
  const problem = tlsProblem(error)
  return (
    problem !== undefined && problem.refusal !== 'plain_expected' && !('code' in error && error.code === 'ECONNRESET')
  )
}

/** False after `ms`, however steadily something else arrives. */
function answered(ask: (resolve: (spoken: boolean) => void) => void, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve(false), ms)
    ask((spoken) => {
      clearTimeout(late)
      resolve(spoken)
    })
  })
}
