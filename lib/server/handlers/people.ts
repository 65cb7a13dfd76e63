import type { GrantInFile } from '@/lib/api/contract/grant-definition'
import type { GrantEntry, PeopleReply, SessionEntry, TokenEntry, UserEntry } from '@/lib/api/contract/people'
import { type Identity, type Principal, rolesOn, selects } from '@/lib/model/people/grant'
import { grantInWords } from '@/lib/model/people/words'
import { isSame } from '../auth/people'
import type { ApiToken, LocalUser } from '../auth/people-records'
import type { Session } from '../auth/sessions'
import { ApiRefusal } from '../errors'
import type { SessionRow } from '../history'
import type { Handlers } from '../http/route'
import type { Runtime } from '../runtime'

const DAY_MS = 24 * 3_600_000

type Endpoints =
  | 'people'
  | 'addUser'
  | 'changeUser'
  | 'setUserPassword'
  | 'removeUser'
  | 'addGrant'
  | 'changeGrant'
  | 'removeGrant'
  | 'endSession'
  | 'revokeToken'
  | 'changeOwnPassword'
  | 'ownSessions'
  | 'endOwnSession'
  | 'ownTokens'
  | 'makeToken'
  | 'revokeOwnToken'

export const peopleHandlers: Pick<Handlers, Endpoints> = {
  people: async ({ runtime, session }) => peopleOf(runtime, session),

  addUser: async ({ runtime, body, audit }) => {
    audit({ target: body.name, after: groupsInWords(body.groups) })
    return userEntry(await runtime.signIn.people.add(body.name, body.password, body.groups))
  },

  changeUser: async ({ runtime, params, body, audit }) => {
    const { people } = runtime.signIn
    const before = people.users.all.find((user) => user.name === params.name)
    audit({ before: before ? groupsInWords(before.groups) : null, after: groupsInWords(body.groups) })
    return userEntry(await people.setGroups(params.name, body.groups))
  },

  setUserPassword: async ({ runtime, params, body }) => {
    const { people, sessions } = runtime.signIn
    const user = await people.setPassword(params.name, body.password)
    await sessions.endAll((each) => isSame(each, localOf(user)))
    return userEntry(user)
  },

  removeUser: async ({ runtime, params }) => {
    const { people, sessions } = runtime.signIn
    await people.remove(params.name)
    await sessions.endAll((each) => isSame(each, { kind: 'local', name: params.name }))
    return { removed: params.name }
  },

  addGrant: async ({ runtime, body, who, audit }) => {
    audit({ target: grantInWords(body) })
    const { id } = await runtime.signIn.people.addGrant(body, who ?? 'anonymous')
    return { id }
  },

  changeGrant: async ({ runtime, params, body, audit }) => {
    audit({ after: grantInWords(body) })
    const { before } = await runtime.signIn.people.changeGrant(params.id, body)
    audit({ before: grantInWords(before) })
    return { id: before.id }
  },

  removeGrant: async ({ runtime, params, audit }) => {
    const { id, ...grant } = await runtime.signIn.people.removeGrant(params.id)
    audit({ before: grantInWords(grant) })
    return { id }
  },

  endSession: async ({ runtime, params, audit }) => endSession(runtime, params.id, () => true, audit),

  revokeToken: async ({ runtime, params, audit }) => {
    const token = await runtime.signIn.people.removeToken(({ id }) => id === params.id)
    audit({ before: `${token.name} of ${token.owner.name}` })
    return { revoked: token.id }
  },

  changeOwnPassword: async ({ runtime, request, principal, body, audit }) => {
    const self = signedIn(principal)
    audit({ target: self.name })
    await runtime.signIn.changePassword(request, self, body)
    return { changed: true }
  },

  ownSessions: async ({ runtime, principal, session }) => {
    const self = signedIn(principal)
    return {
      sessions: runtime.signIn.sessions
        .all()
        .flatMap((each) => (isOwn(each, self) ? [sessionEntry(each, session)] : [])),
    }
  },

  endOwnSession: async ({ runtime, params, principal, audit }) => {
    const self = signedIn(principal)
    return endSession(runtime, params.id, (each) => isOwn(each, self), audit)
  },

  ownTokens: async ({ runtime, principal }) => {
    const self = signedIn(principal)
    return { tokens: runtime.signIn.people.tokens.all.filter(({ owner }) => isOwn(owner, self)).map(tokenEntry) }
  },

  makeToken: async ({ runtime, principal, body: { days, ...made }, audit }) => {
    audit({
      target: made.name,
      after: grantInWords({ ...made, who: { kind: 'everyone' } }).replace('everyone', 'token'),
    })
    const { token, text } = await runtime.signIn.tokens.make(signedIn(principal), { ...made, lastsMs: days * DAY_MS })
    return { ...tokenEntry(token), text }
  },

  revokeOwnToken: async ({ runtime, params, principal, audit }) => {
    const self = signedIn(principal)
    const token = await runtime.signIn.people.removeToken(({ id, owner }) => id === params.id && isOwn(owner, self))
    audit({ before: token.name })
    return { revoked: token.id }
  },
}

