import { createHash, timingSafeEqual } from 'node:crypto'
import { steadyMs } from '@gearboard/gears/vocabulary/clock'
import type { GrantInFile } from '@/lib/api/contract/grant-definition'
import { admissionEverywhereOf, FULL_GRANT, type Identity, type Principal } from '@/lib/model/people/grant'
import { IGNORED_HEADER } from '../door/peer'
import { ApiRefusal, wrongField } from '../errors'
import { clientAddressOf } from '../http/gate'
import { keepNewest } from '../keep-newest'
import type { Settings } from '../settings'
import { ApiTokens, bearerToken } from './api-tokens'
import { AttemptLimit } from './attempt-limit'
import type { OidcSettings } from './oidc/oidc-settings'
import { OidcSignIn } from './oidc/oidc-sign-in'
import { isSame, People } from './people'
import { type PeopleStore, userId } from './people-records'
import { proxyUser } from './proxy-user'
import { sessionCookie, tokenInCookie } from './session-cookie'
import { type Session, type SessionStore, Sessions, TTL_MS } from './sessions'
import { SetupLink } from './setup-link'

/** The user of the request. */
interface Visitor {
  /** Null when the request is not signed in. */
  readonly principal: Principal | null
  /** Absent where nobody signs in. */
  readonly session: Session | undefined
  /** The browser adds by itself what they are known by, so that a page of another site could use it. */
  readonly byBrowser: boolean
  /** Why nobody is signed in, where it is more than that. */
  readonly reason?: string
}

/** What a sign-in form sends. */
interface Credentials {
  /** Of a local user; none for the one password. */
  readonly name?: string
  readonly password: string
}

/** How people sign in at this Gearboard. */
interface SignInWays {
  readonly password: boolean
  readonly users: boolean
  /** A proxy in front of Gearboard names the user. */
  readonly proxy: boolean
  /** What the button calls the provider at which they sign in; null: there is none. */
  readonly oidc: string | null
  /** There are no users yet: the link on the console makes the first. */
  readonly setup: boolean
}

export interface SignIn {
  /** Whether anybody has to sign in at all. */
  readonly required: boolean
  readonly ways: SignInWays
  readonly people: People
  readonly tokens: ApiTokens
  readonly sessions: Sessions
  visitorOf(request: Request): Visitor
  /** Whose request it still is, while it is carried out. A stream that stays open does not count as use of its session. */
  stillBy(request: Request): Principal | null
  /** Checks the password, puts the session's cookie on `headers`, and returns who came in. @throws ApiRefusal `unauthenticated`, `too_many_attempts` */
  enter(request: Request, headers: Headers, credentials: Credentials, secure: boolean): Promise<Principal>
  /** Makes the first user by the token of the set-up link, and signs them in. @throws ApiRefusal */
  setUp(
    request: Request,
    headers: Headers,
    setup: Required<Credentials> & { readonly token: string },
    secure: boolean,
  ): Promise<Principal>
  /** Begins a sign-in at the provider, and returns its address to open. @throws ApiRefusal */
  beginAtProvider(
    request: Request,
    headers: Headers,
    from: { readonly origin: string; readonly next: string },
    secure: boolean,
  ): Promise<string>
  /** Signs in whom the provider names. @param answer the query that the browser came back with. @throws ApiRefusal */
  enterFromProvider(request: Request, headers: Headers, answer: string, secure: boolean): Promise<ProviderUser>
  /** A token for the set-up link; undefined where there is a user, or nobody can be added. */
  issueSetup(): string | undefined
  /** Changes one's own password, and ends one's other sessions. @throws ApiRefusal */
  changePassword(
    request: Request,
    principal: Principal,
    change: { readonly current: string; readonly password: string },
  ): Promise<void>
  /**
   * Ends the session, wherever its cookie is.
   * @param origin of our pages, where the provider leads back to
   * @returns where the provider ends its own session, for a user who signed in there
   */
  leave(request: Request, headers: Headers, secure: boolean, origin: string | undefined): Promise<string | undefined>
  /** The Authorization header lets a scraper in: a token that may read all connections, or the password (Basic with any name, or Bearer). @throws ApiRefusal `too_many_attempts` */
  knows(request: Request): Promise<boolean>
}

