import { noPermissions, type Permissions, sha256, type User } from '../../clients/users'
import { CommandError } from '../../command-error'
import type { CommandSpec } from '../../core'
import { isRedisSpec } from '../key-specs'

const UNKNOWN = 'Unknown command or category name in ACL'
const SYNTAX = 'Syntax error'
const AFTER_STAR = (what: 'patterns' | 'channels'): string =>
  `Adding a pattern after the * pattern (or the '${what === 'patterns' ? 'allkeys' : 'allchannels'}' flag) is not valid and does not have any effect. Try 'reset${what === 'patterns' ? 'keys' : 'channels'}' to start with an empty list of ${what}`
const BAD_HASH =
  'The provided password hash must be exactly 64 characters and contain only lowercase hexadecimal characters'

export const CATEGORIES =
  'keyspace read write set sortedset list hash string bitmap hyperloglog geo stream pubsub admin fast slow blocking dangerous connection transaction scripting'.split(
    ' ',
  )

type CommandsByName = ReadonlyMap<string, CommandSpec>

/** The parser refused a rule; the text follows the colon of Redis's message. */
class BadRule extends Error {}

/** Applies ACL SETUSER's rules to a copy. If one is wrong, throws `CommandError` with Redis's text and changes nothing. */
export function applyRules(user: User, rules: readonly string[], commands: CommandsByName): void {
  for (const rule of joinSelectors(rules)) {
    try {
      applyRule(user, rule, commands)
    } catch (error) {
      if (!(error instanceof BadRule)) throw error
      throw new CommandError(`ERR Error in ACL SETUSER modifier '${rule}': ${error.message}`)
    }
  }
}

/** Joins rules such as `(+get` and `~a)`, which are one selector. */
function joinSelectors(rules: readonly string[]): string[] {
  const joined: string[] = []
  let open: string | undefined
  for (const rule of rules) {
    if (open !== undefined) open = `${open} ${rule}`
    else if (rule.startsWith('(')) open = rule
    else {
      joined.push(rule)
      continue
    }
    if (rule.endsWith(')')) {
      joined.push(open)
      open = undefined
    }
  }
  if (open !== undefined)
    throw new CommandError(`ERR Unmatched parenthesis in acl selector starting at '${open.split(' ')[0]}'.`)
  return joined
}

function applyRule(user: User, rule: string, commands: CommandsByName): void {
  switch (rule.toLowerCase()) {
    case 'on':
      user.enabled = true
      return
    case 'off':
      user.enabled = false
      return
    case 'nopass':
      user.noPass = true
      user.passwords.clear()
      return
    case 'resetpass':
      user.noPass = false
      user.passwords.clear()
      return
    case 'sanitize-payload':
    case 'skip-sanitize-payload':
      user.sanitize = rule.toLowerCase() === 'sanitize-payload'
      return
    case 'clearselectors':
      user.selectors = []
      return
    case 'reset':
      user.enabled = false
      user.noPass = false
      user.passwords.clear()
      user.root = noPermissions()
      user.selectors = []
      return
    default:
      if (!password(user, rule) && !selector(user, rule, commands)) permission(user.root, rule, commands)
  }
}

function password(user: User, rule: string): boolean {
  const rest = rule.slice(1)
  switch (rule[0]) {
    case '>':
      user.passwords.add(sha256(Buffer.from(rest, 'latin1')))
      user.noPass = false
      return true
    case '#':
      if (!/^[0-9a-f]{64}$/.test(rest)) throw new BadRule(BAD_HASH)
      user.passwords.add(rest)
      user.noPass = false
      return true
    case '<':
    case '!': {
      if (rule[0] === '!' && !/^[0-9a-f]{64}$/.test(rest)) throw new BadRule(BAD_HASH)
      const hash = rule[0] === '<' ? sha256(Buffer.from(rest, 'latin1')) : rest
      if (!user.passwords.delete(hash))
        throw new BadRule('The password you are trying to remove from the user does not exist')
      return true
    }
    default:
      return false
  }
}

function selector(user: User, rule: string, commands: CommandsByName): boolean {
  if (!rule.startsWith('(')) return false
  const permissions = noPermissions()
  for (const each of rule
    .slice(1, -1)
    .split(' ')
    .filter((part) => part !== ''))
    permission(permissions, each, commands)
  user.selectors.push(permissions)
  return true
}

