import { expect, test } from 'vitest'
import type { GrantInFile } from '@/lib/api/contract/grant-definition'
import { admissionOf, type Principal } from '@/lib/model/people/grant'
import { readSettings } from '../settings'
import { createSignIn } from './sign-in'
import { peopleInMemory, storeInMemory } from './testing'

const PASSWORD = 'correct horse battery'
const OTHER = 'another long passphrase'

function gearboard(grants: readonly GrantInFile[] = [], env: Record<string, string> = {}) {
  const settings = readSettings({ GEARBOARD_LOCAL_USERS: '1', ...env })
  const people = peopleInMemory()
  const signIn = createSignIn(settings, { sessions: storeInMemory(), people, grants })
  const enter = async (name: string | undefined, password: string, from = '192.0.2.1') => {
    const headers = new Headers()
    await signIn.enter(request({ 'x-gearboard-peer': from }), headers, { name, password }, false)
    return request({ cookie: cookieOf(headers) })
  }
  const setUp = async (name = 'ada', password = PASSWORD) => {
    const headers = new Headers()
    const token = signIn.issueSetup() ?? ''
    const principal = await signIn.setUp(request(), headers, { token, name, password }, false)
    return { principal, token, signedIn: request({ cookie: cookieOf(headers) }) }
  }
  return { signIn, enter, setUp, people }
}

const request = (headers: Record<string, string> = {}) => new Request('http://localhost/api/session', { headers })
const cookieOf = (headers: Headers) => (headers.getSetCookie().at(-1) ?? '').split('; ')[0] ?? ''
const roleOn = (principal: Principal | null, name: string) =>
  principal && (admissionOf(principal, { name })?.role ?? null)
const viewerOf = (name: string, ...connections: string[]): GrantInFile => ({
  who: { kind: 'user', name },
  connections,
  role: 'viewer',
})

test('the set-up link makes the first user, an admin of everything, once', async () => {
  const { signIn, setUp, enter } = gearboard()
  expect(signIn.ways).toEqual({ password: false, users: true, proxy: false, oidc: null, setup: true })
  await expect(enter('ada', PASSWORD)).rejects.toMatchObject({ code: 'unauthenticated' })
  const { principal, token, signedIn } = await setUp()
  expect(principal).toMatchObject({ kind: 'local', name: 'ada' })
  expect(roleOn(signIn.visitorOf(signedIn).principal, 'any')).toBe('admin')
  expect(signIn.ways.setup).toBe(false)
  expect(signIn.issueSetup()).toBeUndefined()
  const again = signIn.setUp(request(), new Headers(), { token, name: 'eve', password: OTHER }, false)
  await expect(again).rejects.toMatchObject({ code: 'forbidden' })
  expect(signIn.people.users.all.map(({ name }) => name)).toEqual(['ada'])
})

test('two who use the link at once: one is made', async () => {
  const { signIn } = gearboard()
  const token = signIn.issueSetup() ?? ''
  const tries = ['ada', 'eve', 'bob'].map((name) =>
    signIn.setUp(request(), new Headers(), { token, name, password: PASSWORD }, false),
  )
  const outcomes = await Promise.allSettled(tries)
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(signIn.people.users.all).toHaveLength(1)
})

test.each(['', 'x', 'A'.repeat(43)])(
  'the set-up token %j opens nothing, and a new link ends the old one',
  async (token) => {
    const { signIn } = gearboard()
    const old = signIn.issueSetup() ?? ''
    signIn.issueSetup()
    for (const wrong of [token, old])
      await expect(
        signIn.setUp(request(), new Headers(), { token: wrong, name: 'eve', password: PASSWORD }, false),
      ).rejects.toMatchObject({ code: 'forbidden' })
  },
)

test('users sign in by name in any case, and what is stored shows no password', async () => {
  const { setUp, enter, signIn, people } = gearboard()
  await setUp('Ada')
  expect(signIn.visitorOf(await enter('aDA', PASSWORD)).principal).toMatchObject({ name: 'Ada' })
  for (const [name, password] of [
    ['ada', OTHER],
    ['bob', PASSWORD],
    ['ada', ''],
  ] as const)
    await expect(enter(name, password, `10.0.0.${password.length}`)).rejects.toThrow('Wrong name or password.')
  const stored = JSON.stringify(people.all('user'))
  expect(stored).toContain('$argon2id$v=19$m=19456,t=2,p=1$')
  expect(stored).not.toContain(PASSWORD)
})

test('a grant that changes counts at the next request, for whoever is signed in', async () => {
  const { setUp, enter, signIn } = gearboard([viewerOf('bob', 'orders')])
  await setUp()
  await signIn.people.add('bob', OTHER, ['sre'])
  const bob = await enter('bob', OTHER)
  const role = (connection: string) => roleOn(signIn.visitorOf(bob).principal, connection)
  expect([role('orders'), role('stock')]).toEqual(['viewer', null])
  const { untilChange } = signIn.people
  const grant = { who: { kind: 'group', name: 'sre' }, connections: ['stock'], role: 'developer' } as const
  const { id } = await signIn.people.addGrant(grant, 'ada')
  expect(untilChange.aborted).toBe(true)
  expect([role('orders'), role('stock')]).toEqual(['viewer', 'developer'])
  await signIn.people.changeGrant(id, { ...grant, role: 'operator' })
  expect(role('stock')).toBe('operator')
  await signIn.people.setGroups('bob', [])
  expect(role('stock')).toBeNull()
})

