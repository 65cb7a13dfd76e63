import { GearsError, parseTarget } from '@gearboard/gears'
import { z } from 'zod'
import { type AlertsAllow, readAlertsAllow } from './alerts/receivers/outgoing'
import { OIDC_VARIABLES, type OidcSettings, oidcSettingsOf } from './auth/oidc/oidc-settings'
import { BASE_PATH_RULE, readBasePath } from './base-path.mjs'
import { readTrustedProxies, type TrustedProxies } from './door/peer'
import { FLAG_WORDS } from './flag-words'
import { type AllowedHost, readAllowedHost } from './http/own-names'
import { listenRefusal } from './listen-rule.mjs'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const flag = z
  .string()
  .toLowerCase()
  .default('')
  .refine((word) => FLAG_WORDS.has(word), 'must be 1 or 0')
  .transform((word) => FLAG_WORDS.get(word) === true)

/** An empty variable counts as none: compose files pass `${NAME:-}` on. */
const optional = <T extends z.ZodType>(schema: T) => z.preprocess((value) => (value === '' ? undefined : value), schema)

/** A number as people write it in an environment. */
const numberOf = (unit: string, min: number, max: number) =>
  z
    .string()
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be a number of ${unit} from ${min} to ${max}`)

/** The client's own words, which name the form and never the URL. */
function isTarget(url: string, context: z.RefinementCtx): void {
  try {
    parseTarget(url)
  } catch (error) {
    if (!(error instanceof GearsError)) throw error
    context.addIssue({ code: 'custom', message: `is no ${error.message}` })
  }
}

const headerName = z
  .string()
  .toLowerCase()
  .regex(/^[a-z\d-]{1,64}$/, 'must be the name of a header: letters, digits and dashes')
  .refine((name) => !OWN_HEADERS.has(name), 'is a header with a meaning of its own; choose another')

/** A name in one of these would be read as something else, or be anybody's. */
const OWN_HEADERS = new Set([
  'authorization',
  'cookie',
  'host',
  'origin',
  'connection',
  'content-type',
  'content-length',
])

const environment = z.object({
  GEARBOARD_URL: optional(z.string().default('redis://127.0.0.1:6379').superRefine(isTarget)),
  GEARBOARD_CONFIG: optional(z.string().optional()),
  GEARBOARD_EMBEDDED: flag,
  GEARBOARD_SAMPLE_DATA: optional(z.string().optional()),
  GEARBOARD_NAME: optional(
    z
      .string()
      .trim()
      .regex(/^[^\p{C}]{1,40}$/u, 'must be 1 to 40 visible characters')
      .optional(),
  ),
  GEARBOARD_READ_ONLY: flag,
  GEARBOARD_PRODUCTION: flag,
  GEARBOARD_INSECURE: flag,
  GEARBOARD_TRUST_PROXY: z
    .string()
    .optional()
    .transform((text, context) => {
      const trusted = readTrustedProxies(text)
      if (trusted !== undefined) return trusted
      context.addIssue({
        code: 'custom',
        message: 'must be 1, 0, or addresses and networks of proxies, comma-separated',
      })
      return z.NEVER
    }),
  GEARBOARD_BASE_PATH: z
    .string()
    .optional()
    .refine((text) => readBasePath(text) !== undefined, BASE_PATH_RULE)
    .transform((text) => readBasePath(text) ?? ''),
  GEARBOARD_READ_AHEAD: optional(flag.default(true)),
  GEARBOARD_CLUSTER: optional(z.enum(['auto', 'yes', 'no'], 'must be auto, yes or no').default('auto')),
  GEARBOARD_PASSWORD: optional(z.string().optional()),
  GEARBOARD_LOCAL_USERS: flag,
  GEARBOARD_PROXY_USER_HEADER: optional(headerName.optional()),
  GEARBOARD_PROXY_GROUPS_HEADER: optional(headerName.optional()),
  GEARBOARD_OIDC_ISSUER: optional(OIDC_VARIABLES.GEARBOARD_OIDC_ISSUER),
  GEARBOARD_OIDC_CLIENT_ID: optional(OIDC_VARIABLES.GEARBOARD_OIDC_CLIENT_ID),
  GEARBOARD_OIDC_CLIENT_SECRET: optional(OIDC_VARIABLES.GEARBOARD_OIDC_CLIENT_SECRET),
  GEARBOARD_OIDC_NAME: optional(OIDC_VARIABLES.GEARBOARD_OIDC_NAME),
  GEARBOARD_OIDC_SCOPES: optional(OIDC_VARIABLES.GEARBOARD_OIDC_SCOPES),
  GEARBOARD_OIDC_NAME_CLAIM: optional(OIDC_VARIABLES.GEARBOARD_OIDC_NAME_CLAIM),
  GEARBOARD_OIDC_GROUPS_CLAIM: optional(OIDC_VARIABLES.GEARBOARD_OIDC_GROUPS_CLAIM),
  GEARBOARD_SESSION_SECRET: optional(z.string().min(32, 'must be at least 32 characters').optional()),
  GEARBOARD_SESSION_IDLE_H: optional(numberOf('hours', 0.1, 168).default(24)),
  GEARBOARD_SECRET: optional(z.string().min(32, 'must be at least 32 characters').optional()),
  GEARBOARD_ALLOWED_HOSTS: optional(
    z
      .string()
      .default('')
      .transform((text) =>
        text
          .split(',')
          .map((entry) => entry.trim().toLowerCase())
          .filter((entry) => entry !== ''),
      )
      .transform((entries, context) =>
        entries.flatMap((entry) => {
          const host = readAllowedHost(entry)
          if (host === undefined)
            context.addIssue({ code: 'custom', message: 'must be names or origins, comma-separated' })
          return host ?? []
        }),
      ),
  ),
  GEARBOARD_ALERTS_ALLOW: z
    .string()
    .default('')
    .transform((text, context) => {
      const allowed = readAlertsAllow(text)
      if (allowed !== undefined) return allowed
      context.addIssue({ code: 'custom', message: 'must be addresses, networks and host names, comma-separated' })
      return z.NEVER
    }),
  GEARBOARD_DATA: optional(z.string().default('.gearboard')),
  GEARBOARD_RETENTION_DAYS: optional(numberOf('days', 1, 3650).default(14)),
  GEARBOARD_RETENTION_MB: optional(numberOf('megabytes', 16, 1_000_000).default(512)),
  GEARBOARD_AUDIT_DAYS: optional(numberOf('days', 1, 36_500).default(400)),
  GEARBOARD_AUDIT_LOG: flag,
  GEARBOARD_WATCHDOG_S: optional(numberOf('seconds', 1, 604_800).optional()),
  HOST: optional(z.string().optional()),
  HOSTNAME: optional(z.string().optional()),
  NODE_ENV: z.string().optional(),
})

export interface Settings {
  /** Of the connection named `default`; may hold a password: never to a log, never to a browser. */
  readonly url: string
  /** False: the URL is the default one, which counts only where no other connection is declared. */
  readonly isUrlGiven: boolean
  /** The file that declares connections and grants; undefined: there is none. */
  readonly configFile: string | undefined
  /** The RedisGears behind it is the one that Gearboard started itself. */
  readonly embedded: boolean
  /** The folder of the example shop whose functions are submitted to it; undefined for any other RedisGears. */
  readonly sampleData: string | undefined
  /** What its users call this Gearboard and its RedisGears: `staging`; undefined where nobody named it. */
  readonly name: string | undefined
  readonly cluster: 'auto' | 'yes' | 'no'
  readonly readOnly: boolean
  /** The connection is one that others depend on: changes ask for its name to be typed. */
  readonly production: boolean
  readonly password: string | undefined
  /** People sign in by a name and a password that Gearboard keeps. */
  readonly localUsers: boolean
  /** Trusted proxies name the user, and their groups, in these headers, lower case; undefined: none does. */
  readonly proxyHeaders: { readonly user: string; readonly groups: string | undefined } | undefined
  /** Users sign in at a provider; undefined: there is none. */
  readonly oidc: OidcSettings | undefined
  /** Without any way to sign in, everybody is an admin. */
  readonly isSignInRequired: boolean
  /** Changing it signs everybody out. */
  readonly sessionSecret: string | undefined
  /** A sign-in ends this long after its last request, ms. */
  readonly sessionIdleMs: number
  /** Results of executions that no user opens are read for the history, where that is known to do no harm. */
  readonly readAhead: boolean
  /** What stored passwords are encrypted with; undefined: a key that Gearboard keeps in its data directory. */
  readonly secret: string | undefined
  /** Directory of the history. */
  readonly data: string
  /** How long and how much of it is remembered, and how long the audit log: ms, bytes. */
  readonly retention: { readonly maxAgeMs: number; readonly auditMaxAgeMs: number; readonly maxBytes: number }
  /** Each entry of the audit log is a JSON line on standard output, too. */
  readonly auditToStdout: boolean
  /** What runs for longer is aborted, ms; undefined: nothing is. */
  readonly watchdogMs: number | undefined
  /** Names that it may be called by, besides loopback and literal addresses. */
  readonly allowedHosts: readonly AllowedHost[]
  /** The proxies whose X-Forwarded headers are trusted. */
  readonly trustProxy: TrustedProxies
  /** Private addresses that alerts may be sent to. */
  readonly alertsAllow: AlertsAllow
  /** The path of the site under which Gearboard is, `/gears`; empty where the site is its own. */
  readonly basePath: string
  /** Why nothing may be served at all, if so. */
  readonly refusal: string | undefined
}

/** Why nothing is written where `readOnly` is set. */
export const GLOBALLY_READ_ONLY = 'This Gearboard is read-only (GEARBOARD_READ_ONLY).'

/** The environment does not make sense; the message has one line for each variable that is wrong. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

/** Reads the settings out of the environment, once at start. Throws SettingsError; messages name the variable, never its value. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const parsed = environment.safeParse(env)
  if (!parsed.success) {
    throw new SettingsError(parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('\n'))
  }
  const e = parsed.data
  // Next's standalone server listens on HOSTNAME or everywhere; only bin/gearboard.mjs and `next dev` mean loopback when nothing is said.
  const host = e.HOST ?? (e.NODE_ENV === 'production' ? (e.HOSTNAME ?? '0.0.0.0') : '127.0.0.1')
  const proxyHeaders = proxyHeadersOf(e)
  const oidc = oidcSettingsOf(e, (message) => {
    throw new SettingsError(message)
  })
  const isSignInRequired =
    e.GEARBOARD_PASSWORD !== undefined || e.GEARBOARD_LOCAL_USERS || proxyHeaders !== undefined || oidc !== undefined
  return {
    url: e.GEARBOARD_URL,
    isUrlGiven: (env.GEARBOARD_URL ?? '') !== '',
    configFile: e.GEARBOARD_CONFIG,
    embedded: e.GEARBOARD_EMBEDDED,
    sampleData: e.GEARBOARD_EMBEDDED ? e.GEARBOARD_SAMPLE_DATA : undefined,
    name: e.GEARBOARD_NAME,
    cluster: e.GEARBOARD_CLUSTER,
    readOnly: e.GEARBOARD_READ_ONLY,
    production: e.GEARBOARD_PRODUCTION,
    password: e.GEARBOARD_PASSWORD,
    localUsers: e.GEARBOARD_LOCAL_USERS,
    proxyHeaders,
    oidc,
    isSignInRequired,
    sessionSecret: e.GEARBOARD_SESSION_SECRET,
    sessionIdleMs: e.GEARBOARD_SESSION_IDLE_H * HOUR_MS,
    secret: e.GEARBOARD_SECRET,
    data: e.GEARBOARD_DATA,
    readAhead: e.GEARBOARD_READ_AHEAD,
    watchdogMs: e.GEARBOARD_WATCHDOG_S === undefined ? undefined : e.GEARBOARD_WATCHDOG_S * 1000,
    retention: {
      maxAgeMs: e.GEARBOARD_RETENTION_DAYS * DAY_MS,
      auditMaxAgeMs: e.GEARBOARD_AUDIT_DAYS * DAY_MS,
      maxBytes: e.GEARBOARD_RETENTION_MB * 1_000_000,
    },
    auditToStdout: e.GEARBOARD_AUDIT_LOG,
    allowedHosts: e.GEARBOARD_ALLOWED_HOSTS,
    trustProxy: e.GEARBOARD_TRUST_PROXY,
    alertsAllow: e.GEARBOARD_ALERTS_ALLOW,
    basePath: e.GEARBOARD_BASE_PATH,
    refusal: listenRefusal({ host, signIn: isSignInRequired, insecure: e.GEARBOARD_INSECURE }),
  }
}

/** @throws SettingsError */
function proxyHeadersOf(e: z.output<typeof environment>): Settings['proxyHeaders'] {
  const { GEARBOARD_PROXY_USER_HEADER: user, GEARBOARD_PROXY_GROUPS_HEADER: groups, GEARBOARD_TRUST_PROXY: trusted } = e
  if (user === undefined && groups !== undefined)
    throw new SettingsError('GEARBOARD_PROXY_GROUPS_HEADER needs GEARBOARD_PROXY_USER_HEADER beside it')
  if (user !== undefined && typeof trusted === 'boolean')
    throw new SettingsError(
      'GEARBOARD_PROXY_USER_HEADER needs the addresses of your proxies in GEARBOARD_TRUST_PROXY: from anybody else the header could be forged',
    )
  return user === undefined ? undefined : { user, groups }
}
