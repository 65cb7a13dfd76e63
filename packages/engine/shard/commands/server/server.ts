import { steadyMs, wallMicros } from '../../../clock'
import { CommandError } from '../../command-error'
import type { CommandContext } from '../../context'
import { type CommandReply, Failure, OK, ReplyMap, Simple, Verbatim } from '../../core'
import { globMatch } from '../../keys/glob'
import { estimateSize } from '../../keys/sizes'
import { arg, double, integer, name, syntaxError, word } from '../arguments'
import { moduleVersion } from '../identity'
import type { CommandHandlers } from '../spec'
import { info } from './info'

function configGet({ shard }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const patterns = argv.slice(2).map((pattern) => name(pattern))
  const found = shard.config
    .entries()
    .filter(([parameter]) => patterns.some((pattern) => globMatch(pattern, parameter, true)))
  return new ReplyMap(found)
}

function configSet({ shard }: CommandContext, argv: readonly Buffer[]): CommandReply {
  if (argv.length % 2 === 1) syntaxError()
  const pairs: (readonly [string, string])[] = []
  for (let i = 2; i < argv.length; i += 2) pairs.push([word(argv[i]), arg(argv, i + 1).toString('utf8')])
  shard.config.set(pairs)
  const password = pairs.find(([parameter]) => parameter === 'requirepass')?.[1]
  if (password !== undefined) shard.users.get('default')?.setOnlyPassword(password)
  return OK
}

function moduleList({ shard }: CommandContext): CommandReply {
  return [
    new ReplyMap([
      ['name', 'rg'],
      ['ver', moduleVersion(shard)],
      ['path', 'redisgears.so'],
      ['args', shard.data.moduleArgs],
    ]),
  ]
}

/** Blocks the shard, as DEBUG SLEEP blocks Redis. */
function sleep(seconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, seconds * 1000)
}

const DEBUG_MAX_SLEEP_S = 60

