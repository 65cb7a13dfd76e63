import { expect, test } from 'vitest'
import { readSettings } from '../settings'
import { createSignIn } from './sign-in'
import { peopleInMemory, storeInMemory } from './testing'

const settings = readSettings({
  GEARBOARD_PROXY_USER_HEADER: 'X-User',
  GEARBOARD_PROXY_GROUPS_HEADER: 'X-Groups',
  GEARBOARD_TRUST_PROXY: '10.0.0.1',
  GEARBOARD_PASSWORD: 'open sesame',
})
const signIn = createSignIn(settings, {
  sessions: storeInMemory(),
  people: peopleInMemory(),
  grants: [
    { who: { kind: 'user', name: 'ada' }, connections: ['orders'], role: 'operator' },
    { who: { kind: 'group', name: 'sre' }, connections: ['stock'], role: 'viewer' },
  ],
})
const request = (headers: Record<string, string>) => new Request('http://localhost/api/me', { headers })
const visitor = (headers: Record<string, string>) => signIn.visitorOf(request(headers))

test.each([
  [{ 'x-user': 'ada' }, ['orders']],
  [{ 'x-user': ' ada ', 'x-groups': 'dev, sre' }, ['orders', 'stock']],
  [{ 'x-user': 'bob', 'x-groups': 'sre' }, ['stock']],
  [{ 'x-user': 'bob', 'x-groups': '' }, []],
])('whom the proxy names by %o has the grants of name and groups', (headers, connections) => {
  const { principal, byBrowser } = visitor(headers)
  expect(principal).toMatchObject({ kind: 'proxy', name: headers['x-user'].trim() })
  expect(principal?.grants.flatMap((grant) => grant.connections)).toEqual(connections)
  // The proxy's own cookie would come along with a request that another site makes.
  expect(byBrowser).toBe(true)
})

test.each([
  [{}, /no x-user header/],
  [{ 'x-user': ' ' }, /no x-user header/],
  [{ 'x-user': 'eve, ada' }, /something else than one name/],
  [{ 'x-user': 'x'.repeat(129) }, /something else than one name/],
  [{ 'x-gearboard-ignored': 'x-forwarded-for, x-user' }, /GEARBOARD_TRUST_PROXY does not list it/],
])('%o names nobody, in words', (headers, reason) => {
  expect(visitor(headers)).toMatchObject({ principal: null, reason: expect.stringMatching(reason) })
})

test('whom the proxy names comes before the session that the browser has', async () => {
  const headers = new Headers()
  await signIn.enter(request({}), headers, { password: 'open sesame' }, false)
  const cookie = (headers.getSetCookie()[0] ?? '').split(';')[0] ?? ''
  expect(visitor({ cookie }).principal).toMatchObject({ kind: 'password' })
  expect(visitor({ cookie, 'x-user': 'bob' }).principal).toMatchObject({ kind: 'proxy', name: 'bob' })
})
