import { randomUUID } from 'node:crypto'
import { wallMs } from '@gearboard/gears/vocabulary/clock'
import type { GrantInFile } from '@/lib/api/contract/grant-definition'
import {
  admissionEverywhere,
  EVERY_CONNECTION,
  FULL_GRANT,
  type Grant,
  grantsOf,
  type Identity,
} from '@/lib/model/people/grant'
import { passwordProblem } from '@/lib/model/people/password'
import { ApiRefusal, wrongField } from '../errors'
import { InTurn } from '../in-turn'
import { hashOf, isPasswordOf } from './password-hash'
import {
  type ApiToken,
  type LocalUser,
  PeopleRecords,
  type PeopleStore,
  type StoredGrant,
  userId,
} from './people-records'

const MOST_USERS = 1000
const MOST_GRANTS = 1000

const notFound = (what: string): ApiRefusal => new ApiRefusal('not_found', `there is no ${what}`)

interface PeopleOptions {
  readonly store: PeopleStore
  /** What the configuration file declares. */
  readonly declared: readonly GrantInFile[]
  /** Whether GEARBOARD_PASSWORD lets its owner in, who may do everything. */
  readonly hasOwner: boolean
  readonly now: () => number
}

/** Who there is, and what each may do. Changes come one after the other. */
export class People {
  readonly users: PeopleRecords<'user'>
  readonly stored: PeopleRecords<'grant'>
  readonly tokens: PeopleRecords<'token'>
  readonly declared: readonly GrantInFile[]
  private readonly hasOwner: boolean
  private readonly turns = new InTurn()
  private changing = new AbortController()

  constructor({ store, declared, hasOwner, now }: PeopleOptions) {
    this.users = new PeopleRecords('user', store, now)
    this.stored = new PeopleRecords('grant', store, now)
    this.tokens = new PeopleRecords('token', store, now)
    this.declared = declared
    this.hasOwner = hasOwner
    for (const records of [this.users, this.stored, this.tokens]) records.onChange(() => this.endStreams())
  }

  /** Aborted when what somebody may do changes: streams begin again, and are checked again. */
  get untilChange(): AbortSignal {
    return this.changing.signal
  }

  /** What somebody may do now. Undefined: they are nobody any longer. */
  grantsFor(identity: Identity): readonly Grant[] | undefined {
    if (identity.kind === 'password') return this.hasOwner ? [FULL_GRANT] : undefined
    if (identity.kind !== 'local') return grantsOf(this.allGrants, identity)
    const user = this.users.byId?.get(userId(identity.name))
    return user && grantsOf(this.allGrants, user)
  }

  async userWith(name: string, password: string): Promise<Identity | undefined> {
    const user = this.users.byId?.get(userId(name))
    if (!(await isPasswordOf(user?.hash, password)) || !user) return undefined
    return { kind: 'local', name: user.name, groups: user.groups }
  }

  /** @throws ApiRefusal at the field that is wrong */
  add(name: string, password: string, groups: readonly string[]): Promise<LocalUser> {
    return this.next(async () => {
      const { present } = this.users
      if (present.has(userId(name))) throw wrongField('name', `there is a user named ${JSON.stringify(name)} already`)
      if (present.size >= MOST_USERS) throw wrongField('name', `there are ${MOST_USERS} users, which is the most`)
      return this.writeUser(name, password, groups)
    })
  }

  /** The first user, an admin of all connections. @throws ApiRefusal `forbidden` where there is a user */
  addFirst(name: string, password: string): Promise<LocalUser> {
    return this.next(async () => {
      if (this.users.present.size > 0)
        throw new ApiRefusal('forbidden', 'This Gearboard is set up already. Ask an admin to add you.')
      checkPassword(password, name)
      // The grant first: without it the only user could do nothing, and there would be no second try.
      await this.stored.write({ ...FULL_GRANT, ...this.stamps(name), who: { kind: 'user', name } })
      return this.writeUser(name, password, [])
    })
  }

  setPassword(name: string, password: string): Promise<LocalUser> {
    return this.next(async () => {
      const user = this.userNamed(name)
      checkPassword(password, user.name)
      const changed = { ...user, hash: await hashOf(password), passwordAt: Math.floor(wallMs()) }
      await this.users.write(changed)
      return changed
    })
  }

  setGroups(name: string, groups: readonly string[]): Promise<LocalUser> {
    return this.next(async () => {
      const user = this.userNamed(name)
      const changed = { ...user, groups }
      this.checkAdminLeft([...this.usersWithout(user), changed], this.allGrants)
      await this.users.write(changed)
      return changed
    })
  }

