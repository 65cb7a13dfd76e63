import { expect, test } from 'vitest'
import { alertReceiver, alertRule } from '@/lib/api/contract/alert-definition'
import { isAsDefault } from '@/lib/model/alerts/defaults'
import { recordsInMemory } from '../auth/testing'
import { SecretBox } from '../connections/secret-box'
import type { AlertRecordKind } from '../history/store'
import { AlertReceivers } from './alert-receivers'
import { AlertRules } from './alert-rules'

const HOOK = 'https://hooks.example.com/services/T0/B0/very-secret-path'
const webhook = (changes: object = {}) =>
  alertReceiver.parse({ kind: 'webhook', name: 'Ops', url: HOOK, secret: 'sign-me', ...changes })
const email = (changes: object = {}) =>
  alertReceiver.parse({
    kind: 'email',
    name: 'Mail',
    host: 'smtp.example.com',
    port: 587,
    username: 'ops',
    password: 'mail-password',
    from: 'gearboard@example.com',
    to: ['ops@example.com'],
    ...changes,
  })
const boxOf = (secret: string) => new SecretBox(Buffer.from(secret.repeat(8)))

const wrong = (at: string) => ({ code: 'invalid_request', details: [expect.objectContaining({ at })] })

function receiversOver(store = recordsInMemory<AlertRecordKind>(), box: SecretBox | undefined = boxOf('key')) {
  return { store, receivers: new AlertReceivers({ store, box, now: () => 0 }) }
}

test('the secrets of a receiver are sealed in the store, are never listed, and open for sending', async () => {
  const { store, receivers } = receiversOver()
  const added = [await receivers.add(webhook(), 'ada'), await receivers.add(email(), 'ada')]
  const secret = /very-secret-path|sign-me|mail-password/
  expect(JSON.stringify([store.all('receiver'), receivers.list(), added])).not.toMatch(secret)
  expect(added.map(({ address, has }) => [address, has])).toEqual([
    ['https://hooks.example.com', ['url', 'secret']],
    ['smtp.example.com:587', ['password']],
  ])
  const [hook, mail] = added.map(({ id }) => receivers.open(id))
  expect(hook).toMatchObject({ receiver: { url: HOOK, secret: 'sign-me' } })
  expect(mail).toMatchObject({ receiver: { password: 'mail-password', to: ['ops@example.com'] } })
  expect(receivers.open('none')).toBeUndefined()
})

test('what was sealed for one receiver opens for no other', async () => {
  const { store, receivers } = receiversOver()
  const [one, two] = [await receivers.add(webhook(), null), await receivers.add(webhook(), null)]
  const rows = new Map(store.all('receiver')?.map(({ id, value }) => [id, JSON.parse(value)]))
  const moved = { ...rows.get(two.id), sealed: rows.get(one.id).sealed }
  await store.write('receiver', { id: two.id, value: JSON.stringify(moved) })
  const after = receiversOver(store).receivers
  expect(after.open(two.id)).toMatchObject({ problem: expect.stringContaining('they were changed') })
  expect(after.open(one.id)).toMatchObject({ receiver: { url: HOOK } })
})

test('stored secrets are kept where they go to the same place, and must be entered again elsewhere', async () => {
  const { receivers } = receiversOver()
  const { id } = await receivers.add(email(), null)
  const without = { password: undefined, keep: ['password'] }
  await receivers.change(id, email({ ...without, to: ['dev@example.com'] }), null)
  expect(receivers.open(id)).toMatchObject({ receiver: { password: 'mail-password', to: ['dev@example.com'] } })
  for (const other of [{ host: 'evil.example.com' }, { port: 25 }, { security: 'tls' }, { username: 'eve' }])
    await expect(receivers.change(id, email({ ...without, ...other }), null)).rejects.toMatchObject(wrong('password'))
  await expect(receivers.change(id, webhook({ url: undefined, keep: ['url'] }), null)).rejects.toMatchObject(
    wrong('url'),
  )
  await receivers.change(id, email({ password: undefined, username: undefined }), null)
  expect(receivers.list()[0]?.has).toEqual([])
})

