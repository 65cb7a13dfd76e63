import { createServer } from 'node:net'
import { listenOnLoopback } from '@gearboard/gears/testing/loopback-server'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { expect, onTestFinished, test } from 'vitest'
import type { EmailReceiver } from '@/lib/model/alerts/receiver'
import { Authority } from '@/test/certificates'
import { allowing, notificationOf, sendParts } from '../testing'
import { OutgoingGuard } from './outgoing'
import { send } from './send'

interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  /** With its headers, as it came. */
  readonly source: string
}

/** A real mail server on loopback, without encryption and without sign-in unless it is said. */
async function mailServer(
  options: SMTPServerOptions = {},
): Promise<{ readonly port: number; readonly mails: ReceivedMail[] }> {
  const mails: ReceivedMail[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, { envelope: { mailFrom, rcptTo } }, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const from = mailFrom === false ? '' : mailFrom.address
        mails.push({ from, to: rcptTo.map(({ address }) => address), source: Buffer.concat(chunks).toString('utf8') })
        done()
      })
    },
    ...options,
  })
  server.on('error', () => undefined)
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return { port: await listenOnLoopback(server.server), mails }
}

const mailTo = (port: number, changes: Partial<EmailReceiver> = {}): EmailReceiver => ({
  kind: 'email',
  name: 'the team',
  host: '127.0.0.1',
  port,
  security: 'none',
  from: 'gearboard@example.com',
  to: ['ops@example.com'],
  ...changes,
})

const headersOf = (source: string): string => source.slice(0, source.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ')

test('a message arrives as text and as HTML, for everybody who is named', async () => {
  const { port, mails } = await mailServer()
  const to = ['ops@example.com', 'night@example.com']
  const result = await send(mailTo(port, { to }), notificationOf(), sendParts())
  expect(result.outcome).toBe('delivered')
  expect(result.answer).toMatch(/^The mail server answered 250/)
  const [mail] = mails
  expect(mail).toMatchObject({ from: 'gearboard@example.com', to })
  const headers = headersOf(mail?.source ?? '')
  expect(headers).toMatch(/^Subject: \[Gearboard\] Firing: reserve-stock fails 12 % of its runs on orders$/m)
  expect(headers).toMatch(/^Message-ID: <n1@gearboard>$/im)
  expect(headers).toMatch(/^Auto-Submitted: auto-generated$/im)
  expect(mail?.source).toContain('Content-Type: text/plain')
  expect(mail?.source).toContain('Content-Type: text/html')
  expect(mail?.source.replace(/=\r\n/g, '')).toContain(
    'https://gearboard.example/gears/orders/registrations/reserve-stock',
  )
})

test.each([
  ['a line break', 'x\r\nBcc: thief@evil.example\r\n\r\nbody'],
  ['a bare line feed', 'x\nBcc: thief@evil.example'],
  ['a carriage return', 'x\rBcc: thief@evil.example'],
  ['separators of Unicode', 'x\u2028Bcc: thief@evil.example\u0085y'],
  ['letters of others', 'résumé 概要 \u202eBcc: thief@evil.example'],
])('%s in a title adds no header and no recipient', async (_, title) => {
  const { port, mails } = await mailServer()
  const result = await send(mailTo(port), notificationOf({ title, subject: title, text: title }), sendParts())
  expect(result.outcome).toBe('delivered')
  expect(mails).toHaveLength(1)
  expect(mails[0]?.to).toEqual(['ops@example.com'])
  expect(headersOf(mails[0]?.source ?? '')).not.toMatch(/^Bcc/im)
})

test('HTML of a title is text', async () => {
  const { port, mails } = await mailServer()
  await send(mailTo(port), notificationOf({ title: '<img src=x onerror="a()">&' }), sendParts())
  const source = mails[0]?.source.replace(/=\r\n/g, '').replaceAll('=3D', '=') ?? ''
  const html = source.slice(source.indexOf('text/html'))
  expect(html).toContain('&lt;img src=x onerror=&quot;a()&quot;&gt;&amp;')
  expect(html).not.toContain('<img')
})

test('with STARTTLS and TLS, only a certificate that is trusted', async () => {
  const authority = new Authority()
  onTestFinished(() => authority.remove())
  const pair = authority.pair({ names: 'IP:127.0.0.1' })
  const later = await mailServer({ ...pair, disabledCommands: [] })
  const atOnce = await mailServer({ ...pair, secure: true })
  for (const receiver of [mailTo(later.port, { security: 'starttls' }), mailTo(atOnce.port, { security: 'tls' })]) {
    const result = await send(receiver, notificationOf(), sendParts())
    expect(result).toMatchObject({ outcome: 'failed', retry: true })
    expect(result.answer).toMatch(/signed by an authority that Gearboard does not trust/)
  }
  expect([...later.mails, ...atOnce.mails]).toEqual([])
})

test('a server that offers no STARTTLS gets no mail, and no password', async () => {
  const asked: string[] = []
  const { port, mails } = await mailServer({
    onAuth({ password }, _session, done) {
      asked.push(password ?? '')
      done(null, { user: 'x' })
    },
  })
  const result = await send(
    mailTo(port, { security: 'starttls', username: 'u', password: 'p' }),
    notificationOf(),
    sendParts(),
  )
  expect(result).toMatchObject({ outcome: 'failed' })
  expect(mails).toEqual([])
  expect(asked).toEqual([])
})

test('a sign-in that is refused is said, without the password', async () => {
  const password = 'the password of mail'
  const { port } = await mailServer({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: (_auth, _session, done) => done(Object.assign(new Error(`no: ${password}`), { responseCode: 535 })),
  })
  const result = await send(mailTo(port, { username: 'ada', password }), notificationOf(), sendParts())
  expect(result).toEqual({ outcome: 'failed', retry: false, answer: 'The mail server answered 535 no: …' })
})

test.each([
  [450, true],
  [421, true],
  [550, false],
  [554, false],
])('a refusal %i is tried again: %s', async (responseCode, retry) => {
  const { port } = await mailServer({
    onMailFrom: (_address, _session, done) => done(Object.assign(new Error('not now'), { responseCode })),
  })
  const result = await send(mailTo(port), notificationOf(), sendParts())
  expect(result).toMatchObject({ outcome: 'failed', retry })
  expect(result.answer).toContain(`${responseCode} not now`)
})

test('one of two recipients that is refused is named', async () => {
  const { port, mails } = await mailServer({
    onRcptTo: ({ address }, _session, done) =>
      done(address.startsWith('gone') ? Object.assign(new Error('unknown'), { responseCode: 550 }) : null),
  })
  const result = await send(
    mailTo(port, { to: ['ops@example.com', 'gone@example.com'] }),
    notificationOf(),
    sendParts(),
  )
  expect(result).toMatchObject({ outcome: 'delivered' })
  expect(result.answer).toMatch(/took it for 1 of 2 addresses, not for gone@example.com\./)
  expect(mails[0]?.to).toEqual(['ops@example.com'])
})

test.each([
  ['hangs', () => undefined, 'It did not answer within 0.5 s.'],
  ['speaks something else', (write: (text: string) => void) => write('HTTP/1.1 400 Bad Request\r\n\r\n'), undefined],
  ['never ends its greeting', (write: (text: string) => void) => write(`220-${'x'.repeat(200_000)}`), undefined],
])('a server that %s', async (_, greet, answer) => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    greet((text: string) => void socket.write(text))
  })
  onTestFinished(() => void server.close())
  const port = await listenOnLoopback(server)
  const result = await send(mailTo(port), notificationOf(), sendParts({ mostMs: { webhook: 500, email: 500 } }))
  expect(result).toMatchObject({ outcome: 'failed', retry: true, ...(answer !== undefined && { answer }) })
})

