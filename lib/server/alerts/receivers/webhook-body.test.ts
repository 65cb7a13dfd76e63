import { expect, test } from 'vitest'
import { notificationOf } from '../testing'
import type { AlertMessage, Digest } from './message'
import { webhookBody } from './webhook-body'

const SENDER = { name: undefined, address: undefined }
const bodyOf = (shape: 'generic' | 'slack' | 'teams', message: AlertMessage, sender = SENDER): unknown =>
  JSON.parse(webhookBody(shape, message, sender))

/** Words of functions, keys and errors may be anything. */
const HOSTILE =
  '<!channel> <@U1> <https://evil.example|click> *bold* _it_ `code` [link](https://evil.example) **b** <at>all</at> &amp; "q" \u202e\x1b[31m'

const textsIn = (value: unknown): readonly string[] => {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, each]) =>
    name === 'text' && typeof each === 'string' ? [each] : textsIn(each),
  )
}

const hostile = notificationOf({ title: HOSTILE, text: HOSTILE, subject: HOSTILE, connection: HOSTILE })
const typesIn = (value: unknown): readonly unknown[] => {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, each]) => (name === 'type' ? [each] : typesIn(each)))
}

test('Slack gets nothing that it would read as a mention, a link or markup', () => {
  const body = bodyOf('slack', hostile)
  // Rich text is taken literally; only the text of the notification is not.
  expect(new Set(typesIn(body))).toEqual(new Set(['rich_text', 'rich_text_section', 'text']))
  expect(body).toMatchObject({ mrkdwn: false })
  const [fallback, ...rest] = textsIn(body)
  expect(fallback).not.toMatch(/[<>]/)
  expect(fallback).toContain('&lt;!channel&gt;')
  expect(fallback).toContain('&amp;amp;')
  expect(rest.join('')).toContain('<!channel>')
})

test('Teams gets runs of text, which hold no Markdown, and no mention', () => {
  const body = bodyOf('teams', hostile)
  expect(new Set(typesIn(body))).toEqual(new Set(['message', 'AdaptiveCard', 'RichTextBlock', 'TextRun']))
  expect(JSON.stringify(body)).not.toContain('msteams')
  expect(textsIn(body).join('')).toContain('**b** <at>all</at>')
})

test.each(['slack', 'teams'] as const)('%s gets no character that hides or reorders others', (shape) => {
  const words = textsIn(bodyOf(shape, hostile)).join('')
  expect(words).not.toContain('\u202e')
  expect(words).not.toContain('\x1b')
  expect(words).toContain('\\u202e\\x1b[31m')
})

test('our own JSON has the words as they are: a program reads it', () => {
  expect(bodyOf('generic', hostile)).toMatchObject({ title: HOSTILE, text: HOSTILE, subject: HOSTILE })
})

test.each(['generic', 'slack', 'teams'] as const)('%s gets a bounded message, whatever it is of', (shape) => {
  const long = 'x'.repeat(1_000_000)
  const notifications = Array.from({ length: 500 }, (_, index) =>
    notificationOf({ id: `n${index}`, title: 'y'.repeat(200) }),
  )
  const digest: Digest = { id: 'd', event: 'digest', notifications }
  expect(webhookBody(shape, digest, SENDER).length).toBeLessThan(100_000)
  if (shape !== 'generic')
    expect(webhookBody(shape, notificationOf({ title: long, text: long, subject: long }), SENDER).length).toBeLessThan(
      28_000,
    )
})

test('the link is there where Gearboard knows its address', () => {
  const link = 'https://gearboard.example/gears/orders/registrations/reserve-stock'
  for (const shape of ['generic', 'slack', 'teams'] as const) {
    const sender = { name: undefined, address: 'https://gearboard.example/gears' }
    expect(webhookBody(shape, notificationOf(), sender)).toContain(link)
    expect(webhookBody(shape, notificationOf(), SENDER)).not.toContain('https://gearboard')
  }
})

test('a digest counts what fired and what ended, with the worst severity', () => {
  const notifications = [
    notificationOf({ id: 'a', severity: 'info' }),
    notificationOf({ id: 'b', severity: 'critical' }),
    notificationOf({ id: 'c', event: 'resolved', endedAt: Date.UTC(2026, 10, 29, 1) }),
  ]
  const digest: Digest = { id: 'd', event: 'digest', notifications }
  expect(bodyOf('generic', digest)).toMatchObject({
    version: 1,
    id: 'd',
    event: 'digest',
    severity: 'critical',
    count: 3,
    notifications: [{ id: 'a' }, { id: 'b' }, { id: 'c', event: 'resolved', endedAt: '2026-11-29T01:00:00.000Z' }],
  })
  expect(bodyOf('slack', digest)).toMatchObject({ text: '3 more alerts: 2 firing, 1 resolved' })
})