const localOf = ({ name, groups }: Pick<LocalUser, 'name' | 'groups'>): Identity => ({ kind: 'local', name, groups })

/** The gate lets nobody else come here. */
function signedIn(principal: Principal | null): Principal {
  if (!principal) throw new ApiRefusal('unauthenticated', 'Sign in first.')
  return principal
}

/** A token is nobody's session, whatever its name is. */
const isOwn = (identity: Pick<Identity, 'kind' | 'name'>, { kind, name }: Principal): boolean =>
  kind !== 'open' && kind !== 'token' && isSame(identity, { kind, name })

async function endSession(
  { signIn: { sessions } }: Runtime,
  id: string,
  mayEnd: (session: SessionRow) => boolean,
  audit: (note: { readonly before: string }) => void,
): Promise<{ readonly ended: number }> {
  const session = sessions.all().find((each) => sessionId(each) === id && mayEnd(each))
  if (!session) throw new ApiRefusal('not_found', 'there is no such session; it may have ended')
  audit({ before: `${session.name}${session.ip === null ? '' : ` from ${session.ip}`}` })
  return { ended: await sessions.endAll(({ digest }) => digest === session.digest) }
}

/** Enough of the digest to name it; the cookie cannot be made of it. */
const sessionId = ({ digest }: SessionRow): string => digest.slice(0, 24)

const sessionEntry = (row: SessionRow, own: Session | undefined): SessionEntry => {
  const { kind, name, groups, ip, createdAt, seenAt, expiresAt } = row
  return { id: sessionId(row), kind, name, groups, ip, createdAt, seenAt, expiresAt, own: row.digest === own?.digest }
}

const userEntry = ({ name, groups, createdAt, passwordAt }: LocalUser): UserEntry => ({
  name,
  groups,
  createdAt,
  passwordAt,
})

const tokenEntry = ({
  id,
  name,
  owner,
  connections,
  role,
  readOnly,
  createdAt,
  expiresAt,
  usedAt,
}: ApiToken): TokenEntry => ({
  id,
  name,
  owner,
  connections,
  role,
  readOnly,
  createdAt,
  expiresAt,
  usedAt,
})

const groupsInWords = (groups: readonly string[]): string =>
  groups.length === 0 ? 'no groups' : `groups ${groups.join(', ')}`

function peopleOf(runtime: Runtime, own: Session | undefined): PeopleReply {
  const { people, sessions } = runtime.signIn
  const connections = [...runtime.connections.values()]
  const selected = (grant: GrantInFile) =>
    connections
      .filter((connection) => grant.connections.some((selector) => selects(selector, connection)))
      .map(({ name }) => name)
  const declared = people.declared.map(
    (grant): GrantEntry => ({
      ...grant,
      id: null,
      selects: selected(grant),
      createdAt: null,
      createdBy: null,
    }),
  )
  const stored = people.stored.all.map((grant): GrantEntry => ({ ...grant, selects: selected(grant) }))
  const rows = sessions.all()
  const grants = [...declared, ...stored]
  return {
    users: people.users.all.map(userEntry),
    grants,
    sessions: rows.map((row) => sessionEntry(row, own)),
    tokens: people.tokens.all.map(tokenEntry),
    roles: personsOf(people.users.all, rows, grants).map(({ kind, name, groups }) => {
      const theirs =
        kind === 'unknown' ? people.grantsFor({ kind: 'oidc', name, groups }) : people.grantsFor({ kind, name, groups })
      return { kind, name, connections: rolesOn({ grants: theirs ?? [] }, connections) }
    }),
  }
}

interface Person {
  readonly kind: Identity['kind'] | 'unknown'
  readonly name: string
  readonly groups: readonly string[]
}

/** Each once. Of a name that only grants have, nothing else is known. */
function personsOf(
  users: readonly LocalUser[],
  sessions: readonly SessionRow[],
  grants: readonly GrantEntry[],
): readonly Person[] {
  const persons = new Map<string, Person>()
  const known = [...users.map(localOf), ...sessions]
  for (const { kind, name, groups } of known) {
    const key = `${kind} ${name}`
    if (!persons.has(key)) persons.set(key, { kind, name, groups })
  }
  const names = new Set(known.map(({ name }) => name))
  for (const { who } of grants)
    if (who.kind === 'user' && !names.has(who.name))
      persons.set(`unknown ${who.name}`, { kind: 'unknown', name: who.name, groups: [] })
  return [...persons.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}
