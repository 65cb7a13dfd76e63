import { createServer } from 'node:net'
import { listenOnLoopback } from '@gearboard/gears/testing/loopback-server'
import { expect, onTestFinished, test } from 'vitest'
import type { WebhookReceiver } from '@/lib/model/alerts/receiver'
import { Authority } from '@/test/certificates'
import { allowing, notificationOf, ReceiverServer, sendParts } from '../testing'
import { OutgoingGuard } from './outgoing'
import { send } from './send'
import { signatureOf } from './webhook'

const webhook = (url: string, changes: Partial<WebhookReceiver> = {}): WebhookReceiver => ({
  kind: 'webhook',
  name: 'on call',
  shape: 'generic',
  url,
  ...changes,
})

/** A guard whose names resolve as given. */
const resolving = (allow: string, ...addresses: readonly string[]) =>
  new OutgoingGuard(allowing(allow), async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
  )

test('a message is posted as JSON, signed, under the name of the address', async () => {
  const server = await ReceiverServer.listen()
  const secret = 'a secret of the receiver'
  const receiver = webhook(`http://hooks.example:${server.port}/in?team=ops`, { secret })
  const result = await send(receiver, notificationOf(), sendParts({ guard: resolving('hooks.example', '127.0.0.1') }))
  expect(result).toEqual({ outcome: 'delivered', answer: 'It answered 200: ok' })
  const [request] = server.requests
  expect(server.requests).toHaveLength(1)
  expect(request).toMatchObject({ method: 'POST', path: '/in?team=ops' })
  expect(request?.headers).toMatchObject({
    host: `hooks.example:${server.port}`,
    'content-type': 'application/json; charset=utf-8',
    'x-gearboard-event': 'firing',
    'x-gearboard-delivery': 'n1',
  })
  const timestamp = String(request?.headers['x-gearboard-timestamp'])
  expect(request?.headers['x-gearboard-signature']).toBe(signatureOf(secret, timestamp, request?.body ?? ''))
  expect(JSON.parse(request?.body ?? '')).toMatchObject({
    version: 1,
    id: 'n1',
    event: 'firing',
    severity: 'warning',
    gearboard: 'staging',
    connection: 'orders',
    url: 'https://gearboard.example/gears/orders/registrations/reserve-stock',
    startedAt: '2026-11-29T00:30:00.000Z',
    endedAt: null,
  })
})

test.each([
  [200, 'delivered', undefined],
  [202, 'delivered', undefined],
  [204, 'delivered', undefined],
  [301, 'failed', false],
  [302, 'failed', false],
  [307, 'failed', false],
  [400, 'failed', false],
  [401, 'failed', false],
  [404, 'failed', false],
  [410, 'failed', false],
  [408, 'failed', true],
  [429, 'failed', true],
  [500, 'failed', true],
  [503, 'failed', true],
])('an answer %i is %s, tried again: %s', async (status, outcome, retry) => {
  const server = await ReceiverServer.listen((response) =>
    response.writeHead(status, { location: 'http://127.0.0.1:1/elsewhere' }).end(),
  )
  const result = await send(webhook(server.url()), notificationOf(), sendParts())
  expect(result).toMatchObject({ outcome, ...(retry !== undefined && { retry }) })
  expect(result.answer).toContain(`It answered ${status}`)
  expect(server.requests).toHaveLength(1)
})

test.each([
  ['7', 7000],
  ['0', 0],
  ['999999', 3_600_000],
  ['Fri, 01 Jan 2027 00:00:00 GMT', 3_600_000],
  ['Thu, 01 Jan 2026 00:00:00 GMT', 0],
  ['soon', undefined],
  ['-5', undefined],
])('Retry-After: %s is a pause of %s ms', async (header, retryAfterMs) => {
  const server = await ReceiverServer.listen((response) => response.writeHead(429, { 'retry-after': header }).end())
  const result = await send(webhook(server.url()), notificationOf(), sendParts())
  expect('retryAfterMs' in result ? result.retryAfterMs : undefined).toBe(retryAfterMs)
})

