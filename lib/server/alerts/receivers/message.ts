import { cutEnd, plural } from '@gearboard/gears/vocabulary/text'
import { ALERT_SEVERITIES, type AlertSeverity } from '@/lib/model/alerts/kinds'
import type { Notification, NotificationEvent } from '@/lib/model/alerts/notification'
import { visibleText } from '@/lib/model/text/visible-text'

/** What a rate limit gathered: many notifications as one message. */
export interface Digest {
  readonly id: string
  readonly event: 'digest'
  readonly notifications: readonly Notification[]
}

export type AlertMessage = Notification | Digest

/** Who sends it, and where its pages are. */
export interface Sender {
  /** GEARBOARD_NAME. */
  readonly name: string | undefined
  /** Origin and base path; undefined: Gearboard does not know its own address. */
  readonly address: string | undefined
}

/** A message as people read it, in plain text, whatever shows it. */
export interface MessageInWords {
  /** One line. */
  readonly title: string
  /** Paragraphs. */
  readonly lines: readonly string[]
  readonly facts: readonly (readonly [name: string, value: string])[]
  readonly link: string | undefined
}

const TITLE_CHARS = 200
const LINE_CHARS = 2000
const MOST_LISTED = 20
const EVENT_WORDS: Readonly<Record<NotificationEvent, string>> = {
  firing: 'Firing',
  resolved: 'Resolved',
  test: 'Test',
}

const oneLine = (text: string, most = TITLE_CHARS): string =>
  cutEnd(visibleText(text.replace(/\s+/g, ' ').trim(), LINE_CHARS), most)

const isDigest = (message: AlertMessage): message is Digest => message.event === 'digest'

/** The most urgent severity of those that it tells of. */
export function severityOf(message: AlertMessage): AlertSeverity {
  if (!isDigest(message)) return message.severity
  return ALERT_SEVERITIES.find((each) => message.notifications.some(({ severity }) => severity === each)) ?? 'info'
}

export const linkTo = (path: string, { address }: Sender): string | undefined =>
  address === undefined ? undefined : `${address}${path}`

export function inWords(message: AlertMessage, sender: Sender): MessageInWords {
  if (isDigest(message)) return digestInWords(message, sender)
  const { event, severity, rule, connection, subject, title, text, path, startedAt, endedAt } = message
  return {
    title: `${EVENT_WORDS[event]}: ${oneLine(title)}`,
    lines: text
      .split('\n')
      .map((line) => oneLine(line, LINE_CHARS))
      .filter((line) => line !== ''),
    facts: [
      ['Severity', severity],
      ...(connection === null ? [] : [['Connection', oneLine(connection)] as const]),
      ['Subject', oneLine(subject)],
      ['Rule', oneLine(rule.name)],
      ['Began', utc(startedAt)],
      ...(endedAt === null ? [] : [['Ended', utc(endedAt)] as const]),
      ...(sender.name === undefined ? [] : [['Gearboard', oneLine(sender.name)] as const]),
    ],
    link: linkTo(path, sender),
  }
}

/** Readers may be in any time zone. */
const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`

function digestInWords({ notifications }: Digest, sender: Sender): MessageInWords {
  const count = (event: NotificationEvent) => notifications.filter((each) => each.event === event).length
  const listed = notifications.slice(0, MOST_LISTED)
  const left = notifications.length - listed.length
  return {
    title: `${plural(notifications.length, 'more alert')}: ${count('firing')} firing, ${count('resolved')} resolved`,
    lines: [
      'So many alerts came within a minute that Gearboard sends the rest of them as one message.',
      ...listed.map(({ event, title }) => `${EVENT_WORDS[event]}: ${oneLine(title)}`),
      ...(left > 0 ? [`and ${plural(left, 'other')}`] : []),
    ],
    facts: sender.name === undefined ? [] : [['Gearboard', oneLine(sender.name)]],
    link: linkTo('/alerts', sender),
  }
}
