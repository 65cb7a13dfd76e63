import { steadyMs } from '@gearboard/gears/vocabulary/clock'
import { randomNonce, randomPKCECodeVerifier, randomState } from 'openid-client'
import { ownPath } from '@/lib/model/text/own-path'
import { ApiRefusal } from '../../errors'
import { networkAsking } from '../../http/gate'
import { RateLimit } from '../../rate-limit'
import { pendingCookie, pendingKeyInCookie } from '../session-cookie'
import { accountOf, type OidcAccount } from './claims'
import type { OidcSettings } from './oidc-settings'
import { PENDING_MS, PendingSignIns } from './pending-sign-ins'
import { OidcProvider } from './provider'

/** The page at which the browser comes back; what the provider has to know of Gearboard. */
const CALLBACK_PATH = '/login/oidc'

interface ProvenAccount extends OidcAccount {
  readonly idToken: string
  readonly next: string
}

/** The way of one browser to the provider and back. */
export class OidcSignIn {
  private readonly pending = new PendingSignIns(steadyMs)
  private readonly provider: OidcProvider
  private readonly finishes = new RateLimit({ perSecond: 1, burst: 60 })

  /** @param basePath `/gears`, or empty */
  constructor(
    private readonly settings: OidcSettings,
    private readonly basePath: string,
  ) {
    this.provider = new OidcProvider(settings)
  }

  get name(): string {
    return this.settings.name
  }

  /**
   * Begins a sign-in, puts the browser's key on `headers`, and returns the provider's address to open.
   * @param from the origin of our pages as this browser sees it, and what to open afterwards
   * @throws ApiRefusal
   */
  async begin(
    request: Request,
    headers: Headers,
    from: { readonly origin: string; readonly next: string },
    secure: boolean,
  ): Promise<string> {
    const pending = {
      state: randomState(),
      nonce: randomNonce(),
      verifier: randomPKCECodeVerifier(),
      redirectUri: `${from.origin}${this.basePath}${CALLBACK_PATH}`,
      next: ownPath(from.next),
    }
    const location = await this.provider.authorizationUrl(pending)
    const key = this.pending.add(pending, pendingKeyInCookie(request), networkAsking(request))
    headers.append('set-cookie', pendingCookie(key, this.cookiePath, PENDING_MS / 1000, secure))
    return location
  }

  /**
   * Who signed in there. Each sign-in comes back once, to the browser that began it.
   * @param answer the query of the address at which the browser came back
   * @throws ApiRefusal
   */
  async finish(request: Request, headers: Headers, answer: string, secure: boolean): Promise<ProvenAccount> {
    const query = new URLSearchParams(answer)
    const key = pendingKeyInCookie(request)
    const pending = this.pending.take(query.get('state') ?? '', key)
    if (!this.pending.isKnown(key)) headers.append('set-cookie', pendingCookie('', this.cookiePath, 0, secure))
    if (!pending) throw new ApiRefusal('unauthenticated', key === '' ? NO_COOKIE : OVER)
    // Each asks the provider, whatever code a client makes up.
    const waitS = this.finishes.take(networkAsking(request))
    if (waitS > 0)
      throw new ApiRefusal(
        'too_many_requests',
        `Too many sign-ins from your address. Try again in ${waitS} s.`,
        undefined,
        waitS,
      )
    const { claims, idToken } = await this.provider.userOf(query, pending)
    return { ...accountOf(claims, this.settings), idToken, next: pending.next }
  }

  signOutUrl(idToken: string | undefined, origin: string): Promise<string | undefined> {
    return this.provider.signOutUrl(idToken, `${origin}${this.basePath}/login`)
  }

  private get cookiePath(): string {
    return this.basePath || '/'
  }
}

const NO_COOKIE =
  'This browser has no cookie of a sign-in that it began here. Start again from this page, in the same browser and by the same address of Gearboard.'
const OVER = `This sign-in is over: it was used already, began more than ${PENDING_MS / 60_000} min ago, or Gearboard restarted since. Start again.`