const QUICK = { webhook: 300, email: 300 }

test('one that hangs ends with its time', async () => {
  const server = await ReceiverServer.listen(() => undefined)
  const result = await send(webhook(server.url()), notificationOf(), sendParts({ mostMs: QUICK }))
  expect(result).toEqual({ outcome: 'failed', retry: true, answer: 'It did not answer within 0.3 s.' })
})

test('a name that is never resolved ends with its time', async () => {
  const guard = new OutgoingGuard(allowing(''), () => new Promise(() => undefined))
  const result = await send(webhook('https://hooks.example/x'), notificationOf(), sendParts({ guard, mostMs: QUICK }))
  expect(result).toMatchObject({ outcome: 'failed', retry: true, answer: 'It did not answer within 0.3 s.' })
})

test('the end of Gearboard ends an attempt', async () => {
  const ending = new AbortController()
  const server = await ReceiverServer.listen(() => ending.abort())
  const result = await send(webhook(server.url()), notificationOf(), sendParts({ ending: ending.signal }))
  expect(result).toMatchObject({ retry: true, answer: 'Gearboard ended before it answered.' })
})

test('the status decides, also where the answer never ends or is huge', async () => {
  const endless = await ReceiverServer.listen((response) => void response.writeHead(200).write('thank you'))
  expect(await send(webhook(endless.url()), notificationOf(), sendParts())).toEqual({
    outcome: 'delivered',
    answer: 'It answered 200: thank you',
  })
  const huge = await ReceiverServer.listen((response) => response.writeHead(500).end('x'.repeat(5_000_000)))
  const result = await send(webhook(huge.url()), notificationOf(), sendParts())
  expect(result).toMatchObject({ outcome: 'failed', retry: true })
  expect(result.answer.length).toBeLessThan(400)
})

test.each([
  ['is not HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'It answered something that is not HTTP.'],
  [
    'has a header without end',
    `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`,
    'Its answer has headers that are too long.',
  ],
  ['is empty', '', 'It closed the connection without an answer.'],
])('an answer that %s', async (_, text, answer) => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end(text))
  })
  onTestFinished(() => void server.close())
  const port = await listenOnLoopback(server)
  const result = await send(webhook(`http://127.0.0.1:${port}/`), notificationOf(), sendParts())
  expect(result).toEqual({ outcome: 'failed', retry: true, answer })
})

test('where nothing listens', async () => {
  const server = createServer()
  const port = await listenOnLoopback(server)
  server.close()
  const result = await send(webhook(`http://127.0.0.1:${port}/`), notificationOf(), sendParts())
  expect(result).toMatchObject({ retry: true, answer: 'Nothing listens at its address (connection refused).' })
})

test('what it says is shown on one line, without control characters and without a secret of its address', async () => {
  const server = await ReceiverServer.listen((response, { path }) =>
    response.writeHead(404).end(`Cannot POST ${path}\n\x1b[31mno hook \u202e secret-token-1234`),
  )
  const url = server.url('/services/T0001/secret-token-1234')
  const result = await send(webhook(url, { shape: 'slack' }), notificationOf(), sendParts())
  expect(result.answer).toBe('It answered 404: Cannot POST … \\x1b[31mno hook \\u202e …')
})

test.each([
  ['http://169.254.169.254/latest/meta-data/', '169.254.169.254 is a link-local'],
  ['http://[::ffff:169.254.169.254]/', '::ffff:a9fe:a9fe is a link-local'],
  ['http://2852039166/', '169.254.169.254 is a link-local'],
  ['http://0xa9fea9fe/', '169.254.169.254 is a link-local'],
  ['http://[fe80::1]/', 'fe80::1 is a link-local'],
  ['http://0/', '0.0.0.0 is a link-local, metadata or special address'],
])('%s is never reached, whatever is allowed', async (url, words) => {
  const guard = new OutgoingGuard(allowing('0.0.0.0/0,::/0'))
  const result = await send(webhook(url), notificationOf(), sendParts({ guard }))
  expect(result).toMatchObject({ outcome: 'failed', retry: false })
  expect(result.answer).toContain(words)
})

