import { createHash } from 'node:crypto'

export const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex')

/** A key pattern of an ACL rule: `~p` both, `%R~p` read, `%W~p` write. */
interface KeyPattern {
  readonly pattern: string
  readonly read: boolean
  readonly write: boolean
}

/** What a user or one of its selectors may do. */
export interface Permissions {
  allKeys: boolean
  keys: KeyPattern[]
  allChannels: boolean
  channels: string[]
  /** The rules after the base (`+@all` or `-@all`), for ACL LIST. */
  base: '+@all' | '-@all'
  rules: string[]
  /** The full names of permitted commands; undefined if all are permitted. */
  commands: Set<string> | undefined
  /** `+config|get` or `+select|0`: permitted first arguments of a command that is not permitted as a whole. */
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

  /** Whether commands, keys and channels need no check. */
  get unrestricted(): boolean {
    const { commands, allKeys, allChannels } = this.root
    return commands === undefined && allKeys && allChannels
  }

  /** Implements requirepass: one password, or none. */
  setOnlyPassword(password: string): void {
    this.passwords.clear()
    this.noPass = password === ''
    if (password !== '') this.passwords.add(sha256(password))
  }

  accepts(password: Buffer): boolean {
    return this.enabled && (this.noPass || this.passwords.has(sha256(password)))
  }
}

/** The user that every connection starts as. */
export function defaultUser(password: string): User {
  const user = new User('default')
  user.enabled = true
  user.setOnlyPassword(password)
  user.root = { ...noPermissions(), allKeys: true, allChannels: true, base: '+@all', commands: undefined }
  return user
}
