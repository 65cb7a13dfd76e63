import type { Identity } from '@/lib/model/people/grant'
import { ApiRefusal } from '../../errors'
import type { OidcSettings } from './oidc-settings'

const NAME = /^[^\p{C}]{1,128}$/u
const MOST_GROUPS = 200
/** Of those in the audit log's words. */
const MOST_SHOWN = 20
const SHOWN_CHARS = 200

export type Claims = Readonly<Record<string, unknown>>

/** Somebody as a provider describes them. */
export interface OidcAccount {
  readonly identity: Identity
  /** For the audit log: the account at the provider behind the name, and the groups that count. */
  readonly words: string
}

const isClaims = (value: unknown): value is Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A claim by its name, or by a path of names with dots in between (`realm_access.roles`). */
export function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name]
  let value: unknown = claims
  for (const part of name.split('.')) {
    if (!isClaims(value) || !Object.hasOwn(value, part)) return undefined
    value = value[part]
  }
  return value
}

/** Whether the claims that Gearboard reads are all there. */
export const isComplete = (claims: Claims, { nameClaim, groupsClaim }: OidcSettings): boolean =>
  claimAt(claims, nameClaim) !== undefined && claimAt(claims, groupsClaim) !== undefined

/** @throws ApiRefusal `unauthenticated` where the claims name nobody */
export function accountOf(claims: Claims, settings: OidcSettings): OidcAccount {
  const name = nameIn(claims, settings)
  const { groups, words } = groupsIn(claims, settings.groupsClaim)
  const shown = ['sub', 'email', 'preferred_username'].flatMap((claim) => {
    const value = claims[claim]
    return typeof value === 'string' && NAME.test(value) ? [`${claim} ${value.slice(0, SHOWN_CHARS)}`] : []
  })
  return { identity: { kind: 'oidc', name, groups }, words: [...shown, words].join(', ') }
}

function nameIn(claims: Claims, { name: provider, nameClaim }: OidcSettings): string {
  const refused = (why: string) =>
    new ApiRefusal(
      'unauthenticated',
      `${provider} signed you in, but ${why} An admin chooses the claim by GEARBOARD_OIDC_NAME_CLAIM.`,
    )
  const value = claimAt(claims, nameClaim)
  const claim = JSON.stringify(nameClaim)
  if (value === undefined || value === null || value === '')
    throw refused(`sent no claim ${claim}, which names users here. It may need another scope (GEARBOARD_OIDC_SCOPES).`)
  if (typeof value !== 'string' || !NAME.test(value) || value.toLowerCase() === 'anonymous')
    throw refused(`its claim ${claim} cannot be a name here: it must be a text of 1 to 128 visible characters.`)
  // The owner of an address that is not verified may be somebody else.
  if (nameClaim === 'email' && (claims.email_verified === false || claims.email_verified === 'false'))
    throw refused('has not verified your e-mail address, so it cannot name you here. Verify it there first.')
  return value
}

/** What is no group is left out. Names are used as they are: an `A` is no `a`. */
function groupsIn(claims: Claims, claim: string): { readonly groups: readonly string[]; readonly words: string } {
  const value = claimAt(claims, claim)
  const listed: readonly unknown[] = Array.isArray(value) ? value : [value]
  const names = [...new Set(listed.filter((each): each is string => typeof each === 'string' && NAME.test(each)))]
  const groups = names.slice(0, MOST_GROUPS)
  if (groups.length === 0) {
    // Entra ID names a place to ask instead, which needs rights of its own.
    const isOverage = claims.hasgroups === true || (isClaims(claims._claim_names) && claim in claims._claim_names)
    return { groups, words: isOverage ? 'no groups: too many for the provider to list' : 'no groups' }
  }
  const cut = names.length > groups.length ? ` (the first ${MOST_GROUPS} of ${names.length} count)` : ''
  const more = groups.length > MOST_SHOWN ? ` and ${groups.length - MOST_SHOWN} more` : ''
  return { groups, words: `groups ${groups.slice(0, MOST_SHOWN).join(', ')}${more}${cut}` }
}
