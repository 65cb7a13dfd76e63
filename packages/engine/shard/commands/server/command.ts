import { CommandError } from '../../command-error'
import { keysOf as keyArguments } from '../../command-table'
import type { CommandContext } from '../../context'
import { type CommandReply, type CommandSpec, ReplyMap, ReplySet, Simple } from '../../core'
import { globMatch } from '../../keys/glob'
import { arg, name, syntaxError, word } from '../arguments'
import { findKeys, isRedisSpec, type KeySpec, type RedisSpec } from '../key-specs'
import type { CommandHandlers } from '../spec'

const status = (text: string): Simple => new Simple(text)

function showKeySpec({ flags, begin, find, notes }: KeySpec): CommandReply {
  return new ReplyMap([
    ...(notes ? [['notes', notes] as const] : []),
    ['flags', new ReplySet(flags.split(' ').map(status))],
    ['begin_search', showBegin(begin)],
    ['find_keys', showFind(find)],
  ])
}

function showBegin([where, from]: KeySpec['begin']): CommandReply {
  const none: readonly (readonly [CommandReply, CommandReply])[] = []
  if (typeof where === 'number') return typed('index', [['index', where]])
  if (where === undefined || from === undefined) return typed('unknown', none)
  return typed('keyword', [
    ['keyword', where],
    ['startfrom', from],
  ])
}

function showFind([kind, a = 0, b = 0, c = 0]: KeySpec['find']): CommandReply {
  if (kind === 'range')
    return typed('range', [
      ['lastkey', a],
      ['keystep', b],
      ['limit', c],
    ])
  if (kind === 'keynum')
    return typed('keynum', [
      ['keynumidx', a],
      ['firstkey', b],
      ['keystep', c],
    ])
  return typed('unknown', [])
}

const typed = (type: string, entries: readonly (readonly [CommandReply, CommandReply])[]): CommandReply =>
  new ReplyMap([
    ['type', type],
    ['spec', new ReplyMap(entries)],
  ])

/** One entry of COMMAND and COMMAND INFO. */
function describe(spec: CommandSpec, all: readonly CommandSpec[]): CommandReply {
  const [first, last, step] = spec.keys
  const flags = isRedisSpec(spec) ? spec.allFlags : spec.flags
  const extra = isRedisSpec(spec) ? details(spec, all) : [new ReplySet([]), [], moduleKeySpecs(spec), []]
  return [spec.name, spec.arity, new ReplySet(flags.map(status)), first, last, step, ...extra]
}

/** The key specification that Redis derives from first key, last key and step of a module's command. */
function moduleKeySpecs({ keys: [first, last, step], access }: CommandSpec): CommandReply[] {
  if (first <= 0 || access === undefined) return []
  return [showKeySpec({ flags: access, begin: [first], find: ['range', last < 0 ? last : last - first, step, 0] })]
}

function details(spec: RedisSpec, all: readonly CommandSpec[]): CommandReply[] {
  const subcommands = all.filter((each) => each.name.startsWith(`${spec.name}|`))
  return [
    new ReplySet(spec.categories.map((category) => status(`@${category}`))),
    [...spec.tips],
    spec.keySpecs.map(showKeySpec),
    subcommands.map((each) => describe(each, all)),
  ]
}

const isTopLevel = (spec: CommandSpec): boolean => !spec.name.includes('|')

function specs({ shard }: CommandContext): CommandSpec[] {
  return [...shard.commands.values()]
}

function named({ shard }: CommandContext, text: Buffer): CommandSpec | undefined {
  return shard.dispatch.table.names.get(word(text))
}

function list(context: CommandContext, argv: readonly Buffer[]): CommandReply {
  const all = specs(context)
  if (argv.length === 2) return all.map((spec) => spec.name)
  if (argv.length !== 5 || word(argv[2]) !== 'filterby') return syntaxError()
  const value = name(argv[4])
  switch (word(argv[3])) {
    case 'module':
      return all.filter((spec) => value === 'rg' && !isRedisSpec(spec)).map((spec) => spec.name)
    case 'aclcat':
      return all
        .filter((spec) => isRedisSpec(spec) && spec.categories.includes(value.toLowerCase()))
        .map((spec) => spec.name)
    case 'pattern':
      return all.filter((spec) => globMatch(value, spec.name, true)).map((spec) => spec.name)
    default:
      return syntaxError()
  }
}

function keysOf(context: CommandContext, argv: readonly Buffer[]): readonly { key: Buffer; flags: string }[] {
  const line = argv.slice(2)
  const spec = named(context, arg(line, 0))
  if (!spec) throw new CommandError('ERR Invalid command specified')
  if (spec.arity >= 0 ? line.length !== spec.arity : line.length < -spec.arity)
    throw new CommandError('ERR Invalid number of arguments specified for command')
  const found = isRedisSpec(spec)
    ? findKeys(subcommandOf(context, spec, line).keySpecs, line)
    : keyArguments(spec, line).map((key) => ({ key, flags: spec.access ?? '' }))
  if (found.length === 0) throw new CommandError('ERR The command has no key arguments')
  return found
}

function subcommandOf({ shard }: CommandContext, spec: RedisSpec, line: readonly Buffer[]): RedisSpec {
  const sub = spec.container ? shard.dispatch.table.names.get(`${spec.name}|${word(line[1])}`) : undefined
  return sub && isRedisSpec(sub) ? sub : spec
}

function infoOf(context: CommandContext, argv: readonly Buffer[]): CommandReply {
  const all = specs(context)
  if (argv.length === 2) return all.filter(isTopLevel).map((spec) => describe(spec, all))
  return argv.slice(2).map((text) => {
    const spec = named(context, text)
    return spec ? describe(spec, all) : null
  })
}

/** The group in COMMAND DOCS: the first category that is a data type or a purpose. */
const group = ({ categories }: RedisSpec): string =>
  categories.find((each) => !['read', 'write', 'fast', 'slow', 'admin', 'dangerous'].includes(each)) ?? 'server'

function docs(context: CommandContext, argv: readonly Buffer[]): CommandReply {
  const all = specs(context)
  const wanted =
    argv.length === 2 ? all.filter(isTopLevel) : argv.slice(2).flatMap((text) => named(context, text) ?? [])
  return new ReplyMap(
    wanted.map((spec) => [
      spec.name,
      new ReplyMap(
        isRedisSpec(spec)
          ? [
              ['summary', ''],
              ['since', ''],
              ['group', group(spec)],
            ]
          : [
              ['group', 'module'],
              ['module', 'rg'],
            ],
      ),
    ]),
  )
}

export const command: CommandHandlers = {
  command(context) {
    const all = specs(context)
    return all.filter(isTopLevel).map((spec) => describe(spec, all))
  },
  'command|count': (context) => specs(context).filter(isTopLevel).length,
  'command|list': list,
  'command|info': infoOf,
  'command|docs': docs,
  'command|getkeys': (context, argv) => keysOf(context, argv).map(({ key }) => key),
  'command|getkeysandflags': (context, argv) =>
    keysOf(context, argv).map(({ key, flags }) => [key, new ReplySet(flags.split(' ').map(status))]),
}