test('a user who is removed is out at once, and a later one of the name inherits nothing', async () => {
  const { setUp, enter, signIn } = gearboard()
  await setUp()
  await signIn.people.add('bob', OTHER, [])
  await signIn.people.addGrant(viewerOf('bob', '*'), 'ada')
  const bob = await enter('bob', OTHER)
  const self = signIn.visitorOf(bob).principal
  if (!self) throw new Error('bob is not signed in')
  const { text } = await signIn.tokens.make(self, {
    name: 'ci',
    connections: ['*'],
    role: 'viewer',
    readOnly: false,
    lastsMs: 1e9,
  })
  const byToken = request({ authorization: `Bearer ${text}` })
  expect(roleOn(signIn.visitorOf(byToken).principal, 'orders')).toBe('viewer')
  await signIn.people.remove('bob')
  expect(signIn.visitorOf(bob).principal).toBeNull()
  expect(signIn.visitorOf(byToken).principal).toBeNull()
  await signIn.people.add('bob', OTHER, [])
  expect(signIn.people.grantsFor({ kind: 'local', name: 'bob', groups: [] })).toEqual([])
  expect(signIn.visitorOf(byToken).principal).toBeNull()
})

test('the last admin cannot be removed, nor lose the grant', async () => {
  const { setUp, signIn } = gearboard()
  await setUp()
  const [grant] = signIn.people.stored.all
  const refused = { code: 'invalid_request', message: expect.stringContaining('no user would be an admin') }
  await expect(signIn.people.remove('ada')).rejects.toMatchObject(refused)
  await expect(signIn.people.removeGrant(grant?.id ?? '')).rejects.toMatchObject(refused)
  await expect(signIn.people.changeGrant(grant?.id ?? '', viewerOf('ada', '*'))).rejects.toMatchObject(refused)
  await signIn.people.add('bob', OTHER, [])
  await signIn.people.addGrant({ ...viewerOf('bob', '*'), role: 'admin' }, 'ada')
  await expect(signIn.people.remove('ada')).resolves.toBeUndefined()
})

test('changing a password needs the old one, and ends the other sessions alone', async () => {
  const { setUp, enter, signIn } = gearboard()
  const { signedIn } = await setUp()
  const elsewhere = await enter('ada', PASSWORD)
  const { principal } = signIn.visitorOf(signedIn)
  if (!principal) throw new Error('ada is not signed in')
  const change = (current: string, password: string) =>
    signIn.changePassword(signedIn, principal, { current, password })
  await expect(change(OTHER, OTHER)).rejects.toMatchObject({ details: [{ at: 'current' }] })
  await expect(change(PASSWORD, 'short')).rejects.toMatchObject({ details: [{ at: 'password' }] })
  await change(PASSWORD, OTHER)
  expect(signIn.visitorOf(signedIn).principal).not.toBeNull()
  expect(signIn.visitorOf(elsewhere).principal).toBeNull()
  await expect(enter('ada', PASSWORD)).rejects.toMatchObject({ code: 'unauthenticated' })
  await enter('ada', OTHER)
})

test.each([
  ['ADA', OTHER, 'name'],
  ['bob', 'short', 'password'],
  ['bob-the-builder', 'Bob-the-builder', 'password'],
])('a user %s with the password %s is refused at the field %s', async (name, password, at) => {
  const { setUp, signIn } = gearboard()
  await setUp()
  await expect(signIn.people.add(name, password, [])).rejects.toMatchObject({ details: [{ at }] })
})

test('the owner of GEARBOARD_PASSWORD signs in beside the users, without a name', async () => {
  const { setUp, enter, signIn } = gearboard([], { GEARBOARD_PASSWORD: 'open sesame' })
  await setUp()
  expect(signIn.visitorOf(await enter(undefined, 'open sesame')).principal).toMatchObject({ kind: 'password' })
  await expect(enter('ada', 'open sesame')).rejects.toThrow('Wrong name or password.')
  await expect(enter(undefined, PASSWORD)).rejects.toThrow('Wrong password.')
})

test('without GEARBOARD_PASSWORD a name is needed', async () => {
  const { setUp, enter } = gearboard()
  await setUp()
  await expect(enter(undefined, PASSWORD)).rejects.toMatchObject({ details: [{ at: 'name' }] })
})

test('guesses at one user from everywhere do not keep the user out', async () => {
  const { setUp, enter } = gearboard()
  await setUp()
  const guesses = Array.from({ length: 12 }, (_, n) => enter('ada', `wrong ${n}`, `10.0.0.${n}`))
  expect((await Promise.allSettled(guesses)).every(({ status }) => status === 'rejected')).toBe(true)
  await expect(enter('ada', PASSWORD)).resolves.toBeDefined()
})
