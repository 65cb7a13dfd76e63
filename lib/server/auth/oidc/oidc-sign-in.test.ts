import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { admissionOf } from '@/lib/model/people/grant'
import { type IdentityProvider, startIdentityProvider } from '@/test/identity-provider'
import { createSignIn } from '../sign-in'
import { Browser, gearboardAt, ORIGIN } from './testing/browser'

// A real provider (oidc-provider), with two people.
const accounts = {
  'sub-of-ada': {
    email: 'ada@example.org',
    email_verified: true,
    preferred_username: 'ada',
    groups: ['sre', 'dev', 7, 'a\nb'],
    realm_access: { roles: ['admin'] },
  },
  'sub-of-bob': { email: 'bob@example.org', email_verified: false, groups: 'dev' },
}
let provider: IdentityProvider
let full: IdentityProvider
beforeAll(async () => {
  provider = await startIdentityProvider({ accounts, gearboards: [ORIGIN, `${ORIGIN}/gears`] })
  full = await startIdentityProvider({ accounts, gearboards: [ORIGIN], fullIdTokens: true, publicClient: true })
})
afterAll(async () => {
  await provider.stop()
  await full.stop()
})

const SCOPES = { GEARBOARD_OIDC_SCOPES: 'openid email profile groups' }

test('a user signs in by name and groups, and has what grants give them', async () => {
  const gearboard = gearboardAt(provider.issuer, {
    env: SCOPES,
    grants: [
      { who: { kind: 'group', name: 'sre' }, connections: ['orders'], role: 'operator' },
      { who: { kind: 'user', name: 'sub-of-ada' }, connections: ['stock'], role: 'viewer' },
    ],
  })
  const browser = new Browser(gearboard)
  const { principal, next, account } = await browser.enter('sub-of-ada', '/orders/executions?q=1')
  expect(principal).toMatchObject({ kind: 'oidc', name: 'sub-of-ada', groups: ['sre', 'dev'] })
  expect(next).toBe('/orders/executions?q=1')
  expect(account).toBe('sub sub-of-ada, email ada@example.org, preferred_username ada, groups sre, dev')
  const roles = ['orders', 'stock', 'carts'].map(
    (name) => browser.principal && admissionOf(browser.principal, { name })?.role,
  )
  expect(roles).toEqual(['operator', 'viewer', undefined])
  expect(gearboard.signIn.sessions.all()).toMatchObject([{ kind: 'oidc', name: 'sub-of-ada', ip: '192.0.2.1' }])
})

test.each([
  [{ GEARBOARD_OIDC_NAME_CLAIM: 'email' }, 'ada@example.org', ['sre', 'dev']],
  [
    { GEARBOARD_OIDC_NAME_CLAIM: 'preferred_username', GEARBOARD_OIDC_GROUPS_CLAIM: 'realm_access.roles' },
    'ada',
    ['admin'],
  ],
  [{ GEARBOARD_OIDC_SCOPES: 'openid' }, 'sub-of-ada', []],
])('with %o the name is %s and the groups %j', async (env, name, groups) => {
  const browser = new Browser(gearboardAt(provider.issuer, { env: { ...SCOPES, ...env } }))
  expect((await browser.enter('sub-of-ada')).principal).toMatchObject({ name, groups })
})

test('a public client, with all claims in the ID token', async () => {
  const env = { ...SCOPES, GEARBOARD_OIDC_CLIENT_SECRET: '', GEARBOARD_OIDC_NAME_CLAIM: 'preferred_username' }
  const browser = new Browser(gearboardAt(full.issuer, { env }))
  expect((await browser.enter('sub-of-ada')).principal).toMatchObject({ name: 'ada', groups: ['sre', 'dev'] })
})

test('an e-mail address that is not verified names nobody, and neither does a claim that is missing', async () => {
  const by = (claim: string) =>
    new Browser(gearboardAt(provider.issuer, { env: { ...SCOPES, GEARBOARD_OIDC_NAME_CLAIM: claim } })).enter(
      'sub-of-bob',
    )
  await expect(by('email')).rejects.toThrow('SSO signed you in, but has not verified your e-mail address')
  await expect(by('preferred_username')).rejects.toThrow('sent no claim "preferred_username"')
})

test.each(['//evil.example', 'https://evil.example/', '/\\evil.example', 'javascript:alert(1)'])(
  'a sign-in for %s leads to the start',
  async (next) => {
    expect((await new Browser(gearboardAt(provider.issuer)).enter('sub-of-ada', next)).next).toBe('/')
  },
)

