import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { contract } from '@/lib/api/contract'
import type { AnyEndpoint } from '@/lib/api/endpoint'
import { CookieJar, visitProvider } from '@/lib/server/auth/oidc/testing/browser'
import { runtime } from '@/lib/server/runtime'
import { CLIENT_ID, CLIENT_SECRET, type IdentityProvider, startIdentityProvider } from '@/test/identity-provider'
import { serve } from './serve'

// Behind a proxy with TLS, at a real provider.
const SITE = 'https://gearboard.example'
const data = mkdtempSync(join(tmpdir(), 'gearboard-provider-'))
let provider: IdentityProvider

beforeAll(async () => {
  provider = await startIdentityProvider({ accounts: { ada: { email: 'ada@example.org' } }, gearboards: [SITE] })
  vi.stubEnv('GEARBOARD_URL', 'redis://127.0.0.1:1')
  vi.stubEnv('GEARBOARD_DATA', data)
  vi.stubEnv('GEARBOARD_TRUST_PROXY', '10.0.0.1')
  vi.stubEnv('GEARBOARD_OIDC_ISSUER', provider.issuer)
  vi.stubEnv('GEARBOARD_OIDC_CLIENT_ID', CLIENT_ID)
  vi.stubEnv('GEARBOARD_OIDC_CLIENT_SECRET', CLIENT_SECRET)
})
afterAll(async () => {
  await runtime().end()
  Reflect.deleteProperty(globalThis, Symbol.for('gearboard.runtime'))
  vi.unstubAllEnvs()
  await provider.stop()
  rmSync(data, { recursive: true, force: true })
})

/** As the door hands it on. */
async function ask({ method, path }: AnyEndpoint, body: unknown, { jar = new CookieJar(), origin = SITE } = {}) {
  const request = new Request(`http://127.0.0.1:3000${path}`, {
    method,
    headers: {
      host: '127.0.0.1:3000',
      'x-forwarded-host': 'gearboard.example',
      'x-forwarded-proto': 'https',
      'x-gearboard-peer': '192.0.2.7',
      'content-type': 'application/json',
      origin,
      cookie: jar.header,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const answer = await serve(request, path.split('/').slice(2))
  jar.take(answer.headers)
  return { status: answer.status, cookies: answer.headers.getSetCookie(), body: await answer.json() }
}

async function lastEntry() {
  const { store } = runtime().history
  await store.flush()
  return store.audit.page({ connection: 'default', own: true, limit: 1 }).entries[0]
}

test('the provider leads back to the address of the browser; the sign-in is on record, and so is a refused one', async () => {
  const jar = new CookieJar()
  const begun = await ask(contract.beginProviderSignIn, { next: '/default/memory' }, { jar })
  expect(begun.cookies).toEqual([
    expect.stringMatching(/^gearboard-oidc=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/),
  ])
  const address = new URL(begun.body.location)
  expect(address.searchParams.get('redirect_uri')).toBe(`${SITE}/login/oidc`)
  expect(address.searchParams.get('code_challenge_method')).toBe('S256')

  const answer = await visitProvider(address.href, 'ada', { origin: SITE })
  const entered = await ask(contract.providerSignIn, { answer }, { jar })
  expect(entered).toMatchObject({ status: 200, body: { next: '/default/memory' } })
  expect(entered.cookies).toEqual([
    expect.stringMatching(/^gearboard-oidc=; .*Max-Age=0/),
    expect.stringMatching(/^gearboard-session=[\w-]{43}; .*HttpOnly; SameSite=Strict; Secure$/),
  ])
  expect(await lastEntry()).toMatchObject({
    action: 'providerSignIn',
    who: 'ada',
    ip: '192.0.2.7',
    after: 'sub ada, email ada@example.org, no groups',
    outcome: 'ok',
  })

  const again = await ask(contract.providerSignIn, { answer })
  expect(again).toMatchObject({ status: 401, body: { error: { code: 'unauthenticated' } } })
  const refused = await lastEntry()
  expect(refused).toMatchObject({ action: 'providerSignIn', who: 'anonymous', ip: '192.0.2.7', outcome: 'refused' })
  expect(refused?.error).toContain('has no cookie')
  expect(JSON.stringify(refused)).not.toContain(new URLSearchParams(answer).get('code'))

  const left = await ask(contract.signOut, undefined, { jar })
  expect(new URL(left.body.location).searchParams.get('post_logout_redirect_uri')).toBe(`${SITE}/login`)
  expect(await lastEntry()).toMatchObject({ action: 'signOut', who: 'ada', outcome: 'ok' })
})

test.each([
  ['a page of another site', { next: '/' }, 'https://evil.example', 403],
  ['a next page without end', { next: `/${'x'.repeat(5000)}` }, SITE, 400],
])('%s begins no sign-in', async (_, body, origin, status) => {
  const answer = await ask(contract.beginProviderSignIn, body, { origin })
  expect([answer.status, answer.cookies]).toEqual([status, []])
})

test('an answer without end is refused unread', async () => {
  const answer = await ask(contract.providerSignIn, { answer: `state=${'x'.repeat(20_000)}` })
  expect(answer).toMatchObject({ status: 400, body: { error: { details: [{ at: 'answer' }] } } })
})
