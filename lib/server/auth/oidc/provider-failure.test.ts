import { expect, test } from 'vitest'
import { freePorts } from '@/test/free-ports'
import { CLIENT_SECRET } from '@/test/identity-provider'
import { OidcSignIn } from './oidc-sign-in'
import { OidcProvider } from './provider'
import { Browser, gearboardAt, ORIGIN, oidcSettingsAt } from './testing/browser'
import { answerJson, type Script, scriptedProvider } from './testing/scripted-provider'

const CODE = 'the code of the test'

/** The way of a browser to a scripted provider and back. */
async function signInAt(provider: Awaited<ReturnType<typeof scriptedProvider>>) {
  const signIn = new OidcSignIn(oidcSettingsAt(provider.issuer), '')
  const address = `${ORIGIN}/api/session/oidc`
  const headers = new Headers()
  const location = new URL(await signIn.begin(new Request(address), headers, { origin: ORIGIN, next: '/' }, false))
  const state = location.searchParams.get('state') ?? ''
  provider.nonce = location.searchParams.get('nonce') ?? ''
  const request = new Request(address, { headers: { cookie: headers.getSetCookie()[0] ?? '' } })
  return signIn.finish(request, new Headers(), new URLSearchParams({ code: CODE, state }).toString(), false)
}

/** What the sign-in page shows of a sign-in at a provider that misbehaves. */
async function refusedBy(script: Script) {
  const provider = await scriptedProvider(script)
  const { code, message } = await signInAt(provider).then(
    () => ({ code: 'signed in', message: '' }),
    (error: { readonly code: string; readonly message: string }) => error,
  )
  for (const secret of [CLIENT_SECRET, CODE, 'an access token of the test', 'eyJ'])
    expect(message).not.toContain(secret)
  if (provider.nonce !== '') expect(message).not.toContain(provider.nonce)
  return { code, message }
}

const LONG = 'x'.repeat(2_000_000)

