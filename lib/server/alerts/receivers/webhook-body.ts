import type { Notification } from '@/lib/model/alerts/notification'
import type { WebhookShape } from '@/lib/model/alerts/receiver'
import { type AlertMessage, inWords, linkTo, type Sender, severityOf } from './message'

/** The version of our own JSON: a change that a reader would notice makes it another one. */
const GENERIC_VERSION = 1
const MOST_NOTIFICATIONS = 100
/** Slack refuses a header of more characters. */
const SLACK_HEADER_CHARS = 150

type BodyWriter = (message: AlertMessage, sender: Sender) => unknown

const BODIES: { readonly [Shape in WebhookShape]: BodyWriter } = { generic, slack, teams }

/** The JSON that a webhook of this shape gets. */
export const webhookBody = (shape: WebhookShape, message: AlertMessage, sender: Sender): string =>
  JSON.stringify(BODIES[shape](message, sender))

function generic(message: AlertMessage, sender: Sender): unknown {
  const head = { version: GENERIC_VERSION, id: message.id, event: message.event, gearboard: sender.name ?? null }
  if (message.event !== 'digest') return { ...head, ...genericNotification(message, sender) }
  const { notifications } = message
  return {
    ...head,
    severity: severityOf(message),
    count: notifications.length,
    notifications: notifications
      .slice(0, MOST_NOTIFICATIONS)
      .map((each) => ({ id: each.id, event: each.event, ...genericNotification(each, sender) })),
  }
}

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())

const genericNotification = (notification: Notification, sender: Sender) => {
  const { severity, rule, connection, subject, title, text, path, startedAt, endedAt } = notification
  const url = linkTo(path, sender) ?? null
  const times = { startedAt: iso(startedAt), endedAt: iso(endedAt) }
  return { severity, rule, connection, subject, title, text, path, url, ...times }
}

/** In `text`, which Slack shows in notifications of the desktop, these three characters begin mentions and links. */
const slackText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Rich text holds its words as they are: nothing in them is a mention, a link or markup. */
function slack(message: AlertMessage, sender: Sender): unknown {
  const { title, lines, facts, link } = inWords(message, sender)
  const section = (text: string) => ({ type: 'rich_text_section', elements: [{ type: 'text', text }] })
  const factsInText = facts.flatMap(([name, value], index) => [
    { type: 'text', text: `${index === 0 ? '' : '\n'}${name}: `, style: { bold: true } },
    { type: 'text', text: value },
  ])
  return {
    text: slackText(title),
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_section',
            elements: [{ type: 'text', text: title.slice(0, SLACK_HEADER_CHARS), style: { bold: true } }],
          },
          ...lines.map(section),
          ...(factsInText.length > 0 ? [{ type: 'rich_text_section', elements: factsInText }] : []),
          ...(link === undefined
            ? []
            : [{ type: 'rich_text_section', elements: [{ type: 'link', url: link, text: 'Open in Gearboard' }] }]),
        ],
      },
    ],
  }
}

/** A message with an Adaptive Card, as Workflows of Teams take it. A TextBlock would read Markdown; a run of text is shown as it is. */
function teams(message: AlertMessage, sender: Sender): unknown {
  const { title, lines, facts, link } = inWords(message, sender)
  const block = (...inlines: readonly object[]) => ({ type: 'RichTextBlock', inlines })
  const run = (text: string, look: object = {}) => ({ type: 'TextRun', text, ...look })
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.2',
    body: [
      block(run(title, { weight: 'Bolder', size: 'Medium' })),
      ...lines.map((line) => block(run(line))),
      ...facts.map(([name, value]) => block(run(`${name}: `, { weight: 'Bolder' }), run(value))),
    ],
    actions: link === undefined ? [] : [{ type: 'Action.OpenUrl', title: 'Open in Gearboard', url: link }],
  }
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }],
  }
}
