import { createHmac } from 'node:crypto'
import { type IncomingMessage, type RequestOptions, request as requestByHttp } from 'node:http'
import { request as requestByHttps } from 'node:https'
import { wallMs } from '@gearboard/gears/vocabulary/clock'
import type { WebhookReceiver } from '@/lib/model/alerts/receiver'
import type { AlertMessage, Sender } from './message'
import type { OutgoingGuard } from './outgoing'
import { SendFailure, type SendResult, saidBy } from './send-result'
import { webhookBody } from './webhook-body'

/** Of an answer, bytes that are read: its first words are shown. */
const MOST_ANSWER_BYTES = 65_536
/** How long its words are waited for, ms: the status has decided. */
const WORDS_WAIT_MS = 1000
const MOST_HEADER_BYTES = 16_384
/** A receiver that asks for a longer pause is asked after this one, ms. */
const LONGEST_PAUSE_MS = 3_600_000

interface WebhookParts {
  readonly guard: OutgoingGuard
  readonly sender: Sender
  /** Ends the attempt. */
  readonly signal: AbortSignal
}

/** `v1=` and the HMAC-SHA256, in hex, of the time, a dot and the body. */
export const signatureOf = (secret: string, timestamp: string, body: string): string =>
  `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`

/** Posts a message once. @throws SendFailure; an error of the connection as Node has it */
export async function postWebhook(
  webhook: WebhookReceiver,
  message: AlertMessage,
  parts: WebhookParts,
): Promise<SendResult> {
  const url = new URL(webhook.url)
  const host = await parts.guard.resolve(url.hostname.replace(/^\[(.*)\]$/, '$1'))
  const isPlain = url.protocol === 'http:'
  if (isPlain && !host.isPrivate)
    throw new SendFailure('Its address begins with http://, which sends alerts unencrypted. Use https://.')
  const body = webhookBody(webhook.shape, message, parts.sender)
  const answer = await exchange(isPlain ? requestByHttp : requestByHttps, url, body, {
    method: 'POST',
    // A connection for each: none is left open to an address that was checked long ago.
    agent: false,
    lookup: host.lookup,
    maxHeaderSize: MOST_HEADER_BYTES,
    signal: parts.signal,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'Gearboard',
      ...(webhook.shape === 'generic' && ownHeaders(webhook.secret, message, body)),
    },
  })
  return resultOf(answer, secretsOf(webhook))
}

function ownHeaders(secret: string | undefined, { id, event }: AlertMessage, body: string): Record<string, string> {
  const timestamp = String(Math.floor(wallMs() / 1000))
  return {
    'x-gearboard-event': event,
    'x-gearboard-delivery': id,
    'x-gearboard-timestamp': timestamp,
    ...(secret !== undefined && { 'x-gearboard-signature': signatureOf(secret, timestamp, body) }),
  }
}

interface WebhookAnswer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly words: string
}

const exchange = (
  request: typeof requestByHttps,
  url: URL,
  body: string,
  options: RequestOptions,
): Promise<WebhookAnswer> =>
  new Promise((resolve, reject) => {
    const sent = request(url, options, (response) => {
      const { statusCode: status = 0, headers } = response
      const chunks: Buffer[] = []
      let bytes = 0
      const finish = () => {
        clearTimeout(timer)
        sent.destroy()
        resolve({ status, headers, words: Buffer.concat(chunks).toString('utf8') })
      }
      const timer = setTimeout(finish, WORDS_WAIT_MS)
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes <= MOST_ANSWER_BYTES) chunks.push(chunk)
        else finish()
      })
      // Whatever ends it: the status was read.
      response.once('close', finish)
      response.once('error', finish)
    })
    sent.once('error', reject)
    sent.end(body)
  })

function resultOf({ status, headers, words }: WebhookAnswer, secrets: readonly string[]): SendResult {
  const said = saidBy(words, secrets)
  const answered = `It answered ${status}${said === '' ? '' : `: ${said}`}`
  if (status >= 200 && status < 300) return { outcome: 'delivered', answer: answered }
  if (status >= 300 && status < 400)
    return {
      outcome: 'failed',
      retry: false,
      answer: `It answered ${status}, a redirect, which Gearboard does not follow. Enter the address that it leads to.`,
    }
  const pause = pauseAsked(headers['retry-after'])
  return {
    outcome: 'failed',
    answer: answered,
    retry: status >= 500 || RETRIED.has(status),
    ...(pause !== undefined && { retryAfterMs: pause }),
  }
}

/** Of the 4xx, those that say that the same may succeed later: timeout, too early, too many requests. */
const RETRIED = new Set([408, 425, 429])

/** Seconds, or a date (RFC 9110, 10.2.3). */
function pauseAsked(header: string | undefined): number | undefined {
  if (header === undefined) return undefined
  const isDate = /^[A-Z][a-z]{2}, /.test(header)
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : isDate ? Date.parse(header) - wallMs() : Number.NaN
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_PAUSE_MS)
}

/** What of an address identifies its owner: an error page repeats it. */
function secretsOf({ url, secret }: WebhookReceiver): readonly string[] {
  const { href, pathname, search, searchParams } = new URL(url)
  const parts = [...pathname.split('/'), ...searchParams.values()].filter((part) => part.length >= 8)
  return [href, url, `${pathname}${search}`, pathname, ...parts, ...(secret === undefined ? [] : [secret])]
}
