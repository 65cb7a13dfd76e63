import type { ReceiverDefinition } from '@/lib/model/alerts/receiver'
import { sendMail } from './mail'
import type { AlertMessage, Sender } from './message'
import type { OutgoingGuard } from './outgoing'
import { SendFailure, type SendResult } from './send-result'
import { postWebhook } from './webhook'

/** How long an attempt may take, ms. Mail servers greet late on purpose, to be rid of spammers. */
const MOST_MS = { webhook: 10_000, email: 20_000 } as const satisfies Record<ReceiverDefinition['kind'], number>

export interface SendParts {
  readonly guard: OutgoingGuard
  readonly sender: Sender
  /** Aborted when Gearboard ends. */
  readonly ending: AbortSignal
  /** Other limits, ms. */
  readonly mostMs?: Record<ReceiverDefinition['kind'], number>
}

/** Makes one attempt, bounded in time and size. Never throws: what happened is in the result, in words, without secrets. */
export async function send(receiver: ReceiverDefinition, message: AlertMessage, parts: SendParts): Promise<SendResult> {
  const { guard, sender, ending, mostMs = MOST_MS } = parts
  const timeoutMs = mostMs[receiver.kind]
  const timeout = AbortSignal.timeout(timeoutMs)
  const signal = AbortSignal.any([timeout, ending])
  const attempt =
    receiver.kind === 'webhook'
      ? postWebhook(receiver, message, { guard, sender, signal })
      : sendMail(receiver, message, { guard, sender, signal, timeoutMs })
  try {
    return await Promise.race([attempt, aborted(signal)])
  } catch (error) {
    if (timeout.aborted) return failed(`It did not answer within ${timeoutMs / 1000} s.`, true)
    if (ending.aborted) return failed('Gearboard ended before it answered.', true)
    if (error instanceof SendFailure) {
      const { message: answer, retry, retryAfterMs } = error
      return { outcome: 'failed', answer, retry, ...(retryAfterMs !== undefined && { retryAfterMs }) }
    }
    return failed(connectionFault(error), true)
  }
}

const failed = (answer: string, retry: boolean): SendResult => ({ outcome: 'failed', answer, retry })

/** Resolving a name cannot be aborted: it is left behind. */
const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const stop = () => reject(new SendFailure('aborted', { retry: true }))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })

/** By the code of an error or by its words, which nodemailer keeps where it gives a code of its own. The first that fits. */
const FAULTS: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/CERT_ALTNAME_INVALID|does not match certificate/, 'Its certificate is for another name.'],
  [/CERT_HAS_EXPIRED|certificate has expired/, 'Its certificate has expired.'],
  [
    /SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER|VERIFY)|self[- ]signed certificate|unable to (verify|get)/,
    'Its certificate is signed by an authority that Gearboard does not trust. Start Gearboard with NODE_EXTRA_CA_CERTS naming the file of that authority.',
  ],
  [/WRONG_VERSION_NUMBER|wrong version number/, 'It does not speak TLS at this port.'],
  [/ECONNREFUSED/, 'Nothing listens at its address (connection refused).'],
  [/ENETUNREACH|EHOSTUNREACH/, 'Its address cannot be reached from here.'],
  [/HPE_HEADER_OVERFLOW/, 'Its answer has headers that are too long.'],
  [/HPE_/, 'It answered something that is not HTTP.'],
  [/EPROTOCOL/, 'It answered something that is not SMTP.'],
  [/ENOAUTH/, 'It asks for a user and password.'],
  [/ECONNRESET|EPIPE|ECONNECTION/, 'It closed the connection without an answer.'],
]

/** What went wrong between here and the receiver. Messages of errors may hold addresses: only codes are shown. */
function connectionFault(error: unknown): string {
  const causes = causesOf(error)
  const known = FAULTS.find(([pattern]) => causes.some(({ code, message }) => pattern.test(`${code} ${message}`)))
  const codes = [...new Set(causes.map(({ code }) => code).filter((code) => code !== ''))]
  return known?.[1] ?? `The connection failed${codes.length > 0 ? ` (${codes.join(', ')})` : ''}.`
}

interface SendFault {
  readonly code: string
  readonly message: string
}

/** Of an error, of what caused it, and of each address that was tried. */
function causesOf(error: unknown): readonly SendFault[] {
  if (!(error instanceof Error)) return []
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const tried = error instanceof AggregateError ? error.errors.flatMap(causesOf) : []
  return [{ code, message: error.message }, ...tried, ...causesOf(error.cause)]
}
