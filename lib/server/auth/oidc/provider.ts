import { steadyMs, wallMs } from '@gearboard/gears/vocabulary/clock'
import * as client from 'openid-client'
import { log } from '../../log'
import { RateLimit } from '../../rate-limit'
import { type Claims, isComplete } from './claims'
import { isSafeAddress, type OidcSettings } from './oidc-settings'
import type { PendingSignIn } from './pending-sign-ins'
import { clockWords, nonsense, providerFailure, TOLERANCE_S, wrongTime } from './provider-failure'
import { fetchBounded } from './provider-fetch'

/** How long a provider may take for one answer, s. */
const TIMEOUT_S = 8
/** How long metadata of a provider is used, ms: it changes when the provider is moved. */
const FRESH_MS = 3_600_000
/** How long a provider that failed is not asked again, ms: anybody may begin a sign-in. */
const CALM_MS = 2000

interface Discovered {
  readonly at: number
  readonly configuration: Promise<client.Configuration>
}

/** What a provider states about a user who signed in there. */
interface ProvenUser {
  readonly claims: Claims
  /** Ends the provider's own session without another question. */
  readonly idToken: string
}

/** An OpenID Connect provider, of which nothing is known until somebody signs in. */
export class OidcProvider {
  private readonly logLines = new RateLimit({ perSecond: 0.1, burst: 10 })
  private discovered: Discovered | undefined
  private failed: { readonly at: number; readonly error: unknown } | undefined
  /** By the provider's last answer: how far its clock is ahead, ms. */
  private aheadMs: number | undefined

  constructor(
    private readonly settings: OidcSettings,
    private readonly timeoutS = TIMEOUT_S,
  ) {}

  /** Where the browser goes to sign in. @throws ApiRefusal */
  authorizationUrl(pending: PendingSignIn): Promise<string> {
    return this.explained('its metadata', [], async () => {
      const configuration = await this.configuration()
      const url = client.buildAuthorizationUrl(configuration, {
        redirect_uri: pending.redirectUri,
        scope: this.settings.scopes.join(' '),
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: 'S256',
      })
      return url.href
    })
  }

  /** Who signed in. @param answer the query that the browser came back with. @throws ApiRefusal */
  async userOf(answer: URLSearchParams, pending: PendingSignIn): Promise<ProvenUser> {
    const secrets = [answer.get('code') ?? '', pending.verifier, pending.nonce, pending.state]
    const configuration = await this.explained('its metadata', secrets, () => this.configuration())
    const tokens = await this.explained('the sign-in', secrets, async () => {
      const address = new URL(pending.redirectUri)
      address.search = answer.toString()
      return client.authorizationCodeGrant(configuration, address, {
        expectedState: pending.state,
        expectedNonce: pending.nonce,
        pkceCodeVerifier: pending.verifier,
        idTokenExpected: true,
      })
    })
    const { id_token: idToken, access_token: accessToken } = tokens
    const claims = tokens.claims()
    if (idToken === undefined || claims === undefined) throw new Error('the grant has no ID token')
    const step = this.stepOf('the sign-in', secrets)
    if (claims.iat * 1000 > step.clocks.own + TOLERANCE_S * 1000) throw wrongTime(claims, step)
    this.noteClocks()
    if (isComplete(claims, this.settings) || configuration.serverMetadata().userinfo_endpoint === undefined)
      return { claims, idToken }
    // Many providers keep ID tokens short, and have the rest there.
    const more = await this.explained('the user', [...secrets, accessToken], () =>
      client.fetchUserInfo(configuration, accessToken, claims.sub),
    )
    return { claims: { ...more, ...claims }, idToken }
  }

  /**
   * Where the provider ends its own session, too. Undefined: it has no such place, or cannot be asked now.
   * @param idToken undefined: the provider may ask whether to
   */
  async signOutUrl(idToken: string | undefined, returnTo: string): Promise<string | undefined> {
    try {
      const configuration = await this.configuration()
      const { end_session_endpoint: endpoint } = configuration.serverMetadata()
      if (endpoint === undefined || !isSafeAddress(endpoint)) return undefined
      const url = client.buildEndSessionUrl(configuration, { post_logout_redirect_uri: returnTo })
      if (idToken !== undefined) url.searchParams.set('id_token_hint', idToken)
      return url.href
    } catch (error) {
      const refusal = providerFailure(error, this.stepOf('its metadata', []))
      if (!refusal) throw error
      log.warn({ reason: refusal.message }, 'a user is signed out here, and not at the provider')
      return undefined
    }
  }

  private configuration(): Promise<client.Configuration> {
    const now = steadyMs()
    if (this.discovered && now - this.discovered.at < FRESH_MS) return this.discovered.configuration
    if (this.failed && now - this.failed.at < CALM_MS) return Promise.reject(this.failed.error)
    const discovered = { at: now, configuration: this.discover() }
    this.discovered = discovered
    discovered.configuration.catch((error: unknown) => {
      if (this.discovered === discovered) this.discovered = undefined
      this.failed = { at: steadyMs(), error }
    })
    return discovered.configuration
  }

  private async discover(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.settings
    const isPlain = new URL(issuer).protocol === 'http:'
    const configuration = await client.discovery(
      new URL(issuer),
      clientId,
      { [client.clockTolerance]: TOLERANCE_S },
      authenticationBy(clientSecret),
      {
        timeout: this.timeoutS,
        [client.customFetch]: (url, options) =>
          fetchBounded(url, options, (theirs) => {
            this.aheadMs = theirs - wallMs()
          }),
        execute: [client.enableNonRepudiationChecks, ...(isPlain ? [client.allowInsecureRequests] : [])],
      },
    )
    const metadata = configuration.serverMetadata()
    for (const place of ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const) {
      const address = metadata[place]
      // The browser is sent to one of them: no script may be behind it.
      if (typeof address !== 'string' || !isSafeAddress(address))
        throw nonsense(this.stepOf('its metadata', []), `has no usable ${place}`)
    }
    return configuration
  }

  private async explained<T>(asked: string, secrets: readonly string[], work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      const refusal = providerFailure(error, this.stepOf(asked, secrets))
      if (!refusal) throw error
      // Anybody may begin a sign-in, and let it fail.
      if (this.logLines.take('all') === 0) log.warn({ reason: refusal.message }, 'a sign-in at the provider failed')
      throw refusal
    }
  }

  private stepOf(asked: string, secrets: readonly string[]) {
    const { name, clientSecret } = this.settings
    const own = wallMs()
    return {
      provider: name,
      asked,
      timeoutS: this.timeoutS,
      secrets: [...secrets, clientSecret ?? ''],
      clocks: { own, theirs: this.aheadMs === undefined ? undefined : own + this.aheadMs },
    }
  }

  /** A sign-in that passed may not do so much longer. */
  private noteClocks(): void {
    const { own, theirs } = this.stepOf('', []).clocks
    if (theirs === undefined || Math.abs(theirs - own) <= TOLERANCE_S * 1000) return
    log.warn(
      { own: clockWords(own), theirs: clockWords(theirs) },
      `the clocks of Gearboard and of the provider are more than ${TOLERANCE_S} s apart: set the one that is wrong`,
    )
  }
}

/** How Gearboard proves to the provider who it is, as the provider wants it. */
function authenticationBy(secret: string | undefined): client.ClientAuth {
  if (secret === undefined) return client.None()
  const [basic, post] = [client.ClientSecretBasic(secret), client.ClientSecretPost(secret)]
  return (server, metadata, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported
    const takesBasic = methods === undefined || methods.includes('client_secret_basic')
    return (takesBasic ? basic : post)(server, metadata, body, headers)
  }
}