interface ProviderUser {
  readonly principal: Principal
  /** Which account at the provider it is, for the audit log. */
  readonly account: string
  /** The page to open, a path of our own. */
  readonly next: string
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

const TIME = {
  now: steadyMs,
  wait: (ms: number) => new Promise<void>((done) => setTimeout(done, ms).unref()),
}

/** Behind a proxy that is not configured as trusted, all clients look like one. */
const hintFor = (request: Request): string =>
  request.headers.get(IGNORED_HEADER) === null
    ? ''
    : 'A proxy stands before Gearboard, so everybody behind it counts as one; GEARBOARD_TRUST_PROXY tells them apart.'

type SignInSettings = Pick<
  Settings,
  | 'password'
  | 'localUsers'
  | 'proxyHeaders'
  | 'oidc'
  | 'sessionSecret'
  | 'sessionIdleMs'
  | 'isSignInRequired'
  | 'basePath'
>

interface SignInStores {
  readonly sessions: SessionStore
  readonly people: PeopleStore
  /** What the configuration file declares. */
  readonly grants: readonly GrantInFile[]
}

/** Whoever knows the one password. */
const OWNER: Identity = { kind: 'password', name: 'admin', groups: [] }

/** Proofs that somebody signed in at the provider which are kept for the way out there; without one the provider may ask. */
const MOST_ID_TOKENS = 2000
const MOST_ID_TOKEN_CHARS = 8192

const ANYBODY: Principal = { kind: 'open', name: 'anonymous', groups: [], grants: [FULL_GRANT] }

const providerOf = ({ issuer, clientId, nameClaim }: OidcSettings): string =>
  JSON.stringify([issuer, clientId, nameClaim])

/** Sign-in by whatever the settings allow. Where they ask for nothing, everybody is an admin. */
export function createSignIn(settings: SignInSettings, stores: SignInStores): SignIn {
  const { password, localUsers, proxyHeaders, isSignInRequired: required } = settings
  const cookiePath = settings.basePath || '/'
  const attempts = new AttemptLimit(TIME)
  const hasOwner = password !== undefined
  const people = new People({ store: stores.people, declared: stores.grants, hasOwner, now: steadyMs })
  const tokens = new ApiTokens(people, steadyMs)
  const sessions = new Sessions(stores.sessions, `${settings.sessionSecret ?? ''}\n${password ?? ''}`, {
    idleMs: settings.sessionIdleMs,
    // Names of one provider, or by one claim, are other people's at another.
    hangsOn: (kind) => (kind === 'oidc' && settings.oidc ? providerOf(settings.oidc) : ''),
  })
  const oidc = settings.oidc && new OidcSignIn(settings.oidc, settings.basePath)
  const idTokens = new Map<string, string>()
  const link = new SetupLink(steadyMs)

  const isAttemptRight = (request: Request, check: () => boolean | Promise<boolean>, user?: string) =>
    attempts.isRight({ address: clientAddressOf(request), user, hint: hintFor(request) }, check)

  const hasNoUser = () => localUsers && people.users.byId?.size === 0

  const principalOf = (identity: Identity): Principal | null => {
    if (identity.kind === 'local' && !localUsers) return null
    const grants = people.grantsFor(identity)
    return grants ? { kind: identity.kind, name: identity.name, groups: identity.groups, grants } : null
  }

  const begin = async (
    request: Request,
    headers: Headers,
    identity: Identity,
    secure: boolean,
    idToken = '',
  ): Promise<Principal> => {
    const principal = principalOf(identity)
    if (!principal) throw new ApiRefusal('unauthenticated', 'This user was just removed.')
    // The browser's old session ends: a cookie that an attacker planted before must not be signed in.
    await sessions.end(tokenInCookie(request))
    const token = await sessions.begin(identity, clientAddressOf(request) || null)
    headers.append('set-cookie', sessionCookie(token, cookiePath, TTL_MS / 1000, secure))
    const session = sessions.find(token)
    if (session && idToken !== '' && idToken.length <= MOST_ID_TOKEN_CHARS) {
      idTokens.set(session.digest, idToken)
      keepNewest(idTokens, MOST_ID_TOKENS)
      session.ended.addEventListener('abort', () => idTokens.delete(session.digest), { once: true })
    }
    return principal
  }

  const atProvider = (): OidcSignIn => {
    if (oidc) return oidc
    throw new ApiRefusal('forbidden', 'Nobody signs in at a provider here: GEARBOARD_OIDC_ISSUER is not set.')
  }

  const whoIs = async (request: Request, { name, password: given }: Credentials): Promise<Identity> => {
    if (localUsers && name !== undefined) {
      let found: Identity | undefined
      const check = async () => {
        found = await people.userWith(name, given)
        return found !== undefined
      }
      if ((await isAttemptRight(request, check, userId(name))) && found) return found
      throw new ApiRefusal('unauthenticated', 'Wrong name or password.')
    }
    if (password === undefined) throw wrongField('name', 'must not be empty')
    if (await isAttemptRight(request, () => matches(given, password))) return OWNER
    throw new ApiRefusal('unauthenticated', 'Wrong password.')
  }

  const visitor = (request: Request, isUse: boolean): Visitor => {
    if (!required) return { principal: ANYBODY, session: undefined, byBrowser: false }
    const bearer = bearerToken(request)
    if (bearer !== undefined) {
      const reason = 'This token is unknown, revoked or expired.'
      return { principal: tokens.principalOf(bearer, isUse), session: undefined, byBrowser: false, reason }
    }
    // The browser may hold the session of an earlier user: whom the proxy names is who asks now.
    const named = proxyHeaders && proxyUser(request, proxyHeaders)
    if (named && 'name' in named) return { principal: principalOf(named), session: undefined, byBrowser: true }
    const session = isUse ? sessions.find(tokenInCookie(request)) : sessions.peek(tokenInCookie(request))
    const principal = session ? principalOf(session) : null
    const reason = named?.reason
    return {
      principal,
      session: principal ? session : undefined,
      byBrowser: principal !== null,
      ...(reason !== undefined && { reason }),
    }
  }

  return {
    required,
    people,
    tokens,
    sessions,

    get ways() {
      return {
        password: hasOwner,
        users: localUsers,
        proxy: proxyHeaders !== undefined,
        oidc: oidc?.name ?? null,
        setup: hasNoUser(),
      }
    },

    visitorOf: (request) => visitor(request, true),

    stillBy: (request) => visitor(request, false).principal,

    async enter(request, headers, credentials, secure) {
      if (!required) return ANYBODY
      return begin(request, headers, await whoIs(request, credentials), secure)
    },

    async setUp(request, headers, { token, name, password: chosen }, secure) {
      if (!localUsers || !(await isAttemptRight(request, () => link.isRight(token))))
        throw new ApiRefusal(
          'forbidden',
          'This set-up link is wrong, used or expired. Restart Gearboard to get a new one on its console.',
        )
      const user = await people.addFirst(name, chosen)
      link.end()
      return begin(request, headers, { kind: 'local', name: user.name, groups: user.groups }, secure)
    },

    beginAtProvider: async (request, headers, from, secure) => atProvider().begin(request, headers, from, secure),

    async enterFromProvider(request, headers, answer, secure) {
      const { identity, idToken, next, words } = await atProvider().finish(request, headers, answer, secure)
      return { principal: await begin(request, headers, identity, secure, idToken), account: words, next }
    },

    issueSetup: () => (hasNoUser() ? link.issue() : undefined),

    async changePassword(request, principal, { current, password: chosen }) {
      if (principal.kind !== 'local')
        throw wrongField('current', 'is for users with a password of their own at this Gearboard')
      const check = async () => (await people.userWith(principal.name, current)) !== undefined
      if (!(await isAttemptRight(request, check, userId(principal.name))))
        throw wrongField('current', 'is not your password')
      await people.setPassword(principal.name, chosen)
      const own = sessions.find(tokenInCookie(request))?.digest
      await sessions.endAll((session) => isSame(session, { ...principal, kind: 'local' }) && session.digest !== own)
    },

    async knows(request) {
      if (!required) return true
      const bearer = bearerToken(request)
      if (bearer !== undefined) {
        const principal = tokens.principalOf(bearer)
        // Otherwise it may be a password that begins as tokens do.
        if (principal) return admissionEverywhereOf(principal) !== null
      }
      const given = givenPassword(request.headers.get('authorization'))
      return given !== undefined && hasOwner && (await isAttemptRight(request, () => matches(given, password)))
    },

    async leave(request, headers, secure, origin) {
      if (!required) return undefined
      const session = sessions.find(tokenInCookie(request))
      const idToken = session && idTokens.get(session.digest)
      await sessions.end(tokenInCookie(request))
      headers.append('set-cookie', sessionCookie('', cookiePath, 0, secure))
      return session?.kind === 'oidc' && origin !== undefined ? oidc?.signOutUrl(idToken, origin) : undefined
    },
  }
}