test.each([
  ['https://127.0.0.1/', '127.0.0.1 is a private address. To allow it, add 127.0.0.1 to GEARBOARD_ALERTS_ALLOW.'],
  ['https://127.1/', '127.0.0.1 is a private address. To allow it, add 127.0.0.1 to GEARBOARD_ALERTS_ALLOW.'],
  ['https://[::1]/', '::1 is a private address. To allow it, add ::1 to GEARBOARD_ALERTS_ALLOW.'],
  ['https://10.9.8.7/', '10.9.8.7 is a private address. To allow it, add 10.9.8.7 to GEARBOARD_ALERTS_ALLOW.'],
])('%s is refused unless it is allowed', async (url, answer) => {
  const guard = new OutgoingGuard(allowing('192.168.0.0/16'))
  expect(await send(webhook(url), notificationOf(), sendParts({ guard }))).toEqual({
    outcome: 'failed',
    retry: false,
    answer,
  })
})

test('a name is refused for any of its addresses, and never by its name for a link-local one', async () => {
  const sendTo = (guard: OutgoingGuard) =>
    send(webhook('https://Hooks.Example/x'), notificationOf(), sendParts({ guard }))
  expect(await sendTo(resolving('', '93.184.216.34', '10.0.0.1'))).toMatchObject({
    retry: false,
    answer:
      'hooks.example resolves to 10.0.0.1, which is a private address. To allow it, add 10.0.0.1 or hooks.example to GEARBOARD_ALERTS_ALLOW.',
  })
  const metadata = await sendTo(resolving('hooks.example', '169.254.169.254'))
  expect(metadata.answer).toMatch(/^hooks.example resolves to 169.254.169.254, which is a link-local/)
  expect(await sendTo(resolving(''))).toMatchObject({ retry: true, answer: 'The name hooks.example has no address.' })
})

test('a name is resolved once, and what it resolved to is connected to', async () => {
  const server = await ReceiverServer.listen()
  const answers = [['127.0.0.1'], ['169.254.169.254']]
  let asked = 0
  const guard = new OutgoingGuard(allowing('127.0.0.0/8'), async () =>
    (answers[asked++] ?? []).map((address) => ({ address, family: 4 })),
  )
  const result = await send(webhook(`http://rebinding.example:${server.port}/`), notificationOf(), sendParts({ guard }))
  expect(result.outcome).toBe('delivered')
  expect(asked).toBe(1)
  expect(server.requests).toHaveLength(1)
})

test('the second address is tried where nothing listens at the first', async () => {
  const server = await ReceiverServer.listen()
  const guard = resolving('127.0.0.0/8', '127.9.9.9', '127.0.0.1')
  const result = await send(webhook(`http://two.example:${server.port}/`), notificationOf(), sendParts({ guard }))
  expect(result.outcome).toBe('delivered')
})

test('unencrypted addresses must be private', async () => {
  const result = await send(webhook('http://93.184.216.34/'), notificationOf(), sendParts())
  expect(result).toEqual({
    outcome: 'failed',
    retry: false,
    answer: 'Its address begins with http://, which sends alerts unencrypted. Use https://.',
  })
})

test('with TLS, only a certificate that is trusted and has the name', async () => {
  const authority = new Authority()
  onTestFinished(() => authority.remove())
  const server = await ReceiverServer.listen(undefined, { tls: authority.pair({ names: 'DNS:hooks.example' }) })
  const guard = resolving('127.0.0.0/8', '127.0.0.1')
  const url = `https://hooks.example:${server.port}/`
  const result = await send(webhook(url), notificationOf(), sendParts({ guard }))
  expect(result).toMatchObject({ outcome: 'failed', retry: true })
  expect(result.answer).toMatch(/^Its certificate is signed by an authority that Gearboard does not trust\./)
  const plain = await ReceiverServer.listen()
  const wrong = await send(webhook(`https://127.0.0.1:${plain.port}/`), notificationOf(), sendParts())
  expect(wrong.answer).toBe('It does not speak TLS at this port.')
})
