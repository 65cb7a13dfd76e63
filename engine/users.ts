import { createHash } from 'node:crypto'

export const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex')

/** A key pattern of an ACL rule: `~p` both, `%R~p` read, `%W~p` write. */
export interface KeyPattern {
  readonly pattern: string
  readonly read: boolean
  readonly write: boolean
}

/** What a user, or one of its selectors, may do. */
export interface Permissions {
  allKeys: boolean
  keys: KeyPattern[]
  allChannels: boolean
  channels: string[]
  /** Rules as given after the base (`+@all` or `-@all`), for ACL LIST. */
  base: '+@all' | '-@all'
  rules: string[]
  /** Permitted full names; undefined while everything is. */
  commands: Set<string> | undefined
  /** `+config|get` or `+select|0` style: first argument of a command that is not allowed whole. */
  firstArgs: Map<string, Set<string>>
}

export const noPermissions = (): Permissions => ({
  allKeys: false,
  keys: [],
  allChannels: false,
  channels: [],
  base: '-@all',
  rules: [],
  commands: new Set(),
  firstArgs: new Map(),
})

export class User {
  enabled = false
  noPass = false
  sanitize = true
  readonly passwords = new Set<string>()
  root = noPermissions()
  selectors: Permissions[] = []

  constructor(readonly name: string) {}

  /** Neither commands, keys nor channels need a check. */
  get unrestricted(): boolean {
    const { commands, allKeys, allChannels } = this.root
    return commands === undefined && allKeys && allChannels
  }

  /** requirepass: one password, or none at all. */
  setOnlyPassword(password: string): void {
    this.passwords.clear()
    this.noPass = password === ''
    if (password !== '') this.passwords.add(sha256(password))
  }

  accepts(password: Buffer): boolean {
    return this.enabled && (this.noPass || this.passwords.has(sha256(password)))
  }
}

/** The user every connection starts as. */
export function defaultUser(password: string): User {
  const user = new User('default')
  user.enabled = true
  user.setOnlyPassword(password)
  user.root = { ...noPermissions(), allKeys: true, allChannels: true, base: '+@all', commands: undefined }
  return user
}
