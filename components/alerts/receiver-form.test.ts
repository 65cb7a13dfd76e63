import { expect, test } from 'vitest'
import { alertReceiver } from '@/lib/api/contract/alert-definition'
import type { ReceiverSetting } from '@/lib/api/contract/alerts'
import { EMPTY_RECEIVER, receiverBody, receiverFieldAt, receiverForm } from './receiver-form'

const stored = { id: 'r', address: '', changedAt: 0, changedBy: null, problem: null }
const hook: ReceiverSetting = {
  ...stored,
  definition: { kind: 'webhook', name: 'Ops', shape: 'generic' },
  has: ['url', 'secret'],
}
const mail: ReceiverSetting = {
  ...stored,
  definition: {
    kind: 'email',
    name: 'Team',
    host: 'smtp.example.com',
    port: 465,
    security: 'tls',
    username: 'ada',
    from: 'a@example.com',
    to: ['b@example.com', 'c@example.com'],
  },
  has: ['password'],
}

test.each([hook, mail])('what is stored is sent as it is, with its secrets kept', (setting) => {
  const { definition, has } = setting
  expect(receiverBody(receiverForm(setting), has)).toEqual({ ...definition, keep: has })
})

test('a secret that is typed again, or removed, is not kept', () => {
  const form = receiverForm(hook)
  expect(receiverBody({ ...form, url: ' https://x.example/ ' }, hook.has)).toMatchObject({
    url: 'https://x.example/',
    keep: ['secret'],
  })
  expect(receiverBody({ ...form, dropped: ['secret'] }, hook.has).keep).toEqual(['url'])
})

test('Slack and Teams check no signature, so that none is sent or kept', () => {
  const body = receiverBody({ ...receiverForm(hook), shape: 'slack', secret: 'x' }, hook.has)
  expect(body).toEqual({ kind: 'webhook', name: 'Ops', shape: 'slack', keep: ['url'] })
})

test('a change of the kind keeps no secret of the other one', () => {
  expect(receiverBody({ ...receiverForm(hook), kind: 'email' }, hook.has).keep).toEqual([])
})

test('an empty form is refused at its fields, not as malformed', () => {
  const at = (body: unknown) => alertReceiver.safeParse(body).error?.issues.map(({ path }) => path.join('.'))
  expect(at(receiverBody({ ...EMPTY_RECEIVER, kind: 'email' }))).toEqual(
    expect.arrayContaining(['name', 'host', 'from', 'to']),
  )
  expect(at(receiverBody({ ...EMPTY_RECEIVER, kind: 'email', port: 'x' }))).toContain('port')
  expect(at(receiverBody(EMPTY_RECEIVER))).toEqual(['name'])
})

test.each([
  ['url', 'url'],
  ['receiver.url', 'url'],
  ['to', 'to'],
  ['to.12', 'to'],
  ['receiver.to.0', 'to'],
  ['receiver', undefined],
  ['keep', undefined],
  ['id', undefined],
  ['', undefined],
])('what is wrong at %j is shown at %s', (at, field) => expect(receiverFieldAt(at)).toBe(field))