test('a mail server is reached where webhooks may be, and nowhere else', async () => {
  const link = new OutgoingGuard(allowing('0.0.0.0/0'), async () => [{ address: '169.254.169.254', family: 4 }])
  const mail = mailTo(25, { host: 'mail.example' })
  expect((await send(mail, notificationOf(), sendParts({ guard: link }))).answer).toMatch(
    /^mail.example resolves to 169.254.169.254, which is a link-local/,
  )
  const own = new OutgoingGuard(allowing(''))
  expect((await send(mailTo(25), notificationOf(), sendParts({ guard: own }))).answer).toBe(
    '127.0.0.1 is a private address. To allow it, add 127.0.0.1 to GEARBOARD_ALERTS_ALLOW.',
  )
  const open = new OutgoingGuard(allowing(''), async () => [{ address: '93.184.216.34', family: 4 }])
  expect((await send(mail, notificationOf(), sendParts({ guard: open }))).answer).toBe(
    'Mail without encryption is sent to private addresses only. Choose STARTTLS or TLS.',
  )
})

test('a name is resolved once, for mail too', async () => {
  const { port, mails } = await mailServer()
  const answers = ['127.0.0.1', '169.254.169.254']
  let asked = 0
  const guard = new OutgoingGuard(allowing('127.0.0.0/8'), async () => [{ address: answers[asked++] ?? '', family: 4 }])
  const result = await send(mailTo(port, { host: 'mail.example' }), notificationOf(), sendParts({ guard }))
  expect(result.outcome).toBe('delivered')
  expect(asked).toBe(1)
  expect(mails).toHaveLength(1)
})