test.each<[string, Script, string, RegExp]>([
  ['nothing wrong', {}, 'signed in', /^$/],
  // Discovery.
  [
    'metadata that is no JSON',
    { answers: { discovery: answerJson('<html>') } },
    'bad_reply',
    /answer for its metadata is not valid JSON/,
  ],
  [
    'metadata of another type',
    { answers: { discovery: (_, response) => void response.end('{}') } },
    'bad_reply',
    /makes no sense/,
  ],
  ['metadata that is a list', { answers: { discovery: answerJson([]) } }, 'bad_reply', /makes no sense/],
  [
    'metadata of another issuer',
    { metadata: { issuer: 'https://evil.example' } },
    'bad_reply',
    /of another issuer.*GEARBOARD_OIDC_ISSUER/,
  ],
  ['metadata whose issuer is no URL', { metadata: { issuer: 'nonsense' } }, 'bad_reply', /makes no sense/],
  ['metadata whose places are numbers', { metadata: { token_endpoint: 7 } }, 'bad_reply', /no usable token_endpoint/],
  ['metadata that is null', { answers: { discovery: answerJson(null) } }, 'bad_reply', /makes no sense/],
  ['keys that are null', { answers: { jwks: answerJson({ keys: [null] }) } }, 'bad_reply|unauthenticated', /./],
  [
    'keys without a key',
    { answers: { jwks: answerJson({ keys: [{ kty: 'RSA', kid: 'test', use: 'sig', alg: 'RS256' }] }) } },
    'bad_reply',
    /./,
  ],
  [
    'a token of numbers',
    { answers: { token: answerJson({ access_token: 1, token_type: 2, id_token: 3 }) } },
    'bad_reply',
    /makes no sense/,
  ],
  [
    'claims that are no object',
    { answers: { token: answerJson({ access_token: 'x', token_type: 'bearer', id_token: 'e30.MQ.e30' }) } },
    'bad_reply|unauthenticated',
    /./,
  ],
  [
    'a token type of its own',
    { answers: { token: answerJson({ access_token: 'x', token_type: 'other' }) } },
    'bad_reply',
    /./,
  ],
  ['no metadata', { answers: { discovery: answerJson({}, 404) } }, 'bad_reply', /has the status 404/],
  [
    'a redirect',
    {
      answers: { discovery: (_, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end() },
    },
    'bad_reply',
    /has the status 302/,
  ],
  ['metadata without an end', { answers: { discovery: answerJson(LONG) } }, 'bad_reply', /too large/],
  [
    'a script for an address',
    { metadata: { authorization_endpoint: 'javascript:alert(1)' } },
    'bad_reply',
    /no usable authorization_endpoint/,
  ],
  [
    'an address beyond this machine',
    { metadata: { token_endpoint: 'http://169.254.169.254/' } },
    'bad_reply',
    /no usable token_endpoint/,
  ],
  ['no place for keys', { metadata: { jwks_uri: undefined } }, 'bad_reply', /no usable jwks_uri/],
  [
    'a line that drops',
    { answers: { discovery: (request) => void request.socket.destroy() } },
    'unreachable',
    /cannot be reached for its metadata \(\w+\)/,
  ],
  // The token endpoint.
  [
    'a failing token endpoint',
    { answers: { token: answerJson({ a: 1 }, 500) } },
    'bad_reply',
    /answer for the sign-in has the status 500/,
  ],
  [
    'a token endpoint that talks nonsense',
    { answers: { token: answerJson('nonsense') } },
    'bad_reply',
    /not valid JSON/,
  ],
  [
    'no token',
    { answers: { token: answerJson({ access_token: 'x', token_type: 'bearer' }) } },
    'bad_reply',
    /makes no sense/,
  ],
  [
    'a token that is none',
    { answers: { token: answerJson({ access_token: 'x', token_type: 'bearer', id_token: 'a.b' }) } },
    'bad_reply',
    /makes no sense/,
  ],
  ['a tokens’ flood', { answers: { token: answerJson(LONG) } }, 'bad_reply', /too large/],
  [
    'a refusal',
    { answers: { token: answerJson({ error: 'invalid_grant' }, 400) } },
    'unauthenticated',
    /refused this sign-in \(invalid_grant\)/,
  ],
  [
    'a refusal that repeats what it got',
    {
      answers: {
        token: answerJson({ error: 'x', error_description: `no ${CLIENT_SECRET}, the code of the test` }, 400),
      },
    },
    'unauthenticated',
    /It says: "no …, …"/,
  ],
  [
    'a refusal in control characters',
    { answers: { token: answerJson({ error: 'a\u001b[2J', error_description: '\u001b[2Jno' }, 401) } },
    'unauthenticated',
    /an unknown error.*It says: "\[2Jno"/,
  ],
  // The ID token.
  ['another nonce', { claims: { nonce: 'other' } }, 'unauthenticated', /is not of this sign-in \(nonce\)/],
  ['no nonce', { claims: { nonce: undefined } }, 'unauthenticated|bad_reply', /nonce|makes no sense/],
  ['another issuer', { claims: { iss: 'https://evil.example' } }, 'unauthenticated', /another issuer \(iss\)/],
  ['another client', { claims: { aud: 'another' } }, 'unauthenticated', /another client \(aud\)/],
  ['a wrong signature', { wrongKey: true }, 'unauthenticated', /signature of SSO’s ID token is wrong/],
  ['no signature', { header: { alg: 'none' } }, 'bad_reply|unauthenticated', /./],
  ['an unknown key', { header: { kid: 'other' } }, 'unauthenticated', /signed by none of the keys/],
  [
    'a secret for a key',
    { header: { alg: 'HS256' }, metadata: { id_token_signing_alg_values_supported: ['HS256'] } },
    'bad_reply',
    /./,
  ],
  ['keys that are none', { answers: { jwks: answerJson({ keys: 'x' }) } }, 'bad_reply', /makes no sense/],
  ['no sub', { claims: { sub: undefined } }, 'bad_reply', /makes no sense/],
  // The user.
  [
    'a user that is another',
    { withUser: true, answers: { userinfo: answerJson({ sub: 'eve' }) } },
    'bad_reply',
    /answer for the user is of another issuer or another user/,
  ],
  [
    'no user',
    { withUser: true, answers: { userinfo: answerJson({}, 500) } },
    'bad_reply',
    /answer for the user has the status 500/,
  ],
])('%s', async (_, script, code, message) => {
  const provider = await refusedBy(script)
  expect(provider.code).toMatch(new RegExp(`^(${code})$`))
  expect(provider.message).toMatch(message)
})

/** The moments that a message names, s from now. */
const offsetsIn = (message: string) =>
  [...message.matchAll(/(\S+) (\S+) UTC/g)].map(([, day, time]) => (Date.parse(`${day}T${time}Z`) - Date.now()) / 1000)

test.each<[string, Script, number[]]>([
  ['five minutes ahead', { lifetime: { iat: 300, exp: 600 }, date: 300 }, [300, 600, 0, 300]],
  [
    'five minutes behind, with tokens of five minutes',
    { lifetime: { iat: -400, exp: -100 }, date: -400 },
    [-400, -100, 0, -400],
  ],
  ['right, with a token of yesterday', { lifetime: { iat: -90_000, exp: -86_400 } }, [-90_000, -86_400, 0]],
  ['right, with a token of tomorrow', { claims: { nbf: Date.now() / 1000 + 86_400 } }, [0, 300, 0]],
])('a provider whose clock is %s is refused with both times', async (_, script, offsets) => {
  const { code, message } = await refusedBy(script)
  expect(code).toBe('unauthenticated')
  const found = offsetsIn(message)
  expect(found.map((offset, at) => Math.abs(offset - (offsets[at] ?? Number.NaN)) < 45)).toEqual(
    offsets.map(() => true),
  )
  expect(message).toContain('and Gearboard’s clock shows')
  expect(message).toContain('An admin should set the clock that is wrong. A difference of up to 60 s is accepted.')
})

test('a time beyond all calendars is named so', async () => {
  expect((await refusedBy({ claims: { iat: 1e15, exp: 1e15 + 1 } })).message).toContain(
    'valid from an impossible time until',
  )
})

test.each([
  ['50 s ahead', { iat: 50, exp: 350 }],
  ['50 s behind', { iat: -350, exp: -50 }],
  // As Entra ID dates them.
  ['issued five minutes ago', { iat: -300, exp: 3600 }],
])('a token that is %s passes', async (_, lifetime) => {
  expect((await refusedBy({ lifetime })).code).toBe('signed in')
})

test.each([
  ['a closed port', freePorts, 'ECONNREFUSED'],
  ['a port that fetch never asks', async () => 1, 'bad port'],
])('a provider at %s cannot be reached', async (_, portOf, why) => {
  const provider = new OidcProvider(oidcSettingsAt(`http://127.0.0.1:${await portOf()}`))
  const pending = { state: 's', nonce: 'n', verifier: 'v'.repeat(43), redirectUri: `${ORIGIN}/login/oidc`, next: '/' }
  await expect(provider.authorizationUrl(pending)).rejects.toMatchObject({
    code: 'unreachable',
    message: `SSO cannot be reached for its metadata (${why}). An admin should check that it runs, and GEARBOARD_OIDC_ISSUER.`,
  })
})

test('a provider that is down at first is asked again, once for many at a time, and the other ways work meanwhile', async () => {
  const provider = await scriptedProvider({ answers: { discovery: answerJson({}, 503) } })
  const gearboard = gearboardAt(provider.issuer, { env: { GEARBOARD_PASSWORD: 'open sesame' } })
  const tries = Array.from({ length: 50 }, () => new Browser(gearboard).begin())
  for (const { status } of await Promise.allSettled(tries)) expect(status).toBe('rejected')
  await expect(new Browser(gearboard).begin()).rejects.toThrow('has the status 503')
  expect(provider.asked).toEqual(['discovery'])
  const byPassword = gearboard.signIn.enter(new Request(ORIGIN), new Headers(), { password: 'open sesame' }, false)
  await expect(byPassword).resolves.toMatchObject({ name: 'admin' })
  provider.script = {}
  await expect.poll(() => new Browser(gearboard).begin().catch(String)).toContain('/authorize?')
})

test.each<[string, NonNullable<Script['answers']>, string]>([
  ['never begins to answer', { discovery: () => undefined }, 'its metadata'],
  ['never ends its answer', { discovery: (_, response) => void response.write('{') }, 'its metadata'],
  ['hangs at the sign-in', { token: () => undefined }, 'the sign-in'],
])('a provider that %s is given up', async (_, answers, asked) => {
  const { issuer } = await scriptedProvider({ answers })
  const provider = new OidcProvider(oidcSettingsAt(issuer), 0.2)
  const pending = {
    state: 's',
    nonce: 'n',
    verifier: 'v'.repeat(43),
    redirectUri: 'http://localhost/login/oidc',
    next: '/',
  }
  await expect(provider.userOf(new URLSearchParams('code=c&state=s'), pending)).rejects.toMatchObject({
    code: 'timeout',
    message: `SSO did not answer within 0.2 s when Gearboard asked for ${asked}. Try again later.`,
  })
})