describe('a sign-in comes back once, to the browser that began it', () => {
  test('a replay, another browser, a browser without a cookie, and a state that nobody began', async () => {
    const gearboard = gearboardAt(provider.issuer)
    const ada = new Browser(gearboard)
    const answer = await ada.visit(await ada.begin(), 'sub-of-ada')
    const eve = new Browser(gearboard)
    await expect(eve.comeBack(answer)).rejects.toThrow('This browser has no cookie')
    await eve.begin()
    await expect(eve.comeBack(answer)).rejects.toThrow('This sign-in is over')
    expect((await ada.comeBack(answer)).principal.name).toBe('sub-of-ada')
    await expect(ada.comeBack(answer)).rejects.toThrow(/no cookie|is over/)
    await ada.begin()
    for (const wrong of ['', 'code=x', 'code=x&state=y', answer])
      await expect(ada.comeBack(wrong)).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(eve.principal).toBeNull()
  })

  test('two tabs, in either order, each with its own page; one code does not do for the other', async () => {
    const gearboard = gearboardAt(provider.issuer)
    const browser = new Browser(gearboard)
    const [one, other] = [await browser.begin('/one'), await browser.begin('/other')]
    const ofOther = await browser.visit(other, 'sub-of-ada')
    const ofOne = await browser.visit(one, 'sub-of-ada')
    expect((await browser.comeBack(ofOther)).next).toBe('/other')
    expect((await browser.comeBack(ofOne)).next).toBe('/one')

    const [third, fourth] = [await browser.begin(), await browser.begin()]
    const mixed = new URLSearchParams(await browser.visit(third, 'sub-of-ada'))
    mixed.set('state', new URL(fourth).searchParams.get('state') ?? '')
    await expect(browser.comeBack(mixed.toString())).rejects.toThrow('SSO refused this sign-in (invalid_grant)')
  })

  test('the old session of the browser ends, and a session that was planted is not signed in', async () => {
    const gearboard = gearboardAt(provider.issuer)
    const eve = new Browser(gearboard)
    await eve.enter('sub-of-bob')
    const victim = new Browser(gearboard)
    victim.own.take(new Headers([['set-cookie', eve.own.header]]))
    expect(victim.principal?.name).toBe('sub-of-bob')
    await victim.enter('sub-of-ada')
    expect(victim.principal?.name).toBe('sub-of-ada')
    expect(eve.principal).toBeNull()
  })
})

test('who cancels at the provider reads so, with the provider’s words', async () => {
  const browser = new Browser(gearboardAt(provider.issuer, { env: { GEARBOARD_OIDC_NAME: 'Example ID' } }))
  await expect(browser.enter('')).rejects.toMatchObject({
    code: 'unauthenticated',
    message:
      'Example ID refused this sign-in (access_denied). It was cancelled there, or your account may not use Gearboard. It says: "the visitor went away".',
  })
})

test('a wrong secret is named, and not shown', async () => {
  const browser = new Browser(gearboardAt(provider.issuer, { env: { GEARBOARD_OIDC_CLIENT_SECRET: 'not the secret' } }))
  const refused = await browser.enter('sub-of-ada').catch((error: unknown) => error)
  expect(refused).toMatchObject({ message: expect.stringContaining('(invalid_client)') })
  expect(String(refused)).toContain('GEARBOARD_OIDC_CLIENT_SECRET')
  expect(String(refused)).not.toContain('not the secret')
})

test('signing out leads to the provider, with the proof of who it is about, and back', async () => {
  const gearboard = gearboardAt(provider.issuer)
  const browser = new Browser(gearboard)
  await browser.enter('sub-of-ada')
  const url = new URL((await gearboard.signIn.leave(browser.request, new Headers(), false, ORIGIN)) ?? '')
  expect(url.origin).toBe(provider.issuer)
  expect(url.searchParams.get('post_logout_redirect_uri')).toBe(`${ORIGIN}/login`)
  expect(url.searchParams.get('id_token_hint')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
  expect(browser.principal).toBeNull()
  const answer = await fetch(url)
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('/session/end/confirm')])
  // Nobody is signed in any longer.
  expect(await gearboard.signIn.leave(browser.request, new Headers(), false, ORIGIN)).toBeUndefined()
})

test('under a base path the provider leads back to it', async () => {
  const browser = new Browser(gearboardAt(provider.issuer, { env: { GEARBOARD_BASE_PATH: '/gears' } }))
  const location = await browser.begin()
  expect(new URL(location).searchParams.get('redirect_uri')).toBe(`${ORIGIN}/gears/login/oidc`)
  await expect(browser.visit(location, 'sub-of-ada')).resolves.toContain('code=')
})

test.each([
  ['another issuer', { GEARBOARD_OIDC_ISSUER: 'https://other.example' }],
  ['another claim for names', { GEARBOARD_OIDC_NAME_CLAIM: 'email' }],
  [
    'no provider',
    {
      GEARBOARD_OIDC_ISSUER: '',
      GEARBOARD_OIDC_CLIENT_ID: '',
      GEARBOARD_OIDC_CLIENT_SECRET: '',
      GEARBOARD_LOCAL_USERS: '1',
    },
  ],
])('a restart with %s ends the sessions of before, and lists them no longer', async (_, env) => {
  const before = gearboardAt(provider.issuer)
  const browser = new Browser(before)
  await browser.enter('sub-of-ada')
  const same = createSignIn(before.settings, before.stores)
  expect(same.visitorOf(browser.request).principal?.name).toBe('sub-of-ada')
  const after = createSignIn(gearboardAt(provider.issuer, { env }).settings, before.stores)
  expect(after.visitorOf(browser.request).principal).toBeNull()
  expect(after.sessions.all()).toEqual([])
})