  /** With their grants and tokens: another one of this name must not inherit them. */
  remove(name: string): Promise<void> {
    return this.next(async () => {
      const user = this.userNamed(name)
      this.checkAdminLeft(this.usersWithout(user), this.allGrants)
      const isTheirs = ({ who }: StoredGrant) => who.kind === 'user' && userId(who.name) === userId(user.name)
      for (const token of this.tokens.all.filter(({ owner }) => isSame(owner, { ...user, kind: 'local' })))
        await this.tokens.remove(token)
      for (const grant of this.stored.all.filter(isTheirs)) await this.stored.remove(grant)
      await this.users.remove(user)
    })
  }

  addGrant(grant: GrantInFile, by: string): Promise<StoredGrant> {
    return this.next(async () => {
      if (this.stored.present.size >= MOST_GRANTS)
        throw wrongField('who', `there are ${MOST_GRANTS} grants, which is the most`)
      const added = { ...grant, ...this.stamps(by) }
      await this.stored.write(added)
      return added
    })
  }

  changeGrant(id: string, grant: GrantInFile): Promise<{ readonly before: StoredGrant; readonly after: StoredGrant }> {
    return this.next(async () => {
      const before = this.grantWith(id)
      const after = { ...before, hides: [], ...grant }
      this.checkAdminLeft(this.users.all, [...this.grantsWithout(before), after])
      await this.stored.write(after)
      return { before, after }
    })
  }

  removeGrant(id: string): Promise<StoredGrant> {
    return this.next(async () => {
      const grant = this.grantWith(id)
      this.checkAdminLeft(this.users.all, this.grantsWithout(grant))
      await this.stored.remove(grant)
      return grant
    })
  }

  removeToken(which: (token: ApiToken) => boolean): Promise<ApiToken> {
    return this.next(async () => {
      const token = [...this.tokens.present.values()].find(which)
      if (!token) throw notFound('such token')
      await this.tokens.remove(token)
      return token
    })
  }

  /** One change after the other: what one checked is still so when it writes. */
  next<T>(change: () => Promise<T>): Promise<T> {
    return this.turns.run(change)
  }

  private get allGrants(): readonly GrantInFile[] {
    return [...this.declared, ...this.stored.all]
  }

  private grantsWithout = (grant: StoredGrant): readonly GrantInFile[] => [
    ...this.declared,
    ...this.stored.all.filter(({ id }) => id !== grant.id),
  ]

  private usersWithout = (user: LocalUser): readonly LocalUser[] =>
    this.users.all.filter(({ name }) => name !== user.name)

  private userNamed(name: string): LocalUser {
    const user = this.users.present.get(userId(name))
    if (!user) throw notFound(`user named ${JSON.stringify(name)}`)
    return user
  }

  private grantWith(id: string): StoredGrant {
    const grant = this.stored.present.get(id)
    if (grant) return grant
    throw notFound('grant of this id; one of the configuration file is changed there')
  }

  private async writeUser(name: string, password: string, groups: readonly string[]): Promise<LocalUser> {
    checkPassword(password, name)
    const at = Math.floor(wallMs())
    const user = { name, hash: await hashOf(password), groups, createdAt: at, passwordAt: at }
    await this.users.write(user)
    return user
  }

  private stamps = (by: string) => ({ id: randomUUID(), createdAt: Math.floor(wallMs()), createdBy: by })

  /** Where only local users can change people, one of them stays able to. @throws ApiRefusal `invalid_request` */
  private checkAdminLeft(users: readonly LocalUser[], grants: readonly GrantInFile[]): void {
    const isAdmin = (user: LocalUser, of: readonly GrantInFile[]) =>
      admissionEverywhere(grantsOf(of, user))?.role === 'admin'
    if (this.hasOwner || users.some((user) => isAdmin(user, grants))) return
    if (!this.users.all.some((user) => isAdmin(user, this.allGrants))) return
    throw new ApiRefusal(
      'invalid_request',
      `After this no user would be an admin of all connections. Grant admin on ${EVERY_CONNECTION} to another user first.`,
    )
  }

  private endStreams(): void {
    const before = this.changing
    this.changing = new AbortController()
    before.abort()
  }
}

/** Names of local users are compared without regard to case; those from a provider or proxy as they are. */
export const isSame = (a: Pick<Identity, 'kind' | 'name'>, b: Pick<Identity, 'kind' | 'name'>): boolean =>
  a.kind === b.kind && (a.name === b.name || (a.kind === 'local' && userId(a.name) === userId(b.name)))

function checkPassword(password: string, name: string): void {
  const problem = passwordProblem(password, name)
  if (problem !== undefined) throw wrongField('password', problem)
}