function permission(permissions: Permissions, rule: string, commands: CommandsByName): void {
  const lower = rule.toLowerCase()
  if (lower === 'allkeys' || rule === '~*') {
    permissions.allKeys = true
    permissions.keys = []
  } else if (lower === 'resetkeys') {
    permissions.allKeys = false
    permissions.keys = []
  } else if (lower === 'allchannels' || rule === '&*') {
    permissions.allChannels = true
    permissions.channels = []
  } else if (lower === 'resetchannels') {
    permissions.allChannels = false
    permissions.channels = []
  } else if (lower === 'allcommands' || lower === '+@all') allCommands(permissions, true)
  else if (lower === 'nocommands' || lower === '-@all') allCommands(permissions, false)
  else if (rule.startsWith('~') || rule.startsWith('%')) keyPattern(permissions, rule)
  else if (rule.startsWith('&')) {
    if (permissions.allChannels) throw new BadRule(AFTER_STAR('channels'))
    permissions.channels.push(rule.slice(1))
  } else if (/^[+-]./.test(rule)) commandRule(permissions, lower, commands)
  else throw new BadRule(SYNTAX)
}

function allCommands(permissions: Permissions, allowed: boolean): void {
  permissions.base = allowed ? '+@all' : '-@all'
  permissions.commands = allowed ? undefined : new Set()
  permissions.rules = []
  permissions.firstArgs = new Map()
}

function keyPattern(permissions: Permissions, rule: string): void {
  if (permissions.allKeys) throw new BadRule(AFTER_STAR('patterns'))
  const match = /^(?:~|%([RWrw]{1,2})~)(.*)$/s.exec(rule)
  if (!match) throw new BadRule(SYNTAX)
  const flags = (match[1] ?? 'RW').toUpperCase()
  const read = flags.includes('R')
  const write = flags.includes('W')
  const pattern = match[2] ?? ''
  if (read && write && pattern === '*') {
    permissions.allKeys = true
    permissions.keys = []
  } else permissions.keys.push({ pattern, read, write })
}

function commandRule(permissions: Permissions, rule: string, commands: CommandsByName): void {
  const add = rule.startsWith('+')
  const target = rule.slice(1)
  if (target.startsWith('@')) {
    const category = target.slice(1)
    if (!CATEGORIES.includes(category)) throw new BadRule(UNKNOWN)
    toggle(permissions, commands, add, (spec) => isRedisSpec(spec) && spec.categories.includes(category))
  } else if (commands.has(target)) {
    permissions.firstArgs.delete(target)
    toggle(permissions, commands, add, (_, name) => name === target || name.startsWith(`${target}|`))
  } else firstArgument(permissions, target, add, commands)
  const same = (known: string): boolean => known.slice(1) === target
  permissions.rules = [...permissions.rules.filter((known) => !same(known)), rule]
}

function firstArgument(permissions: Permissions, target: string, add: boolean, commands: CommandsByName): void {
  const [command = '', first] = target.split('|')
  const spec = commands.get(command)
  if (!spec || first === undefined || (isRedisSpec(spec) && spec.container)) throw new BadRule(UNKNOWN)
  if (!add) throw new BadRule('Allowing first-arg of a subcommand is not supported')
  const allowed = permissions.firstArgs.get(command) ?? new Set()
  permissions.firstArgs.set(command, allowed.add(first))
}

function toggle(
  permissions: Permissions,
  commands: CommandsByName,
  add: boolean,
  wanted: (spec: CommandSpec, name: string) => boolean,
): void {
  if (!permissions.commands && add) return
  const allowed = permissions.commands ?? new Set(commands.keys())
  for (const [name, spec] of commands) {
    if (!wanted(spec, name)) continue
    if (add) allowed.add(name)
    else allowed.delete(name)
  }
  permissions.commands = allowed
}

const showKeys = ({ allKeys, keys }: Permissions): string =>
  allKeys
    ? '~*'
    : keys.map(({ pattern, read, write }) => `${read && write ? '~' : read ? '%R~' : '%W~'}${pattern}`).join(' ')
const showChannels = ({ allChannels, channels }: Permissions): string =>
  allChannels ? '&*' : channels.map((channel) => `&${channel}`).join(' ')
const showCommands = ({ base, rules }: Permissions): string => [base, ...rules].join(' ')

/** ACL GETUSER's description of a user's root permissions or of a selector. */
export const describePermissions = (permissions: Permissions): readonly (readonly [string, string])[] => [
  ['commands', showCommands(permissions)],
  ['keys', showKeys(permissions)],
  ['channels', showChannels(permissions)],
]

function permissionLine(permissions: Permissions): string {
  const channels = permissions.allChannels ? '&*' : `resetchannels ${showChannels(permissions)}`.trim()
  return [showKeys(permissions), channels, showCommands(permissions)].filter((part) => part !== '').join(' ')
}

/** A line of ACL LIST. */
export function describeUser(user: User): string {
  const parts = ['user', user.name, user.enabled ? 'on' : 'off']
  if (user.noPass) parts.push('nopass')
  for (const hash of user.passwords) parts.push(`#${hash}`)
  parts.push(permissionLine(user.root))
  for (const each of user.selectors) parts.push(`(${permissionLine(each)})`)
  return parts.join(' ')
}
