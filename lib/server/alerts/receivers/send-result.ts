import { visibleText } from '@/lib/model/text/visible-text'

/** What one attempt to send came to. */
export type SendResult =
  | { readonly outcome: 'delivered'; readonly answer: string }
  | {
      readonly outcome: 'failed'
      /** What happened, and what helps. */
      readonly answer: string
      /** The same may succeed later. */
      readonly retry: boolean
      /** Not earlier than after this long, ms: the receiver asks for it. */
      readonly retryAfterMs?: number
    }

/** Nothing was delivered; the message says why. */
export class SendFailure extends Error {
  override readonly name = 'SendFailure'
  readonly retry: boolean
  readonly retryAfterMs: number | undefined

  constructor(message: string, { retry = false, retryAfterMs }: { retry?: boolean; retryAfterMs?: number } = {}) {
    super(message)
    this.retry = retry
    this.retryAfterMs = retryAfterMs
  }
}

/** Of what a receiver said, characters that are kept. */
const SAID_CHARS = 300

/** Receivers repeat in their errors what they were sent: no secret of it is kept. */
function withoutSecretsIn(text: string, secrets: readonly string[]): string {
  const hidden = secrets
    .filter((secret) => secret.length >= 4)
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64').replaceAll('=', ''),
    ])
    // What holds another one is hidden first.
    .sort((a, b) => b.length - a.length)
  return hidden.reduce((left, secret) => left.replaceAll(secret, '…'), text)
}

/** What a receiver said, on one line, bounded, without secrets. */
export const saidBy = (text: string, secrets: readonly string[]): string =>
  visibleText(withoutSecretsIn(text, secrets).replace(/\s+/g, ' ').trim(), SAID_CHARS)
