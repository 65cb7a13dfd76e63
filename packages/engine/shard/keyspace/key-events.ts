import type { PubSub } from '../clients/pubsub'
import type { Context, KeyEvent } from '../core'
import type { RedisConfig } from '../redis-config'
import { eventClass, published } from './event-flags'

type Listener = (event: KeyEvent, cause: Context | undefined) => void

/** Keyspace notifications. Gears gets all of them, subscribers only those that notify-keyspace-events names. */
export class KeyEvents {
  private readonly listeners: Listener[] = []

  constructor(
    private readonly config: RedisConfig,
    private readonly pubsub: PubSub,
  ) {}

  listen(listener: Listener): void {
    this.listeners.push(listener)
  }

  announce(db: number, event: string, key: string, cause: Context | undefined): void {
    const flags = this.config.eventFlags
    const tells = flags !== '' && published(flags, eventClass(event))
    if (event === 'new' && !tells) return
    const bytes = Buffer.from(key, 'latin1')
    if (event !== 'new') for (const listener of this.listeners) listener({ event, key: bytes }, cause)
    if (!tells) return
    const name = Buffer.from(event)
    if (flags.includes('K')) this.pubsub.publish(Buffer.concat([Buffer.from(`__keyspace@${db}__:`), bytes]), name)
    if (flags.includes('E')) this.pubsub.publish(Buffer.from(`__keyevent@${db}__:${event}`), bytes)
  }
}
