import { plural } from '@gearboard/gears/vocabulary/text'
import type { Grantee, Identity } from './grant'
import { granteeInWords } from './words'

interface PeopleLists<User, Grant, Session, Token> {
  readonly users: readonly User[]
  readonly grants: readonly Grant[]
  readonly sessions: readonly Session[]
  readonly tokens: readonly Token[]
}

interface NamedUser {
  readonly name: string
  readonly groups: readonly string[]
}

interface SearchedGrant {
  readonly who: Grantee
  readonly role: string
  readonly connections: readonly string[]
  readonly selects: readonly string[]
}

interface OwnedToken {
  readonly name: string
  readonly owner: Identity
  readonly connections: readonly string[]
}

/** What of each list has all the words of `search`: users by name and group, grants by whom, role and connection, sessions by name, tokens by name and owner. */
export function peopleMatching<
  User extends NamedUser,
  Grant extends SearchedGrant,
  Session extends Identity,
  Token extends OwnedToken,
>(lists: PeopleLists<User, Grant, Session, Token>, search: string): PeopleLists<User, Grant, Session, Token> {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const has = (...texts: readonly string[]) => {
    const text = texts.join(' ').toLowerCase()
    return words.every((word) => text.includes(word))
  }
  return {
    users: lists.users.filter(({ name, groups }) => has(name, ...groups)),
    grants: lists.grants.filter(({ who, role, connections, selects }) =>
      has(granteeInWords(who), role, ...connections, ...selects),
    ),
    sessions: lists.sessions.filter(({ name }) => has(name)),
    tokens: lists.tokens.filter(({ name, owner, connections }) => has(name, owner.name, ...connections)),
  }
}

/** `3 users, 1 grant.` @param hasUsers whether this Gearboard has users of its own */
export function peopleHeadline(
  { users, grants }: Pick<PeopleLists<unknown, unknown, unknown, unknown>, 'users' | 'grants'>,
  hasUsers: boolean,
): string {
  const granted = plural(grants.length, 'grant')
  return hasUsers ? `${plural(users.length, 'user')}, ${granted}.` : `${granted}.`
}
