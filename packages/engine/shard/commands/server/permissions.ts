import type { Permissions, User } from '../../clients/users'
import type { CommandSpec } from '../../core'
import { globMatch } from '../../keys/glob'
import { findKeys, isRedisSpec } from '../key-specs'

interface Denied {
  readonly what: 'command' | 'key' | 'channel'
  readonly name: string
}

interface Key {
  readonly name: string
  readonly read: boolean
  readonly write: boolean
}

interface Channel {
  readonly name: string
  readonly pattern: boolean
}

interface Needs {
  readonly keys: readonly Key[]
  readonly channels: readonly Channel[]
}

/** Redis 7.0's NOPERM error, or ACL DRYRUN's; undefined if the user may run the command. */
export function permissionError(
  user: User,
  spec: CommandSpec,
  argv: readonly Buffer[],
  dryRun = false,
): string | undefined {
  const needs: Needs = { keys: neededKeys(spec, argv), channels: neededChannels(spec, argv) }
  let closest: Denied | undefined
  for (const permissions of [user.root, ...user.selectors]) {
    const denied = check(permissions, spec, argv, needs)
    if (!denied) return undefined
    if (!closest || closest.what === 'command') closest = denied
  }
  if (!closest) return undefined
  return dryRun ? dryRunText(closest) : text(closest)
}

function text({ what, name }: Denied): string {
  if (what === 'command') return `NOPERM this user has no permissions to run the '${name}' command`
  return `NOPERM this user has no permissions to access one of the ${what}s used as arguments`
}

const dryRunText = ({ what, name }: Denied): string =>
  what === 'command'
    ? `This user has no permissions to run the '${name}' command`
    : `This user has no permissions to access the '${name}' ${what}`

function check(permissions: Permissions, spec: CommandSpec, argv: readonly Buffer[], needs: Needs): Denied | undefined {
  if (!mayRun(permissions, spec, argv)) return { what: 'command', name: spec.name }
  const key = permissions.allKeys ? undefined : needs.keys.find((each) => !mayTouch(permissions, each))
  if (key) return { what: 'key', name: key.name }
  const channel = permissions.allChannels ? undefined : needs.channels.find((each) => !mayUse(permissions, each))
  return channel && { what: 'channel', name: channel.name }
}

function mayRun({ commands, firstArgs }: Permissions, spec: CommandSpec, argv: readonly Buffer[]): boolean {
  if (isRedisSpec(spec) && spec.allFlags.includes('no_auth')) return true
  if (!commands || commands.has(spec.name.toLowerCase())) return true
  return firstArgs.get(spec.name)?.has(argv[1]?.toString('latin1').toLowerCase() ?? '') ?? false
}

const mayTouch = ({ keys }: Permissions, { name, read, write }: Key): boolean =>
  keys.some((rule) => (!read || rule.read) && (!write || rule.write) && globMatch(rule.pattern, name))

const mayUse = ({ channels }: Permissions, { name, pattern }: Channel): boolean =>
  channels.some((rule) => (pattern ? rule === name : globMatch(rule, name)))

function neededKeys(spec: CommandSpec, argv: readonly Buffer[]): Needs['keys'] {
  if (!isRedisSpec(spec)) {
    const [first, last, step] = spec.keys
    if (first === 0) return []
    const end = last < 0 ? argv.length + last : last
    return argv
      .filter((_, i) => i >= first && i <= end && (i - first) % step === 0)
      .map((key) => ({ name: key.toString('latin1'), read: true, write: true }))
  }
  return findKeys(spec.keySpecs, argv)
    .filter(({ flags }) => !flags.includes('not_key'))
    .map(({ key, flags }) => ({ name: key.toString('latin1'), read: reads(flags), write: writes(flags) }))
}

const has = (flags: string, ...names: readonly string[]): boolean =>
  names.some((name) => flags.split(' ').includes(name))
const reads = (flags: string): boolean => has(flags, 'access')
const writes = (flags: string): boolean => has(flags, 'update', 'insert', 'delete')

function neededChannels(spec: CommandSpec, argv: readonly Buffer[]): Needs['channels'] {
  const names = (from: readonly Buffer[], pattern: boolean) =>
    from.map((name) => ({ name: name.toString('latin1'), pattern }))
  switch (spec.name) {
    case 'publish':
    case 'spublish':
      return names(argv.slice(1, 2), false)
    case 'subscribe':
    case 'ssubscribe':
      return names(argv.slice(1), false)
    case 'psubscribe':
      return names(argv.slice(1), true)
    default:
      return []
  }
}
