import { z } from 'zod'
import { isLoopback } from '../../listen-rule.mjs'

/** How users sign in at an OpenID Connect provider. */
export interface OidcSettings {
  /** As the provider writes it in its tokens. */
  readonly issuer: string
  readonly clientId: string
  /** Undefined: a public client. */
  readonly clientSecret: string | undefined
  /** What the button calls the provider. */
  readonly name: string
  readonly scopes: readonly string[]
  /** The claim that names the user: grants and the audit log use its value. */
  readonly nameClaim: string
  readonly groupsClaim: string
}

const text = (most: number) =>
  z
    .string()
    .regex(/^[^\p{C}]+$/u, 'must consist of visible characters')
    .max(most, `must be at most ${most} characters`)

const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/
const MOST_SCOPES = 20

/** What is sent to the provider and comes from it passes the network: only this machine is reached without TLS. */
export const isSafeAddress = (address: string): boolean => {
  if (!URL.canParse(address)) return false
  const { protocol, hostname, username, password } = new URL(address)
  if (username !== '' || password !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}

/** The variables, each by itself. Messages never have their values. */
export const OIDC_VARIABLES = {
  GEARBOARD_OIDC_ISSUER: z
    .string()
    .trim()
    .max(500)
    .refine(isSafeAddress, 'must be the https:// address of the provider; http:// is for one on this machine')
    .refine((url) => !/[?#]/.test(url), 'must have no query and no #')
    .refine((url) => !url.includes('/.well-known/'), 'must be the issuer, without /.well-known/ and what follows')
    .optional(),
  GEARBOARD_OIDC_CLIENT_ID: text(500).optional(),
  GEARBOARD_OIDC_CLIENT_SECRET: z.string().max(2000, 'must be at most 2000 characters').optional(),
  GEARBOARD_OIDC_NAME: text(40).optional(),
  GEARBOARD_OIDC_SCOPES: z
    .string()
    .transform((words) => words.split(/\s+/).filter((word) => word !== ''))
    .refine((scopes) => scopes.length <= MOST_SCOPES && scopes.every((scope) => SCOPE.test(scope)), {
      message: `must be at most ${MOST_SCOPES} scopes, separated by spaces`,
    })
    .refine((scopes) => scopes.includes('openid'), 'must contain openid')
    .optional(),
  GEARBOARD_OIDC_NAME_CLAIM: text(200).optional(),
  GEARBOARD_OIDC_GROUPS_CLAIM: text(200).optional(),
} as const

type OidcVariables = { readonly [Name in keyof typeof OIDC_VARIABLES]?: z.output<(typeof OIDC_VARIABLES)[Name]> }

/** Undefined: users do not sign in at a provider. @param wrong gets what is missing, by the name of the variable */
export function oidcSettingsOf(e: OidcVariables, wrong: (message: string) => never): OidcSettings | undefined {
  const issuer = e.GEARBOARD_OIDC_ISSUER
  const clientId = e.GEARBOARD_OIDC_CLIENT_ID
  if (issuer === undefined) {
    const given = Object.entries(e).find(([name, value]) => name.startsWith('GEARBOARD_OIDC_') && value !== undefined)
    return given && wrong(`${given[0]} needs GEARBOARD_OIDC_ISSUER beside it`)
  }
  if (clientId === undefined)
    return wrong('GEARBOARD_OIDC_ISSUER needs GEARBOARD_OIDC_CLIENT_ID beside it: the id of Gearboard at the provider')
  return {
    issuer,
    clientId,
    clientSecret: e.GEARBOARD_OIDC_CLIENT_SECRET,
    name: e.GEARBOARD_OIDC_NAME ?? 'SSO',
    scopes: e.GEARBOARD_OIDC_SCOPES ?? ['openid', 'profile', 'email'],
    nameClaim: e.GEARBOARD_OIDC_NAME_CLAIM ?? 'sub',
    groupsClaim: e.GEARBOARD_OIDC_GROUPS_CLAIM ?? 'groups',
  }
}
