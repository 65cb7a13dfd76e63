import { randomBytes } from 'node:crypto'
import { User } from '../../clients/users'
import { CommandError } from '../../command-error'
import type { CommandContext } from '../../context'
import { type CommandReply, Failure, OK, ReplyMap, Simple } from '../../core'
import { arg, integer, name, word } from '../arguments'
import { isRedisSpec } from '../key-specs'
import type { CommandHandlers } from '../spec'
import { applyRules, CATEGORIES, describePermissions, describeUser } from './acl-rules'
import { permissionError } from './permissions'

function copyUser(user: User): User {
  const copy = new User(user.name)
  copy.enabled = user.enabled
  copy.noPass = user.noPass
  copy.sanitize = user.sanitize
  for (const hash of user.passwords) copy.passwords.add(hash)
  copy.root = structuredClone(user.root)
  copy.selectors = structuredClone(user.selectors)
  return copy
}

/** Applies all rules or none: they are tried on a copy, which replaces the user of its connections. */
function setUser({ shard }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const userName = name(argv[2])
  if (/[\s\0]/.test(userName)) throw new CommandError("ERR Usernames can't contain spaces or null characters")
  const known = shard.users.get(userName)
  const draft = known ? copyUser(known) : new User(userName)
  applyRules(draft, argv.slice(3).map(name), shard.dispatch.table.names)
  shard.users.set(userName, draft)
  if (known) for (const session of shard.clients.sessions.values()) if (session.user === known) session.user = draft
  return OK
}

function getUser({ shard }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const user = shard.users.get(name(argv[2]))
  if (!user) return null
  const flags = [user.enabled ? 'on' : 'off', ...(user.noPass ? ['nopass'] : [])]
  return new ReplyMap([
    ['flags', flags],
    ['passwords', [...user.passwords]],
    ...describePermissions(user.root),
    ['selectors', user.selectors.map((each) => new ReplyMap(describePermissions(each)))],
  ])
}

function deleteUsers({ shard }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const names = argv.slice(2).map(name)
  if (names.includes('default')) throw new CommandError("ERR The 'default' user cannot be removed")
  let deleted = 0
  for (const each of names) {
    const user = shard.users.get(each)
    if (!user) continue
    shard.users.delete(each)
    shard.clients.dropUser(user)
    deleted += 1
  }
  return deleted
}

function categories({ shard }: CommandContext, argv: readonly Buffer[]): CommandReply {
  if (argv.length === 2) return CATEGORIES
  if (argv.length > 3)
    throw new CommandError("ERR Unknown subcommand or wrong number of arguments for 'CAT'. Try ACL HELP.")
  const category = word(argv[2])
  if (!CATEGORIES.includes(category)) throw new CommandError(`ERR Unknown category '${name(argv[2])}'`)
  return [...shard.dispatch.table.names.values()]
    .filter((spec) => isRedisSpec(spec) && spec.categories.includes(category))
    .map((spec) => spec.name)
}

function generatePassword(argv: readonly Buffer[]): CommandReply {
  const bits = argv.length > 2 ? integer(argv[2]) : 256
  if (bits <= 0 || bits > 4096)
    throw new CommandError(
      'ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to 4096',
    )
  return randomBytes(Math.ceil(bits / 8))
    .toString('hex')
    .slice(0, Math.ceil(bits / 4))
}

function dryRun({ shard }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const user = shard.users.get(name(argv[2]))
  if (!user) throw new CommandError(`ERR User '${name(argv[2])}' not found`)
  const line = argv.slice(3)
  const found = shard.dispatch.table.find(line)
  if (found instanceof Failure) {
    if (!shard.dispatch.table.names.has(word(line[0])))
      throw new CommandError(`ERR Command '${name(line[0])}' not found`)
    throw new CommandError(found.text)
  }
  const denied = user.unrestricted ? undefined : permissionError(user, found, line, true)
  return denied ?? OK
}

const NO_FILE =
  'ERR This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in order to store users in the Redis configuration.'

export const acl: CommandHandlers = {
  // Commands that a function executes have no user.
  'acl|whoami': ({ origin, session }) => (origin === 'python' || origin === 'internal' ? null : session.user.name),
  'acl|users': ({ shard }) => [...shard.users.keys()].sort(),
  'acl|list': ({ shard }) =>
    [...shard.users.keys()].sort().flatMap((each) => {
      const user = shard.users.get(each)
      return user ? [describeUser(user)] : []
    }),
  'acl|setuser': setUser,
  'acl|getuser': getUser,
  'acl|deluser': deleteUsers,
  'acl|cat': categories,
  'acl|genpass': (_, argv) => generatePassword(argv),
  'acl|dryrun': dryRun,
  'acl|log': (_, argv) => (argv.length > 2 && word(arg(argv, 2)) === 'reset' ? new Simple('OK') : []),
  'acl|save': () => new Failure(NO_FILE),
  'acl|load': () => new Failure(NO_FILE),
}
