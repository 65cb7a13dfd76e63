import { createHash, timingSafeEqual } from 'node:crypto'
import { steadyMs } from '@gearboard/gears/vocabulary/clock'
import { FULL_GRANT, type Principal } from '@/lib/model/people/grant'
import { IGNORED_HEADER } from '../door/peer'
import { ApiRefusal } from '../errors'
import { clientAddressOf } from '../http/gate'
import type { Settings } from '../settings'
import { AttemptLimit } from './attempt-limit'
import { type Session, type SessionStore, Sessions, TTL_MS } from './sessions'

const COOKIE = 'gearboard-session'

/** The user of the request. */
interface Visitor {
  /** Null when the request is not signed in. */
  readonly principal: Principal | null
  /** Absent where nobody signs in. */
  readonly session: Session | undefined
}

export interface SignIn {
  /** A password is asked for at all. */
  readonly required: boolean
  visitorOf(request: Request): Visitor
  /** Checks the password, puts the session's cookie on `headers`, and returns who came in. @throws ApiRefusal `unauthenticated`, `too_many_attempts` */
  enter(request: Request, headers: Headers, password: string, secure: boolean): Promise<Principal>
  /** Ends the session, wherever its cookie is. */
  leave(request: Request, headers: Headers, secure: boolean): Promise<void>
  /** The password in the Authorization header (Basic with any name, or Bearer) is right: for scrapers, which hold no cookie. @throws ApiRefusal `too_many_attempts` */
  knows(request: Request): Promise<boolean>
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

/** The session's token; empty without a cookie. */
function tokenOf(request: Request): string {
  const cookies = request.headers.get('cookie')?.split(';') ?? []
  const own = cookies.find((cookie) => cookie.trimStart().startsWith(`${COOKIE}=`))
  return own?.slice(own.indexOf('=') + 1).trim() ?? ''
}

const cookie = (token: string, maxAgeS: number, secure: boolean): string =>
  `${COOKIE}=${token}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`

const TIME = {
  now: steadyMs,
  wait: (ms: number) => new Promise<void>((done) => setTimeout(done, ms).unref()),
}

/** Behind a proxy that is not configured as trusted, all clients look like one. */
const hintFor = (request: Request): string =>
  request.headers.get(IGNORED_HEADER) === null
    ? ''
    : 'A proxy stands before Gearboard, so everybody behind it counts as one; GEARBOARD_TRUST_PROXY tells them apart.'

type SignInSettings = Pick<Settings, 'password' | 'sessionSecret' | 'sessionIdleMs'>

/** Sign-in by one password. Without one everybody is an admin. */
export function createSignIn({ password, sessionSecret, sessionIdleMs }: SignInSettings, store: SessionStore): SignIn {
  if (password === undefined) return EVERYBODY
  const attempts = new AttemptLimit(TIME)
  const sessions = new Sessions(store, `${sessionSecret ?? ''}\n${password}`, { idleMs: sessionIdleMs })
  const isRight = (request: Request, given: string) =>
    attempts.isRight(clientAddressOf(request), () => matches(given, password), hintFor(request))

  return {
    required: true,

    visitorOf(request) {
      const session = sessions.find(tokenOf(request))
      return { principal: session ? OWNER : null, session }
    },

    async enter(request, headers, given, secure) {
      if (!(await isRight(request, given))) throw new ApiRefusal('unauthenticated', 'Wrong password.')
      // The browser's old session ends: a cookie that an attacker planted before must not be signed in.
      await sessions.end(tokenOf(request))
      const token = await sessions.begin(OWNER, clientAddressOf(request) || null)
      headers.append('set-cookie', cookie(token, TTL_MS / 1000, secure))
      return OWNER
    },

    async knows(request) {
      const given = givenPassword(request.headers.get('authorization'))
      return given !== undefined && (await isRight(request, given))
    },

    async leave(request, headers, secure) {
      await sessions.end(tokenOf(request))
      headers.append('set-cookie', cookie('', 0, secure))
    },
  }
}

/** Whoever knows the one password. */
const OWNER = { kind: 'password', name: 'admin', groups: [], grants: [FULL_GRANT] } as const

const ANYBODY: Principal = { kind: 'open', name: 'anonymous', groups: [], grants: [FULL_GRANT] }

const EVERYBODY: SignIn = {
  required: false,
  visitorOf: () => ({ principal: ANYBODY, session: undefined }),
  enter: () => Promise.resolve(ANYBODY),
  leave: () => Promise.resolve(),
  knows: () => Promise.resolve(true),
}
