import type { Command, CommandAccess } from './command'
import * as commands from './commands'
import { NO_SUCH_COMMAND, RG_COMMANDS } from './link/probe'
import type { Capability } from './vocabulary/capability'
import type { AclLines } from './vocabulary/server-refusal'

/** What Gearboard shall do with a user. Each includes those before it. */
export const ACL_LEVELS = ['watch', 'operate', 'develop'] as const
export type AclLevel = (typeof ACL_LEVELS)[number]

/** Versions of Redis that take different rules; `7.2` includes all later ones. */
export const ACL_VERSIONS = ['6.2', '7.0', '7.2'] as const
export type AclVersion = (typeof ACL_VERSIONS)[number]

/** Sent by the connection itself, and to find out what this user may run. */
const BESIDE = ['CLIENT|SETNAME', 'MULTI']

type SentCommand = (typeof commands)[keyof typeof commands]

const isSent = (value: SentCommand): value is Extract<SentCommand, { readonly decode: unknown }> =>
  typeof value === 'object' && 'decode' in value

const SENT = Object.values(commands).filter(isSent)

/** As an ACL names a command: `XINFO|STREAM`. What follows the name of a command of the module is an argument. */
export const aclName = ({ name, subcommand }: Pick<Command, 'name' | 'subcommand'>): string =>
  subcommand === undefined || name.startsWith('RG.') ? name : `${name}|${subcommand}`

/** RG commands that 1.0 does not have. */
const MODERN: ReadonlySet<string> = new Set(SENT.flatMap(({ name, since }) => (since === '1.2' ? [name] : [])))

/** Commands of Redis itself. */
const OF_REDIS: readonly string[] = [...new Set([...BESIDE, ...SENT.map(aclName)])].filter(
  (name) => !RG_COMMANDS.includes(name),
)

const grants = (names: readonly string[]): string => names.map((name) => `+${name.toLowerCase()}`).join(' ')

/**
 * What an administrator sends so that this user may run every command that Gearboard has a use for (`ACL SETUSER … +rg.pyexecute …`). Commands
 * are named one by one: RG commands belong to no ACL category on Redis up to 7.2. Keys are those that people look at or write. Redis refuses a
 * line as a whole that names a command which it does not have (measured on 1.0.9): while the version is unknown, what only 1.2 has is a line of
 * its own.
 */
export function aclLines(
  user: string,
  found: Pick<Capability, 'gearsVersion' | 'generation' | 'unavailable'> | null,
): AclLines {
  const lacking = new Set(
    found?.unavailable.flatMap(({ command, reason }) => (reason === NO_SUCH_COMMAND ? [command] : [])),
  )
  const there = RG_COMMANDS.filter((name) => !lacking.has(name))
  const common = [...there.filter((name) => !MODERN.has(name)), ...OF_REDIS]
  const modern = there.filter((name) => MODERN.has(name))
  const line = (names: readonly string[]) => `ACL SETUSER ${user} allkeys ${grants(names)}`
  if (modern.length === 0) return [line(common)]
  // A user who may run no command looks like 1.2, but the version is unknown.
  if (!found || found.gearsVersion === null) return [line(common), line(modern)]
  return [line(found.generation === '1.0' ? common : [...common, ...modern])]
}

const NEEDS: Readonly<Record<AclLevel, readonly CommandAccess[]>> = {
  watch: ['watch'],
  operate: ['watch', 'operate'],
  develop: ['watch', 'operate', 'develop'],
}

/** The keys that a user reads, and writes: `%R~` came with 7.0. Functions themselves run without the user's limits. */
const KEYS: Readonly<Record<AclVersion, Readonly<Record<AclLevel, string>>>> = {
  '6.2': { watch: '~*', operate: '~*', develop: '~*' },
  '7.0': { watch: '%R~*', operate: '~*', develop: '~*' },
  '7.2': { watch: '%R~*', operate: '~*', develop: '~*' },
}

/** The commands that a level needs, as an ACL names them, upper case; RG commands that the generation has. */
export function aclCommands(level: AclLevel, generation: Capability['generation']): readonly string[] {
  const needed = SENT.filter(({ access, since }) => {
    const there = since === undefined || generation === since
    return there && NEEDS[level].includes(access)
  })
  return [...new Set([...needed.map(aclName), ...BESIDE])]
}

export interface AclWish {
  readonly level: AclLevel
  readonly redis: AclVersion
  readonly gears: Capability['generation']
}

/** What no rule of an ACL may contain: a space ends the name. */
const USER = /^[^\s\p{C}]{1,200}$/u

/**
 * The line that lets this user do exactly that, and nothing else: `ACL SETUSER gearboard on nocommands … +rg.dumpexecutions …`. Its
 * passwords stay as they are; a new user has none yet (`ACL SETUSER gearboard '>…'`). The user `default` keeps what it may do besides, since
 * other clients may be signed in as it. Undefined where no user can have this name.
 */
export function aclLine(user: string, { level, redis, gears }: AclWish): string | undefined {
  if (!USER.test(user)) return undefined
  // Redis refuses %R~* where the user has ~* already.
  const rules = user === 'default' ? '~*' : `on nocommands resetkeys resetchannels ${KEYS[redis][level]}`
  return `ACL SETUSER ${user} ${rules} ${grants(aclCommands(level, gears))}`
}

/** The line that grants these commands besides what the user may already send. */
export const aclGrant = (user: string, names: readonly string[]): string | undefined =>
  USER.test(user) ? `ACL SETUSER ${user} ${grants(names)}` : undefined

/** Which rules a Redis of this version takes; those of 6.2 where it is older or unknown, which all later ones take, too. */
export function aclVersionOf(redisVersion: string | null): AclVersion {
  const [, major = 0, minor = 0] = (/^(\d+)\.(\d+)/.exec(redisVersion ?? '') ?? []).map(Number)
  if (major < 7) return '6.2'
  return major === 7 && minor < 2 ? '7.0' : '7.2'
}
