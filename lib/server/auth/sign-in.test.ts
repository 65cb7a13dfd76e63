import { expect, test } from 'vitest'
import { readSettings } from '../settings'
import { createSignIn } from './sign-in'
import { peopleInMemory, storeInMemory } from './testing'

const signInWith = (password: string | undefined) =>
  createSignIn(readSettings({ GEARBOARD_PASSWORD: password }), {
    sessions: storeInMemory(),
    people: peopleInMemory(),
    grants: [],
  })

const request = (headers: Record<string, string> = {}) => new Request('http://localhost/api/session', { headers })

/** The Cookie header of a browser after this answer, and the attributes it came with. */
function cookieOf(headers: Headers) {
  const [pair = '', ...attributes] = (headers.getSetCookie().at(-1) ?? '').split('; ')
  return { cookie: pair, attributes }
}

test('signing in and out by a cookie that scripts and other sites cannot use', async () => {
  const signIn = signInWith('open sesame')
  const headers = new Headers()
  await signIn.enter(request(), headers, { password: 'open sesame' }, true)
  const { cookie, attributes } = cookieOf(headers)
  expect(attributes).toEqual(['Path=/', 'Max-Age=604800', 'HttpOnly', 'SameSite=Strict', 'Secure'])
  const signedIn = request({ cookie: `theme=dark; ${cookie}; other=1` })
  const { principal, session } = signIn.visitorOf(signedIn)
  expect(principal).toMatchObject({ kind: 'password', name: 'admin' })

  const after = new Headers()
  await signIn.leave(signedIn, after, false, undefined)
  expect(cookieOf(after)).toEqual({
    cookie: 'gearboard-session=',
    attributes: ['Path=/', 'Max-Age=0', 'HttpOnly', 'SameSite=Strict'],
  })
  expect(signIn.visitorOf(signedIn).principal).toBeNull()
  expect(session?.ended.aborted).toBe(true)
})

test('signing in again ends what the browser had, and takes no token that it brings', async () => {
  const signIn = signInWith('open sesame')
  const first = new Headers()
  await signIn.enter(request(), first, { password: 'open sesame' }, false)
  const old = request({ cookie: cookieOf(first).cookie })
  const second = new Headers()
  await signIn.enter(old, second, { password: 'open sesame' }, false)
  expect(signIn.visitorOf(old).principal).toBeNull()
  expect(cookieOf(second).cookie).not.toBe(cookieOf(first).cookie)
})

test.each([
  '',
  'gearboard-session=',
  'gearboard-session=x',
  // As an earlier Gearboard sealed it.
  'gearboard-session=Fe26.2*1*abc*def*ghi**jkl*mno',
  'xgearboard-session=x',
  ';;;=;',
])('the cookie %j lets nobody in', (cookie) => {
  expect(signInWith('open sesame').visitorOf(request({ cookie }))).toEqual({
    principal: null,
    session: undefined,
    byBrowser: false,
  })
})

test('a client that forges X-Forwarded-For is still one client', async () => {
  const signIn = signInWith('open sesame')
  const guess = (n: number) => {
    const headers = {
      'x-forwarded-for': `10.0.0.${n}`,
      'x-gearboard-peer': '192.0.2.1',
      'x-gearboard-ignored': 'x-forwarded-for',
    }
    return signIn.enter(request(headers), new Headers(), { password: `wrong ${n}` }, false)
  }
  for (let n = 0; n < 5; n++) await expect(guess(n)).rejects.toMatchObject({ code: 'unauthenticated' })
  await expect(guess(6)).rejects.toMatchObject({
    code: 'too_many_attempts',
    retryAfterS: expect.any(Number),
    message: expect.stringContaining('GEARBOARD_TRUST_PROXY'),
  })
  const owner = request({ 'x-gearboard-peer': '192.0.2.2' })
  await expect(signIn.enter(owner, new Headers(), { password: 'open sesame' }, false)).resolves.toMatchObject({
    name: 'admin',
  })
})

test('without a password everybody is an admin', async () => {
  const signIn = signInWith(undefined)
  expect(signIn.visitorOf(request())).toMatchObject({ principal: { kind: 'open', grants: [{ role: 'admin' }] } })
  expect(await signIn.knows(request())).toBe(true)
})

test('whether anybody has to sign in is whether there is a password', () => {
  expect([signInWith('open sesame').required, signInWith(undefined).required]).toEqual([true, false])
})

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

test.each([
  ['Bearer open sesame', false],
  ['Bearer opensesame', true],
  ['bearer  opensesame', true],
  [basic('prometheus:opensesame'), true],
  [basic(':opensesame'), true],
  [basic('opensesame:'), false],
  [basic('opensesame'), false],
  [basic('a:b:opensesame'), false],
  ['Bearer opensesam', false],
  ['Digest opensesame', false],
  ['opensesame', false],
])('a scraper that sends %j is let in: %s', async (authorization, right) => {
  expect(await signInWith('opensesame').knows(request({ authorization }))).toBe(right)
})

test('a password may begin as tokens do', async () => {
  const signIn = signInWith('gb_of_ours')
  expect(await signIn.knows(request({ authorization: 'Bearer gb_of_ours' }))).toBe(true)
  expect(await signIn.knows(request({ authorization: 'Bearer gb_of_others' }))).toBe(false)
})

test('a scraper that sends no password is let in nowhere, and does not count as wrong', async () => {
  const signIn = signInWith('open sesame')
  for (let n = 0; n < 10; n++) expect(await signIn.knows(request())).toBe(false)
  await expect(signIn.enter(request(), new Headers(), { password: 'open sesame' }, false)).resolves.toMatchObject({
    name: 'admin',
  })
})

test('a scraper that guesses is stopped as a browser is', async () => {
  const signIn = signInWith('open sesame')
  for (let n = 0; n < 5; n++) expect(await signIn.knows(request({ authorization: `Bearer ${n}` }))).toBe(false)
  await expect(signIn.knows(request({ authorization: 'Bearer x' }))).rejects.toMatchObject({
    code: 'too_many_attempts',
  })
})
