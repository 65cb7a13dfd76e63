import { once } from 'node:events'
import { connect, isIP } from 'node:net'
import { plural } from '@gearboard/gears/vocabulary/text'
import { createTransport } from 'nodemailer'
import type { EmailReceiver } from '@/lib/model/alerts/receiver'
import { type AlertMessage, inWords, type MessageInWords, type Sender } from './message'
import type { OutgoingGuard } from './outgoing'
import { SendFailure, type SendResult, saidBy } from './send-result'

/** Of what the server says, bytes. */
const MOST_RESPONSE_BYTES = 65_536

interface MailParts {
  readonly guard: OutgoingGuard
  readonly sender: Sender
  /** Ends the attempt. */
  readonly signal: AbortSignal
  readonly timeoutMs: number
}

/** Hands a message to the mail server once. @throws SendFailure; an error of the connection as Node or nodemailer has it */
export async function sendMail(receiver: EmailReceiver, message: AlertMessage, parts: MailParts): Promise<SendResult> {
  const { security, port, username, password, from, to } = receiver
  const name = receiver.host.replace(/^\[(.*)\]$/, '$1')
  const host = await parts.guard.resolve(name)
  if (security === 'none' && !host.isPrivate)
    throw new SendFailure('Mail without encryption is sent to private addresses only. Choose STARTTLS or TLS.')
  // nodemailer would resolve the name again: it gets a connection to the address that was checked.
  const socket = connect({ host: name, port, lookup: host.lookup, signal: parts.signal })
  try {
    await once(socket, 'connect', { signal: parts.signal })
    const transport = createTransport({
      connection: socket,
      host: name,
      port,
      ...(isIP(name) === 0 && { servername: name }),
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      ...(username !== undefined && { auth: { user: username, pass: password ?? '' } }),
      maxResponseSize: MOST_RESPONSE_BYTES,
      greetingTimeout: parts.timeoutMs,
      socketTimeout: parts.timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    const words = inWords(message, parts.sender)
    const { accepted, rejected, response } = await transport.sendMail({
      from: { name: 'Gearboard', address: from },
      to: [...to],
      subject: `[Gearboard] ${words.title}`,
      text: asText(words),
      html: asHtml(words),
      messageId: `<${message.id}@gearboard>`,
      headers: { 'auto-submitted': 'auto-generated', 'x-gearboard-event': message.event },
    })
    const said = saidBy(response, secretsOf(receiver))
    const refused = rejected.join(', ')
    if (refused === '') return { outcome: 'delivered', answer: `The mail server answered ${said}` }
    return {
      outcome: 'delivered',
      answer: `The mail server took it for ${accepted.length} of ${plural(to.length, 'address', 'addresses')}, not for ${refused}. It answered ${said}`,
    }
  } catch (error) {
    throw mailFailure(error, secretsOf(receiver))
  } finally {
    socket.destroy()
  }
}

/** Of what the server said: 4yz is temporary, 5yz is final (RFC 5321, 4.2.1). */
function mailFailure(error: unknown, secrets: readonly string[]): unknown {
  if (!(error instanceof Error)) return error
  const code = 'responseCode' in error && typeof error.responseCode === 'number' ? error.responseCode : undefined
  if (code === undefined) return error
  const response = 'response' in error && typeof error.response === 'string' ? error.response : error.message
  return new SendFailure(`The mail server answered ${saidBy(response, secrets)}`, { retry: code < 500 })
}

/** AUTH PLAIN sends name and password as one text, which a server may repeat. */
const secretsOf = ({ username = '', password }: EmailReceiver): readonly string[] =>
  password === undefined ? [] : [password, `\0${username}\0${password}`]

const asText = ({ lines, facts, link }: MessageInWords): string =>
  [
    ...lines,
    facts.map(([name, value]) => `${name}: ${value}`).join('\n'),
    ...(link === undefined ? [] : [link]),
    'Sent by Gearboard. Receivers of alerts are set under Settings, Alerts.',
  ].join('\n\n')

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => ESCAPES[char] ?? char)

const asHtml = ({ title, lines, facts, link }: MessageInWords): string =>
  [
    `<p><strong>${escaped(title)}</strong></p>`,
    ...lines.map((line) => `<p>${escaped(line)}</p>`),
    ...(facts.length > 0
      ? [
          `<table>${facts.map(([name, value]) => `<tr><td>${escaped(name)}</td><td>${escaped(value)}</td></tr>`).join('')}</table>`,
        ]
      : []),
    ...(link === undefined ? [] : [`<p><a href="${escaped(link)}">Open in Gearboard</a></p>`]),
    '<p>Sent by Gearboard. Receivers of alerts are set under Settings, Alerts.</p>',
  ].join('\n')
