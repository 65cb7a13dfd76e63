import type { ClientSession } from '../../clients/client-session'
import { join, leave } from '../../clients/pubsub'
import { CommandError } from '../../command-error'
import type { CommandContext } from '../../context'
import { type CommandReply, Push } from '../../core'
import { globMatch } from '../../keys/glob'
import { arg, bytes, name } from '../arguments'
import type { CommandHandlers } from '../spec'

/** What the three kinds of subscription have in common. */
interface SubscriptionKind {
  readonly prefix: '' | 'p' | 's'
  own(session: ClientSession): Set<string>
  all(context: CommandContext): Map<string, Set<ClientSession>>
  count(session: ClientSession): number
}

const CHANNELS: SubscriptionKind = {
  prefix: '',
  own: (session) => session.channels,
  all: ({ shard }) => shard.pubsub.channels,
  count: (session) => session.subscriptions,
}
const PATTERNS: SubscriptionKind = {
  prefix: 'p',
  own: (session) => session.patterns,
  all: ({ shard }) => shard.pubsub.patterns,
  count: (session) => session.subscriptions,
}
const SHARD_CHANNELS: SubscriptionKind = {
  prefix: 's',
  own: (session) => session.shardChannels,
  all: ({ shard }) => shard.pubsub.shardChannels,
  count: (session) => session.shardChannels.size,
}

/** Sends all replies except the last, which becomes the command's reply. */
function last(context: CommandContext, replies: readonly CommandReply[]): CommandReply {
  for (const reply of replies.slice(0, -1)) context.shard.clients.push(context.session, reply)
  return replies[replies.length - 1] ?? null
}

function subscribe(kind: SubscriptionKind) {
  const command = `${kind.prefix}subscribe`
  return (context: CommandContext, argv: readonly Buffer[]): CommandReply => {
    const { session } = context
    if (!session.connected || context.origin === 'lua')
      throw new CommandError(`ERR ${command.toUpperCase()} isn't allowed for a DENY BLOCKING client`)
    const replies = argv.slice(1).map((channel) => {
      kind.own(session).add(name(channel))
      join(kind.all(context), name(channel), session)
      return new Push([command, channel, kind.count(session)])
    })
    return last(context, replies)
  }
}

function unsubscribe(kind: SubscriptionKind) {
  const command = `${kind.prefix}unsubscribe`
  return (context: CommandContext, argv: readonly Buffer[]): CommandReply => {
    const { session } = context
    const names = argv.length > 1 ? argv.slice(1).map(name) : [...kind.own(session)]
    if (names.length === 0) return new Push([command, null, kind.count(session)])
    const replies = names.map((channel) => {
      kind.own(session).delete(channel)
      leave(kind.all(context), channel, session)
      return new Push([command, bytes(channel), kind.count(session)])
    })
    return last(context, replies)
  }
}

const listChannels = (channels: ReadonlyMap<string, unknown>, pattern: Buffer | undefined): CommandReply =>
  [...channels.keys()].filter((channel) => !pattern || globMatch(name(pattern), channel)).map(bytes)

const countSubscribers = (
  channels: ReadonlyMap<string, ReadonlySet<ClientSession>>,
  names: readonly Buffer[],
): CommandReply => names.flatMap((channel): CommandReply[] => [channel, channels.get(name(channel))?.size ?? 0])

export const pubsub: CommandHandlers = {
  subscribe: subscribe(CHANNELS),
  psubscribe: subscribe(PATTERNS),
  ssubscribe: subscribe(SHARD_CHANNELS),
  unsubscribe: unsubscribe(CHANNELS),
  punsubscribe: unsubscribe(PATTERNS),
  sunsubscribe: unsubscribe(SHARD_CHANNELS),
  publish: ({ shard }, argv) => shard.publish(arg(argv, 1), arg(argv, 2)),
  spublish: ({ shard }, argv) => shard.pubsub.publishToShard(arg(argv, 1), arg(argv, 2)),
  'pubsub|channels': ({ shard }, argv) => listChannels(shard.pubsub.channels, argv[2]),
  'pubsub|shardchannels': ({ shard }, argv) => listChannels(shard.pubsub.shardChannels, argv[2]),
  'pubsub|numsub': ({ shard }, argv) => countSubscribers(shard.pubsub.channels, argv.slice(2)),
  'pubsub|shardnumsub': ({ shard }, argv) => countSubscribers(shard.pubsub.shardChannels, argv.slice(2)),
  'pubsub|numpat': ({ shard }) => shard.pubsub.patterns.size,
}
