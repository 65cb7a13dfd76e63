import { type CommandReply, Push } from '../core'
import { globMatch } from '../keys/glob'
import type { ClientSession } from './client-session'

type Subscribers = Map<string, Set<ClientSession>>

/** The channels, patterns and shard channels of one shard. */
export class PubSub {
  readonly channels: Subscribers = new Map()
  readonly patterns: Subscribers = new Map()
  readonly shardChannels: Subscribers = new Map()

  constructor(private readonly push: (session: ClientSession, reply: CommandReply) => void) {}

  /** Sends to this shard's subscribers; returns how many there were. */
  publish(channel: Buffer, message: Buffer): number {
    const name = channel.toString('latin1')
    let receivers = 0
    for (const session of this.channels.get(name) ?? []) {
      this.push(session, new Push(['message', channel, message]))
      receivers += 1
    }
    for (const [pattern, sessions] of this.patterns) {
      if (!globMatch(pattern, name)) continue
      for (const session of sessions) {
        this.push(session, new Push(['pmessage', Buffer.from(pattern, 'latin1'), channel, message]))
        receivers += 1
      }
    }
    return receivers
  }

  publishToShard(channel: Buffer, message: Buffer): number {
    const sessions = this.shardChannels.get(channel.toString('latin1'))
    for (const session of sessions ?? []) this.push(session, new Push(['smessage', channel, message]))
    return sessions?.size ?? 0
  }

  /** Called when the client has left. */
  forget(session: ClientSession): void {
    for (const name of session.channels) leave(this.channels, name, session)
    for (const name of session.patterns) leave(this.patterns, name, session)
    for (const name of session.shardChannels) leave(this.shardChannels, name, session)
    session.channels.clear()
    session.patterns.clear()
    session.shardChannels.clear()
  }
}

export function join(subscribers: Subscribers, name: string, session: ClientSession): void {
  const sessions = subscribers.get(name)
  if (sessions) sessions.add(session)
  else subscribers.set(name, new Set([session]))
}

export function leave(subscribers: Subscribers, name: string, session: ClientSession): void {
  const sessions = subscribers.get(name)
  if (!sessions?.delete(session)) return
  if (sessions.size === 0) subscribers.delete(name)
}
