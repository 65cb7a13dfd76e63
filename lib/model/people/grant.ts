import { covers, type Role } from './role'

/** What a viewer's grant may keep from them: what functions returned, their scripts, and what they were called with. */
export const HIDDEN_KINDS = ['results', 'sources', 'arguments'] as const
export type HiddenKind = (typeof HIDDEN_KINDS)[number]

/** Whom a grant is for; `everyone`: each person who is signed in. A token's grants are its own, and not among these. */
export type Grantee =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'user'; readonly name: string }
  | { readonly kind: 'group'; readonly name: string }

/** A role on the connections that it selects. */
export interface Grant {
  /** Each a name, a pattern with `*` for any characters, or `label:` and a label or pattern. */
  readonly connections: readonly string[]
  readonly role: Role
  /** Of a viewer only: whoever may submit a script can read everything. */
  readonly hides?: readonly HiddenKind[]
}

/** How people prove who they are. `password`: by GEARBOARD_PASSWORD. */
export const IDENTITY_KINDS = ['password', 'local', 'oidc', 'proxy'] as const

/** A signed-in user. What they may do is looked up at each request. */
export interface Identity {
  readonly kind: (typeof IDENTITY_KINDS)[number]
  readonly name: string
  readonly groups: readonly string[]
}

/** Who asks, and which grants are theirs. */
export interface Principal {
  /** `open`: nobody has to prove anything. */
  readonly kind: Identity['kind'] | 'open' | 'token'
  readonly name: string
  readonly groups: readonly string[]
  readonly grants: readonly Grant[]
  /** Of a token: what it was made for. It may do what both these and the grants of its owner allow. */
  readonly bounds?: readonly Grant[]
  /** Of a token: it changes nothing, whatever its role. */
  readonly readOnly?: boolean
}

/** What selectors look at. */
interface Selectable {
  readonly name: string
  readonly labels?: readonly string[]
}

/** A role on one connection, and what is kept from it. */
export interface Admission {
  readonly role: Role
  readonly hides: ReadonlySet<HiddenKind>
}

export const EVERY_CONNECTION = '*'
const LABEL = 'label:'

/** The grant that leaves nothing out. */
export const FULL_GRANT: Grant = { connections: [EVERY_CONNECTION], role: 'admin' }

/** Whether `pattern` with `*` for any characters matches the whole text; every other character matches itself. Takes time linear in the text for each part. */
export function matchesPattern(pattern: string, text: string): boolean {
  const [first = '', ...parts] = pattern.split('*')
  const last = parts.pop()
  if (last === undefined) return text === first
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false
  let at = first.length
  for (const part of parts) {
    const found = text.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return at <= text.length - last.length
}

export function selects(selector: string, { name, labels = [] }: Selectable): boolean {
  if (!selector.startsWith(LABEL)) return matchesPattern(selector, name)
  const pattern = selector.slice(LABEL.length)
  return labels.some((label) => matchesPattern(pattern, label))
}

/**
 * What the grants add up to on a connection: the highest role, and only what every one of them hides. Null: the connection is not theirs to
 * know of.
 */
export function admissionOn(grants: readonly Grant[], connection: Selectable): Admission | null {
  const matching = grants.filter((grant) => grant.connections.some((selector) => selects(selector, connection)))
  return sumOf(matching)
}

type Granted = Pick<Principal, 'grants' | 'bounds'>

/** What somebody may do on a connection. Null: it is not theirs to know of. */
export const admissionOf = (granted: Granted, connection: Selectable): Admission | null =>
  bounded(granted, (grants) => admissionOn(grants, connection))

/** A role on the connection of this name, and what is kept from it. */
export interface RoleOnConnection {
  readonly name: string
  readonly role: Role
  readonly hides: readonly HiddenKind[]
}

/** What somebody may do on each connection that is theirs to know of. */
export const rolesOn = (granted: Granted, connections: Iterable<Selectable>): readonly RoleOnConnection[] =>
  [...connections].flatMap((connection) => {
    const admission = admissionOf(granted, connection)
    return admission ? [{ name: connection.name, role: admission.role, hides: [...admission.hides] }] : []
  })

/** What somebody may do with Gearboard itself. */
export const ownAdmissionOf = (principal: Principal): Admission | null => bounded(principal, ownAdmission)

/** What somebody may do on all connections, whatever they are called. */
export const admissionEverywhereOf = (granted: Granted): Admission | null => bounded(granted, admissionEverywhere)

function bounded(
  { grants, bounds }: Granted,
  admissionBy: (grants: readonly Grant[]) => Admission | null,
): Admission | null {
  const own = admissionBy(grants)
  if (!own || !bounds) return own
  const bound = admissionBy(bounds)
  if (!bound) return null
  return { role: covers(own.role, bound.role) ? bound.role : own.role, hides: new Set([...own.hides, ...bound.hides]) }
}

/** What they may do with Gearboard itself, which belongs to no connection: by the grants on all connections. A viewer where they have any. */
export function ownAdmission(grants: readonly Grant[]): Admission | null {
  return admissionEverywhere(grants) ?? (grants.length > 0 ? { role: 'viewer', hides: new Set() } : null)
}

/** By the grants on all connections, whatever they are called: for what speaks of all of them at once. */
export const admissionEverywhere = (grants: readonly Grant[]): Admission | null =>
  sumOf(grants.filter(({ connections }) => connections.includes(EVERY_CONNECTION)))

/** Whether they may see what was done to Gearboard itself: sign-ins, people, and connections by name, those of others too. */
export const mayAuditGearboard = (granted: Granted | null): boolean =>
  granted !== null && admissionEverywhereOf(granted)?.role === 'admin'

function sumOf(grants: readonly Grant[]): Admission | null {
  const [first, ...others] = grants
  if (!first) return null
  let role = first.role
  let hides = hiddenBy(first)
  for (const grant of others) {
    if (covers(grant.role, role)) role = grant.role
    const own = hiddenBy(grant)
    hides = hides.filter((kind) => own.includes(kind))
  }
  return { role, hides: new Set(hides) }
}

const hiddenBy = ({ role, hides = [] }: Grant): readonly HiddenKind[] => (role === 'viewer' ? hides : [])

/** The grants of somebody of this name and these groups. */
export function grantsOf(
  grants: readonly (Grant & { readonly who: Grantee })[],
  { name, groups }: { readonly name: string; readonly groups: readonly string[] },
): Grant[] {
  return grants.filter(({ who }) => {
    if (who.kind === 'everyone') return true
    return who.kind === 'user' ? who.name === name : groups.includes(who.name)
  })
}
