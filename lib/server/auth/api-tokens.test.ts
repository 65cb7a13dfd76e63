import { expect, test } from 'vitest'
import { admissionEverywhereOf, admissionOf, FULL_GRANT, type Grant, type Principal } from '@/lib/model/people/grant'
import { ApiTokens } from './api-tokens'
import { People } from './people'
import { peopleInMemory } from './testing'

const EVE: Principal = { kind: 'oidc', name: 'eve', groups: ['sre'], grants: [] }
const LASTING = { readOnly: false, lastsMs: 86_400_000 }

async function tokens(grants: readonly Grant[], made: Partial<Grant & { readOnly: boolean; lastsMs: number }> = {}) {
  const now = { steady: 0 }
  const store = peopleInMemory()
  const declared = grants.map((grant) => ({ ...grant, who: { kind: 'group', name: 'sre' } as const }))
  const people = new People({ store, declared, hasOwner: true, now: () => now.steady })
  const subject = new ApiTokens(people, () => now.steady)
  const { text, token } = await subject.make(EVE, {
    name: 'ci',
    connections: ['*'],
    role: 'admin',
    ...LASTING,
    ...made,
  })
  return { subject, people, store, text, token, now }
}

const viewer = (...connections: string[]): Grant => ({ connections, role: 'viewer' })

test.each<[string, Grant[], Partial<Grant>, string, string | null]>([
  ['more than its owner', [viewer('orders')], {}, 'orders', 'viewer'],
  ['elsewhere than its owner', [viewer('orders')], {}, 'stock', null],
  ['less than its owner', [FULL_GRANT], { role: 'operator' }, 'orders', 'operator'],
  ['less of the connections', [FULL_GRANT], { connections: ['orders'] }, 'stock', null],
  ['a pattern within a pattern', [viewer('prod-*')], { connections: ['*-eu'] }, 'prod-eu', 'viewer'],
  ['two patterns that do not meet', [viewer('prod-*')], { connections: ['*-eu'] }, 'prod-us', null],
])('a token that was made for %s', async (_, grants, made, name, role) => {
  const { subject, text } = await tokens(grants, made)
  const principal = subject.principalOf(text)
  expect(principal && (admissionOf(principal, { name })?.role ?? null)).toBe(role)
})

test('what is hidden from its owner is hidden from a token', async () => {
  const { subject, text } = await tokens([{ ...viewer('*'), hides: ['results'] }])
  const principal = subject.principalOf(text)
  expect([...((principal && admissionEverywhereOf(principal))?.hides ?? [])]).toEqual(['results'])
})

test('the text is shown once and kept nowhere; whatever else is sent opens nothing', async () => {
  const { subject, store, text, token } = await tokens([FULL_GRANT])
  expect(text).toMatch(/^gb_[\w-]{43}$/)
  expect(JSON.stringify(store.all('token'))).not.toContain(text)
  for (const wrong of ['', 'gb_', `${text}x`, text.slice(0, -1), `gb_${token.digest.slice(0, 43)}`, token.digest])
    expect(subject.principalOf(wrong)).toBeNull()
})

test('it ends when it expires, when it is revoked, and with its owner', async () => {
  const expired = await tokens([FULL_GRANT], { lastsMs: -1 })
  expect(expired.subject.principalOf(expired.text)).toBeNull()
  const { subject, people, text, token } = await tokens([FULL_GRANT])
  expect(subject.principalOf(text)).not.toBeNull()
  await people.removeToken(({ id }) => id === token.id)
  expect(subject.principalOf(text)).toBeNull()
})

test('its last use is written once a minute at most, and brings no revoked one back', async () => {
  const { subject, store, people, text, now } = await tokens([FULL_GRANT])
  let writes = 0
  const { update } = store
  store.update = (kind, record) => {
    writes++
    return update(kind, record)
  }
  for (let second = 0; second < 100; second++) {
    now.steady += 1000
    subject.principalOf(text)
    await Promise.resolve()
  }
  expect(writes).toBe(2)
  expect(people.tokens.all[0]?.usedAt).toEqual(expect.any(Number))
})

test('a token makes no token, and names are one’s own', async () => {
  const { subject, text } = await tokens([FULL_GRANT])
  const principal = subject.principalOf(text)
  const more = { name: 'ci', connections: ['*'], role: 'viewer', ...LASTING } as const
  expect(() => principal && subject.make(principal, more)).toThrow(/people who are signed in/)
  await expect(subject.make(EVE, more)).rejects.toMatchObject({ details: [{ at: 'name' }] })
  await expect(subject.make({ ...EVE, name: 'bob' }, more)).resolves.toMatchObject({ token: { name: 'ci' } })
})
