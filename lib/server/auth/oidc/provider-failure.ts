import { cutEnd } from '@gearboard/gears/vocabulary/text'
import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client'
import { ApiRefusal } from '../../errors'
import { OversizedAnswer, UnsafeAddress } from './provider-fetch'

/** How far the clocks of Gearboard and of the provider may be apart, s. */
export const TOLERANCE_S = 60
const TOLERANCE_WORDS = `A difference of up to ${TOLERANCE_S} s is accepted.`

/** A provider's own words, characters. */
const WORDS_CHARS = 300
/** Tokens, codes and keys are long texts without a space. */
const SECRET_LIKE = /[\w.~+/=-]{24,}/g
const ERROR_WORD = /^[\w.:/-]{1,64}$/

/** What a failed step was about. */
export interface FailedStep {
  /** What the button calls the provider. */
  readonly provider: string
  /** `its metadata`, `the sign-in` */
  readonly asked: string
  readonly timeoutS: number
  /** Texts that no answer and no log may have. */
  readonly secrets: readonly string[]
  /** ms since the epoch; of the provider as its last answer said. */
  readonly clocks: { readonly own: number; readonly theirs: number | undefined }
}

/** A moment in the words of an operator who compares two clocks. */
export const clockWords = (ms: number): string =>
  Math.abs(ms) <= 8.64e15 ? `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC` : 'an impossible time'

/** What helps, by the error code of a provider. */
const HINTS: ReadonlyMap<string, string> = new Map([
  ['access_denied', 'It was cancelled there, or your account may not use Gearboard.'],
  ['login_required', 'Sign in there first.'],
  ['consent_required', 'Agree there that Gearboard may know who you are.'],
  ['interaction_required', 'Sign in there first.'],
  ['account_selection_required', 'Choose an account there first.'],
  ['invalid_scope', 'An admin should check GEARBOARD_OIDC_SCOPES.'],
  ['unauthorized_client', 'An admin should check that this client may use the authorization code flow.'],
  ['unsupported_response_type', 'An admin should check that this client may use the authorization code flow.'],
  ['invalid_client', 'An admin should check GEARBOARD_OIDC_CLIENT_ID and GEARBOARD_OIDC_CLIENT_SECRET.'],
  ['invalid_grant', 'The code of this sign-in is used, expired or for another address. Start again.'],
  ['temporarily_unavailable', 'Try again later.'],
  ['server_error', 'Try again later; its log has the reason.'],
])

/** The provider's own words, without what could be a secret. */
function ownWords(text: string | undefined, secrets: readonly string[]): string {
  let words = (text ?? '').replace(/\p{C}+/gu, ' ').trim()
  for (const secret of secrets) if (secret !== '') words = words.replaceAll(secret, '…')
  words = cutEnd(words.replace(SECRET_LIKE, '…'), WORDS_CHARS)
  return words === '' ? '' : ` It says: ${JSON.stringify(words)}.`
}

function refusedBy(error: string, description: string | undefined, { provider, secrets }: FailedStep): ApiRefusal {
  const code = ERROR_WORD.test(error) && !secrets.includes(error) ? error : 'an unknown error'
  const known = HINTS.get(code)
  const hint = known === undefined ? '' : ` ${known}`
  return new ApiRefusal(
    'unauthenticated',
    `${provider} refused this sign-in (${code}).${hint}${ownWords(description, secrets)}`,
  )
}

/** How `fetch` names what never reached a server; some of its causes have no code. */
const NOT_FETCHED = 'fetch failed'

/** An error and its causes, the outermost first. */
function causesOf(error: unknown): readonly unknown[] {
  const causes: unknown[] = []
  for (let each = error; each !== undefined && each !== null && causes.length < 6; ) {
    causes.push(each)
    each = typeof each === 'object' && 'cause' in each ? each.cause : undefined
  }
  return causes
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

/** Of the first cause that has one. */
function textIn(causes: readonly unknown[], name: string): string | undefined {
  return causes.map((each) => field(each, name)).find((value): value is string => typeof value === 'string')
}

function numberIn(causes: readonly unknown[], name: string): number | undefined {
  return causes.map((each) => field(each, name)).find((value): value is number => typeof value === 'number')
}

const INSECURE = 'names an http:// address, which Gearboard uses on its own machine only'

/** Which check of an ID token failed, by its claim. */
const WRONG_CLAIM: ReadonlyMap<string, string> = new Map([
  ['nonce', 'is not of this sign-in (nonce). Start again.'],
  ['iss', 'is of another issuer (iss). An admin should check GEARBOARD_OIDC_ISSUER.'],
  ['aud', 'is for another client (aud). An admin should check GEARBOARD_OIDC_CLIENT_ID.'],
  ['azp', 'is for another client (azp). An admin should check GEARBOARD_OIDC_CLIENT_ID.'],
])

/**
 * Why a sign-in at a provider failed, in words for the sign-in page: without codes, tokens and keys.
 * @returns undefined: it is no failure of the provider but a bug of ours
 */
export function providerFailure(error: unknown, step: FailedStep): ApiRefusal | undefined {
  if (error instanceof ApiRefusal) return error
  const { provider, asked, timeoutS } = step
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError)
    return refusedBy(error.error, error.error_description, step)
  if (error instanceof WWWAuthenticateChallengeError) return refusedBy('invalid_client', undefined, step)
  const causes = causesOf(error)
  if (causes.some((each) => each instanceof OversizedAnswer)) return nonsense(step, 'was too large')
  if (causes.some((each) => each instanceof UnsafeAddress)) return nonsense(step, INSECURE)
  if (error instanceof ClientError && error.code !== undefined) return checkFailed(error.code, causes, step)
  if (causes.some((each) => field(each, 'name') === 'TimeoutError'))
    return new ApiRefusal(
      'timeout',
      `${provider} did not answer within ${timeoutS} s when Gearboard asked for ${asked}. Try again later.`,
    )
  const network = textIn(causes.slice(1), 'code')
  if (error instanceof TypeError && (network !== undefined || error.message === NOT_FETCHED))
    return unreachable(network ?? textIn(causes.slice(1), 'message') ?? '', step)
  // The client takes what it reads for well-formed in places: an issuer that is no URL, keys that are no list.
  if (error instanceof ClientError || error instanceof TypeError) return nonsense(step, 'makes no sense')
  return undefined
}

