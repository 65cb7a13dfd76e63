import { basename, dirname } from 'node:path'
import type { LogLevel, ShardData } from '../wire/messages'
import { CommandError } from './command-error'
import { normalizeEventFlags } from './keyspace/event-flags'
import { savePoints } from './persistence'

const LEVELS: readonly LogLevel[] = ['debug', 'verbose', 'notice', 'warning']

interface ConfigParameter {
  value: string
  /** Returns the value to store, or throws `CommandError` with the reason. Parameters without it cannot be set. */
  readonly check?: (text: string) => string
}

const integer =
  (low: number, high: number) =>
  (text: string): string => {
    if (!/^-?[0-9]+$/.test(text)) throw new CommandError("argument couldn't be parsed into an integer")
    if (Number(text) < low || Number(text) > high)
      throw new CommandError(`argument must be between ${low} and ${high} inclusive`)
    return String(Number(text))
  }

const UNITS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    '': 1,
    b: 1,
    k: 1e3,
    kb: 1024,
    m: 1e6,
    mb: 1024 ** 2,
    g: 1e9,
    gb: 1024 ** 3,
  }),
)

const memory = (text: string): string => {
  const match = /^([0-9]+)([a-z]*)$/i.exec(text)
  const unit = UNITS.get(match?.[2]?.toLowerCase() ?? '?')
  if (!match || unit === undefined) throw new CommandError('argument must be a memory value')
  return String(Number(match[1]) * unit)
}

const yesNo = (text: string): string => {
  const value = text.toLowerCase()
  if (value !== 'yes' && value !== 'no') throw new CommandError("argument must be 'yes' or 'no'")
  return value
}

const oneOf =
  (...values: readonly string[]) =>
  (text: string): string => {
    const value = text.toLowerCase()
    if (!values.includes(value))
      throw new CommandError(`argument(s) must be one of the following: ${values.join(', ')}`)
    return value
  }

const any = (text: string): string => text

const events = (text: string): string => {
  const flags = normalizeEventFlags(text)
  if (flags === undefined) throw new CommandError("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.")
  return flags
}

/** Redis's default. */
const SAVE_POINTS = '3600 1 300 100 60 10000'

const COUNT = integer(0, Number.MAX_SAFE_INTEGER)

