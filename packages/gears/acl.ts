import * as commands from './commands'
import { NO_SUCH_COMMAND, RG_COMMANDS } from './link/probe'
import type { Capability } from './vocabulary/capability'
import type { AclLines } from './vocabulary/server-refusal'

/** Of commands with subcommands, those that Gearboard sends. */
const SUBCOMMANDS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    CLIENT: ['SETNAME'],
    CLUSTER: ['INFO', 'MYID', 'SLOTS'],
    COMMAND: ['INFO'],
    MODULE: ['LIST'],
    OBJECT: ['ENCODING'],
    XINFO: ['STREAM', 'GROUPS'],
  }),
)

/** Sent by the connection itself, and to find out what this user may run. */
const BESIDE = ['CLIENT', 'MULTI']

type SentCommand = (typeof commands)[keyof typeof commands]

const isSent = (value: SentCommand): value is Extract<SentCommand, { readonly decode: unknown }> =>
  typeof value === 'object' && 'decode' in value

const SENT = Object.values(commands).filter(isSent)

/** RG commands that 1.0 does not have. */
const MODERN: ReadonlySet<string> = new Set(SENT.flatMap(({ name, since }) => (since === '1.2' ? [name] : [])))

/** Commands of Redis itself. */
const OF_REDIS: readonly string[] = [...new Set([...BESIDE, ...SENT.map(({ name }) => name)])].filter(
  (name) => !RG_COMMANDS.includes(name),
)

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
  const line = (names: readonly string[]) => {
    const rules = names.flatMap((name) => SUBCOMMANDS.get(name)?.map((sub) => `${name}|${sub}`) ?? [name])
    return `ACL SETUSER ${user} allkeys ${rules.map((rule) => `+${rule.toLowerCase()}`).join(' ')}`
  }
  if (modern.length === 0) return [line(common)]
  // A user who may run no command looks like 1.2, but the version is unknown.
  if (!found || found.gearsVersion === null) return [line(common), line(modern)]
  return [line(found.generation === '1.0' ? common : [...common, ...modern])]
}
