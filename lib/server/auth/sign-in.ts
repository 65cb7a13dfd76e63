import { createHash, timingSafeEqual } from 'node:crypto'
import { getIronSession } from 'iron-session'
import type { Access } from '@/lib/model/connection'
import { Refusal } from '../errors'
import { AttemptLimit } from './attempt-limit'

const COOKIE = 'gearboard-session'
const TTL_S = 7 * 24 * 3600

interface SessionData {
  role?: Access
}

export interface SignIn {
  /** A password is asked for at all. */
  readonly required: boolean
  /** The role of whoever sent the request; null when nobody is signed in. */
  roleOf(request: Request): Promise<Access | null>
  /** Checks the password and puts the session's cookie on `headers`. @throws Refusal `unauthenticated`, `forbidden` after too many attempts */
  enter(request: Request, headers: Headers, password: string, secure: boolean): Promise<void>
  leave(request: Request, headers: Headers, secure: boolean): Promise<void>
  /** The password in the Authorization header (Basic with any name, or Bearer) is right: for scrapers, which hold no cookie. @throws Refusal `forbidden` after too many attempts */
  knows(request: Request): boolean
}

/** What an Authorization header carries as the password; undefined without one. */
function givenPassword(header: string | null): string | undefined {
  const [, scheme, value] = /^(basic|bearer) +(\S+)$/i.exec(header ?? '') ?? []
  if (scheme === undefined || value === undefined) return undefined
  if (scheme.toLowerCase() === 'bearer') return value
  const pair = Buffer.from(value, 'base64').toString('utf8')
  return pair.includes(':') ? pair.slice(pair.indexOf(':') + 1) : undefined
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Equal lengths, equal time: the digests are compared, not the texts. */
const matches = (given: string, expected: string): boolean => timingSafeEqual(digest(given), digest(expected))

/** Sign-in by one password. Without one everybody is an admin. */
export function createSignIn(password: string | undefined, secret: string): SignIn {
  const attempts = new AttemptLimit()
  const session = (request: Request, headers: Headers, secure: boolean) => {
    const response = new Response(null, { headers })
    const options = {
      cookieName: COOKIE,
      // A new password signs everybody out.
      password: createHash('sha256').update(`${secret}\n${password}`).digest('hex'),
      ttl: TTL_S,
      cookieOptions: { httpOnly: true, sameSite: 'strict', secure, path: '/' },
    } as const
    return { response, opened: getIronSession<SessionData>(request, response, options) }
  }
  const copyCookie = (response: Response, headers: Headers) => {
    for (const cookie of response.headers.getSetCookie()) headers.append('set-cookie', cookie)
  }

  return {
    required: password !== undefined,

    async roleOf(request) {
      if (password === undefined) return 'admin'
      const { role } = await session(request, new Headers(), false).opened
      return role ?? null
    },

    async enter(request, headers, given, secure) {
      if (password === undefined) return
      // Next writes the peer's address here when the client sent no such header of its own.
      const from = request.headers.get('x-forwarded-for') ?? ''
      attempts.check(from, Date.now())
      if (!matches(given, password)) {
        attempts.failed(from, Date.now())
        throw new Refusal('unauthenticated', 'That is not the password.')
      }
      const { response, opened } = session(request, new Headers(), secure)
      const data = await opened
      data.role = 'admin'
      await data.save()
      copyCookie(response, headers)
    },

    knows(request) {
      const given = givenPassword(request.headers.get('authorization'))
      if (password === undefined || given === undefined) return password === undefined
      const from = request.headers.get('x-forwarded-for') ?? ''
      attempts.check(from, Date.now())
      if (matches(given, password)) return true
      attempts.failed(from, Date.now())
      return false
    },

    async leave(request, headers, secure) {
      const { response, opened } = session(request, new Headers(), secure)
      const data = await opened
      data.destroy()
      copyCookie(response, headers)
    },
  }
}