/** The parameters that clients ask for. Those that name a limit of redis-server are stored and shown, but have no effect. */
const parameters = (data: ShardData): [string, ConfigParameter][] => {
  const self = data.peers[data.index]
  return [
    ['acllog-max-len', { value: '128', check: COUNT }],
    ['active-expire-effort', { value: '1', check: integer(1, 10) }],
    ['activedefrag', { value: 'no', check: yesNo }],
    ['appendfsync', { value: 'everysec', check: oneOf('everysec', 'always', 'no') }],
    ['appendonly', { value: 'no' }],
    ['bind', { value: self?.host ?? '127.0.0.1' }],
    ['busy-reply-threshold', { value: '5000', check: COUNT }],
    ['client-output-buffer-limit', { value: 'normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60' }],
    ['client-query-buffer-limit', { value: '1073741824' }],
    ['cluster-enabled', { value: data.clusterEnabled ? 'yes' : 'no' }],
    ['cluster-node-timeout', { value: '15000', check: COUNT }],
    ['cluster-require-full-coverage', { value: 'yes', check: yesNo }],
    ['databases', { value: '16' }],
    ['dbfilename', { value: basename(data.dumpFile ?? 'dump.rdb') }],
    ['dir', { value: data.dumpFile === undefined ? '/' : dirname(data.dumpFile) }],
    ['hash-max-listpack-entries', { value: '512', check: COUNT }],
    ['hash-max-listpack-value', { value: '64', check: COUNT }],
    ['hz', { value: '10', check: integer(1, 500) }],
    ['io-threads', { value: '1' }],
    ['latency-monitor-threshold', { value: '0', check: COUNT }],
    ['latency-tracking', { value: 'yes', check: yesNo }],
    ['lazyfree-lazy-eviction', { value: 'no', check: yesNo }],
    ['lazyfree-lazy-expire', { value: 'no', check: yesNo }],
    ['lazyfree-lazy-user-del', { value: 'no', check: yesNo }],
    ['list-max-listpack-size', { value: '-2', check: integer(-2147483648, 2147483647) }],
    ['lfu-decay-time', { value: '1', check: COUNT }],
    ['lfu-log-factor', { value: '10', check: COUNT }],
    ['logfile', { value: '' }],
    ['loglevel', { value: 'notice', check: oneOf('debug', 'verbose', 'notice', 'warning') }],
    ['lua-time-limit', { value: '5000', check: COUNT }],
    ['maxclients', { value: '10000' }],
    ['maxmemory', { value: '0', check: memory }],
    [
      'maxmemory-policy',
      {
        value: 'noeviction',
        check: oneOf(
          'volatile-lru',
          'volatile-lfu',
          'volatile-random',
          'volatile-ttl',
          'allkeys-lru',
          'allkeys-lfu',
          'allkeys-random',
          'noeviction',
        ),
      },
    ],
    ['maxmemory-samples', { value: '5', check: integer(1, 64) }],
    ['notify-keyspace-events', { value: '', check: events }],
    ['port', { value: String(self?.port ?? 0) }],
    ['proto-max-bulk-len', { value: '536870912' }],
    ['protected-mode', { value: 'yes', check: yesNo }],
    ['repl-backlog-size', { value: '1048576', check: memory }],
    ['replica-read-only', { value: 'yes', check: yesNo }],
    ['requirepass', { value: data.requirepass, check: any }],
    ['save', { value: data.dumpFile === undefined ? '' : SAVE_POINTS, check: points }],
    ['set-max-intset-entries', { value: '512', check: COUNT }],
    ['slowlog-log-slower-than', { value: '10000', check: integer(-1, Number.MAX_SAFE_INTEGER) }],
    ['slowlog-max-len', { value: '128', check: COUNT }],
    ['stream-node-max-bytes', { value: '4096', check: memory }],
    ['stream-node-max-entries', { value: '100', check: COUNT }],
    ['tcp-backlog', { value: '511' }],
    ['tcp-keepalive', { value: '300', check: COUNT }],
    ['timeout', { value: '0', check: COUNT }],
    ['tls-port', { value: '0' }],
    ['unixsocket', { value: '' }],
    ['zset-max-listpack-entries', { value: '128', check: COUNT }],
    ['zset-max-listpack-value', { value: '64', check: COUNT }],
  ]
}

/** A shard's CONFIG. */
export class RedisConfig {
  private readonly parameters: Map<string, ConfigParameter>

  constructor(data: ShardData) {
    this.parameters = new Map(parameters(data))
  }

  get(name: string): string {
    return this.parameters.get(name)?.value ?? ''
  }

  entries(): (readonly [string, string])[] {
    return [...this.parameters].map(([name, { value }]) => [name, value])
  }

  get eventFlags(): string {
    return this.get('notify-keyspace-events')
  }

  private get level(): LogLevel {
    const set = this.get('loglevel')
    return LEVELS.find((level) => level === set) ?? 'notice'
  }

  logs(level: LogLevel): boolean {
    return LEVELS.indexOf(level) >= LEVELS.indexOf(this.level)
  }

  /** Sets all parameters or none, as CONFIG SET does in Redis 7. Throws `CommandError` with Redis's text. */
  set(pairs: readonly (readonly [string, string])[]): void {
    const checked: [ConfigParameter, string][] = []
    for (const [name, text] of pairs) {
      const parameter = this.parameters.get(name)
      if (!parameter) throw new CommandError(`ERR Unknown option or number of arguments for CONFIG SET - '${name}'`)
      if (checked.some(([each]) => each === parameter)) throw new CommandError(failed(name, 'duplicate parameter'))
      if (!parameter.check) throw new CommandError(failed(name, "can't set immutable config"))
      try {
        checked.push([parameter, parameter.check(text)])
      } catch (error) {
        throw error instanceof CommandError ? new CommandError(failed(name, error.message)) : error
      }
    }
    for (const [parameter, value] of checked) parameter.value = value
  }
}

function points(text: string): string {
  if (!savePoints(text)) throw new CommandError('Invalid save parameters')
  return text
}

const failed = (name: string, why: string): string =>
  `ERR CONFIG SET failed (possibly related to argument '${name}') - ${why}`