/** A provider that answers, and not as one. @param how what is wrong with the answer */
export const nonsense = ({ provider, asked }: FailedStep, how: string): ApiRefusal =>
  new ApiRefusal(
    'bad_reply',
    `${provider} cannot be used: its answer for ${asked} ${how}. An admin should check GEARBOARD_OIDC_ISSUER and the provider.`,
  )

function unreachable(code: string, { provider, asked, secrets }: FailedStep): ApiRefusal {
  const shown = /^[\w ]{1,64}$/.test(code) && !secrets.includes(code) ? code : 'an unknown error'
  const helps = /CERT|SIGNATURE|ALTNAME|ISSUER|TLS|SSL/.test(shown)
    ? 'Its certificate is not trusted: NODE_EXTRA_CA_CERTS names more authorities.'
    : 'An admin should check that it runs, and GEARBOARD_OIDC_ISSUER.'
  return new ApiRefusal('unreachable', `${provider} cannot be reached for ${asked} (${shown}). ${helps}`)
}

function checkFailed(code: string, causes: readonly unknown[], step: FailedStep): ApiRefusal {
  const { provider, timeoutS, asked } = step
  const status = numberIn(causes, 'status')
  switch (code) {
    case 'OAUTH_TIMEOUT':
    case 'OAUTH_ABORT':
      return new ApiRefusal(
        'timeout',
        `${provider} did not answer within ${timeoutS} s when Gearboard asked for ${asked}. Try again later.`,
      )
    case 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED':
      return wrongTime(
        causes.map((each) => field(each, 'claims')).find((claims) => claims !== undefined),
        step,
      )
    case 'OAUTH_JWT_CLAIM_COMPARISON_FAILED': {
      const claim = textIn(causes, 'claim') ?? ''
      const why = WRONG_CLAIM.get(claim) ?? 'has a wrong claim.'
      return new ApiRefusal('unauthenticated', `The ID token of ${provider} ${why}`)
    }
    case 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED':
      return nonsense(step, 'is of another issuer or another user')
    case 'OAUTH_RESPONSE_IS_NOT_CONFORM':
      return nonsense(step, status === undefined ? 'has an unexpected status' : `has the status ${status}`)
    case 'OAUTH_HTTP_REQUEST_FORBIDDEN':
      return nonsense(step, INSECURE)
    case 'OAUTH_RESPONSE_IS_NOT_JSON':
    case 'OAUTH_PARSE_ERROR':
      return nonsense(step, 'is not valid JSON')
    case 'OAUTH_KEY_SELECTION_FAILED':
      return new ApiRefusal(
        'unauthenticated',
        `The ID token of ${provider} is signed by none of the keys that it publishes. Start again; if that does not help, an admin should check the provider.`,
      )
    case 'OAUTH_UNSUPPORTED_OPERATION':
      return nonsense(
        step,
        'needs something that Gearboard does not support, such as tokens that are encrypted or signed by HS256',
      )
    default:
      return causes.some((each) => String(field(each, 'message')).includes('signature verification failed'))
        ? new ApiRefusal(
            'unauthenticated',
            `The signature of ${provider}’s ID token is wrong. Start again; if that does not help, an admin should check the provider.`,
          )
        : nonsense(step, 'makes no sense')
  }
}

/** The ID token is not valid now by Gearboard's clock: one of the clocks is wrong, or the token is old. */
export function wrongTime(claims: unknown, { provider, clocks: { own, theirs } }: FailedStep): ApiRefusal {
  const [iat, exp] = [field(claims, 'iat'), field(claims, 'exp')]
  const from = typeof iat === 'number' ? ` from ${clockWords(iat * 1000)}` : ''
  const until = typeof exp === 'number' ? ` until ${clockWords(exp * 1000)}` : ''
  const apart = theirs !== undefined && Math.abs(theirs - own) > TOLERANCE_S * 1000
  const provided = apart ? `, ${provider}’s ${clockWords(theirs)}` : ''
  return new ApiRefusal(
    'unauthenticated',
    `The ID token of ${provider} is valid${from}${until}, and Gearboard’s clock shows ${clockWords(own)}${provided}. An admin should set the clock that is wrong. ${TOLERANCE_WORDS}`,
  )
}