function debug({ shard, keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const subcommand = word(argv[1])
  if (subcommand === 'sleep' && argv.length === 3) {
    sleep(Math.min(Math.max(0, double(argv[2])), DEBUG_MAX_SLEEP_S))
    return OK
  }
  if (subcommand === 'reload') {
    shard.reload()
    return OK
  }
  if (subcommand === 'set-active-expire' && argv.length === 3) {
    shard.activeExpiry = name(argv[2]) !== '0'
    return OK
  }
  if (subcommand === 'segfault') process.exit(1)
  if (subcommand === 'object' && argv.length >= 3) {
    const entry = keys.peek(name(argv[2]))
    if (!entry) throw new CommandError('ERR no such key')
    const size = estimateSize(entry.value)
    return new Simple(
      `Value at:0x0 refcount:1 encoding:${entry.value.encoding} serializedlength:${size} lru:0 lru_seconds_idle:${Math.floor((steadyMs() - entry.usedAt) / 1000)}`,
    )
  }
  throw new CommandError(`ERR unknown subcommand or wrong number of arguments for '${name(argv[1])}'. Try DEBUG HELP.`)
}

/** What a key costs in addition to its value: two map slots, an entry, its name. */
const KEY_OVERHEAD = 200

function memoryUsage({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  if (argv.length > 3) {
    if (word(argv[3]) !== 'samples' || argv.length !== 5) syntaxError()
    if (integer(argv[4]) < 0) syntaxError()
  }
  const key = name(argv[2])
  const entry = keys.peek(key)
  return entry ? KEY_OVERHEAD + key.length + estimateSize(entry.value) : null
}

function memoryStats({ shard }: CommandContext): CommandReply {
  const { heapUsed, external, rss } = process.memoryUsage()
  const size = [...shard.keyspace].reduce((sum, database) => sum + database.size, 0)
  return new ReplyMap([
    ['total.allocated', heapUsed + external],
    ['rss', rss],
    ['clients.normal', [...shard.clients.sessions.values()].reduce((sum, { unread }) => sum + unread, 0)],
    ['keys.count', size],
    ['dataset.bytes', heapUsed],
  ])
}

function role(): CommandReply {
  return ['master', 0, []]
}

function time(): CommandReply {
  const micros = BigInt(wallMicros())
  return [String(micros / 1000000n), String(micros % 1000000n)]
}

function slowlogGet({ shard }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const count = argv.length > 2 ? integer(argv[2], 'ERR count should be greater than or equal to -1') : 10
  if (count < -1) throw new CommandError('ERR count should be greater than or equal to -1')
  const entries = count === -1 ? shard.dispatch.slowlog.entries : shard.dispatch.slowlog.entries.slice(0, count)
  return entries.map(({ id, at, micros, argv: words, address, client }) => [id, at, micros, words, address, client])
}

/** HELP of a container command: the names of its subcommands. */
export function help(container: string, subcommands: readonly string[]): () => CommandReply {
  const lines = [
    `${container.toUpperCase()} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:`,
    ...subcommands.map((subcommand) => subcommand.toUpperCase()),
    'HELP',
    '    Print this help.',
  ]
  return () => lines.map((line) => new Simple(line))
}

const SHUTDOWN_OPTIONS: ReadonlySet<string> = new Set(['save', 'nosave', 'now', 'force', 'abort'])

export const server: CommandHandlers = {
  info,
  'config|get': configGet,
  'config|set': configSet,
  'config|resetstat'({ shard }) {
    shard.statistics.reset()
    shard.keyspace.resetStatistics()
    return OK
  },
  'config|rewrite': () => new Failure('ERR The server is running without a config file'),
  'module|list': moduleList,
  'module|load': () => new Failure('ERR Error loading the extension. Please check the server logs.'),
  'module|unload': () =>
    new Failure("ERR Error unloading module: the module exports one or more module-side data types, can't unload"),
  debug,
  'memory|usage': memoryUsage,
  'memory|stats': memoryStats,
  'memory|doctor': () =>
    new Verbatim(
      "Hi Sam, this instance is empty or is using very little memory, my issue detector can't be used in these conditions. Please, leave for your mission on Earth and fill it with some data. The new Sam and I will be back to our programming as soon as I finished rebooting.\n",
    ),
  'memory|purge': () => OK,
  'memory|malloc-stats': () => new Verbatim('Stats not supported for the current allocator'),
  'latency|latest': () => [],
  'latency|history': () => [],
  'latency|reset': () => 0,
  'latency|histogram': () => new ReplyMap([]),
  'latency|doctor': () =>
    new Verbatim(
      "I'm sorry, Dave, I can't do that. Latency monitoring is disabled in this Redis instance. You may use \"CONFIG SET latency-monitor-threshold <milliseconds>.\" in order to enable it. If we weren't in a deep space mission I'd suggest to take a look at https://redis.io/topics/latency-monitor.\n",
    ),
  'slowlog|get': slowlogGet,
  'slowlog|len': ({ shard }) => shard.dispatch.slowlog.entries.length,
  'slowlog|reset'({ shard }) {
    shard.dispatch.slowlog.clear()
    return OK
  },
  time,
  role,
  save({ shard }) {
    shard.save()
    return OK
  },
  // Saves in the foreground: a shard has little data, and the file contains what the client saw.
  bgsave({ shard }, argv) {
    if (argv.length > 2 || (argv.length === 2 && word(argv[1]) !== 'schedule')) syntaxError()
    shard.save()
    return new Simple('Background saving started')
  },
  lastsave: ({ shard }) => shard.statistics.savedAt,
  wait(_, argv) {
    integer(argv[1])
    if (integer(argv[2], 'ERR timeout is not an integer or out of range') < 0)
      throw new CommandError('ERR timeout is negative')
    return 0
  },
  monitor({ shard, session }) {
    if (!session.connected) throw new CommandError("ERR MONITOR isn't allowed for DENY BLOCKING client")
    shard.monitors.addSession(session)
    return OK
  },
  shutdown({ shard }, argv) {
    const options = new Set(argv.slice(1).map((option) => word(option)))
    for (const option of options) if (!SHUTDOWN_OPTIONS.has(option)) syntaxError()
    if (options.has('abort')) throw new CommandError('ERR No shutdown in progress.')
    if (options.has('save') && options.has('nosave')) syntaxError()
    shard.shutdown(options.has('save') ? 'always' : options.has('nosave') ? 'never' : 'with-save-points')
    return OK
  },
  lolwut: () => new Verbatim('Redis ver. 7.0.15\n'),
  readonly: ({ shard }) => clusterOnly(shard.clusterEnabled),
  readwrite: ({ shard }) => clusterOnly(shard.clusterEnabled),
  asking: ({ shard }) => clusterOnly(shard.clusterEnabled),
}

function clusterOnly(enabled: boolean): CommandReply {
  if (!enabled) throw new CommandError('ERR This instance has cluster support disabled')
  return OK
}