test('where the key is lost a receiver says so, the others work, and it can be entered again', async () => {
  const { store, receivers } = receiversOver()
  const { id } = await receivers.add(webhook(), null)
  const after = receiversOver(store, boxOf('another')).receivers
  expect(after.list()[0]?.problem).toMatch(/another key encrypted them/)
  expect(after.open(id)).toMatchObject({ problem: expect.stringContaining('former key') })
  await expect(after.change(id, webhook({ url: undefined, keep: ['url'] }), null)).rejects.toMatchObject(wrong('url'))
  await after.change(id, webhook(), null)
  expect(after.open(id)).toMatchObject({ receiver: { url: HOOK } })
  const without = new AlertReceivers({ store, box: undefined })
  expect(without.list()[0]?.problem).toMatch(/GEARBOARD_SECRET/)
  await expect(without.add(webhook(), null)).rejects.toMatchObject({ code: 'no_history' })
})

test.each([
  ['url', webhook({ url: undefined })],
  ['secret', webhook({ shape: 'slack' })],
  ['username', email({ username: undefined })],
  ['security', email({ security: 'none' })],
])('a receiver is refused at %s', async (at, wanted) => {
  await expect(receiversOver().receivers.add(wanted, null)).rejects.toMatchObject(wrong(at))
})

test.each([
  [{ ...webhook(), url: 'ftp://example.com' }],
  [{ ...webhook(), url: 'https://user:pw@example.com' }],
  [{ ...webhook(), url: 'https://exa mple.com' }],
  [{ ...webhook(), name: 'a\r\nb' }],
  [{ ...webhook(), shape: 'irc' }],
  [{ ...email(), to: [] }],
  [{ ...email(), to: ['a@b\r\nBcc: c@d'] }],
  [{ ...email(), from: 'Ops <ops@example.com>' }],
  [{ ...email(), host: 'a b' }],
  [{ ...email(), host: '[::1]' }],
  [{ ...email(), host: 'smtp.example.com:25' }],
  [{ ...email(), port: 0 }],
  [{ kind: 'pager', name: 'x' }],
])('the contract refuses %j', (sent) => {
  expect(alertReceiver.safeParse(sent).success).toBe(false)
})

test.each(['smtp.example.com', '127.0.0.1', '::1', '2001:db8::25', '::ffff:10.0.0.1'])('mail may go to %s', (host) => {
  expect(email({ host })).toMatchObject({ host })
})

test('a rule takes what it leaves out from its kind, and is refused at a threshold that its kind has not', () => {
  expect(alertRule.parse({ name: 'r', kind: 'shard-silent' })).toMatchObject({
    connections: ['*'],
    threshold: 30,
    severity: 'critical',
    receivers: null,
    enabled: true,
  })
  const issueAt = (sent: object) => alertRule.safeParse({ name: 'r', ...sent }).error?.issues[0]?.path.join('.')
  expect(issueAt({ kind: 'retry-loop', threshold: 3 })).toBe('threshold')
  expect(issueAt({ kind: 'failure-rate', threshold: 101 })).toBe('threshold')
  expect(issueAt({ kind: 'failure-rate', threshold: Number.NaN })).toBe('threshold')
  expect(issueAt({ kind: 'no-such' })).toBe('kind')
  expect(issueAt({ kind: 'retry-loop', forS: 1e9 })).toBe('forS')
  expect(issueAt({ kind: 'retry-loop', connections: [] })).toBe('connections')
})

test('default rules are there from the start, switched off; a change of one is kept, and removing it restores it', async () => {
  const store = recordsInMemory<AlertRecordKind>()
  const rules = new AlertRules(store, () => 0)
  expect(rules.all.length).toBeGreaterThanOrEqual(12)
  expect(rules.all.some(({ enabled }) => enabled)).toBe(false)
  const [first] = rules.all
  if (!first) throw new Error('there is no default rule')
  expect(rules.all.every(isAsDefault)).toBe(true)
  await rules.change(first.id, { ...first, threshold: 77 })
  expect(rules.all.filter((rule) => !isAsDefault(rule))).toEqual([rules.one(first.id)])
  const enabled = await rules.enableDefaults()
  expect(enabled.map(({ id }) => id)).not.toContain(first.id)
  expect(rules.one(first.id)).toMatchObject({ threshold: 77, enabled: false })
  expect(rules.all.filter((rule) => rule.enabled)).toHaveLength(rules.all.length - 1)
  await rules.remove(first.id)
  expect(rules.one(first.id)).toEqual(first)
  const { id } = await rules.add({ ...first, name: 'Mine' })
  expect(new AlertRules(store, () => 0).one(id)).toMatchObject({ name: 'Mine' })
  await rules.remove(id)
  await expect(rules.remove(id)).rejects.toMatchObject({ code: 'not_found' })
})
