import { Failure, type ShardInfo } from '../core'
import { keySlot } from './key-slot'

/** Knows which shard of the cluster serves a key. */
export class Slots {
  constructor(
    private readonly self: ShardInfo,
    private readonly peers: readonly ShardInfo[],
  ) {}

  ownerOf(slot: number): ShardInfo | undefined {
    return this.peers.find(({ slots }) => slots && slot >= slots[0] && slot <= slots[1])
  }

  /** Returns why this shard does not serve a command with these keys; undefined if it does. */
  refusal(keys: readonly Buffer[]): Failure | undefined {
    const [first, ...others] = keys
    if (!first) return undefined
    const slot = keySlot(first)
    if (others.some((key) => keySlot(key) !== slot))
      return new Failure("CROSSSLOT Keys in request don't hash to the same slot")
    const owner = this.ownerOf(slot)
    if (!owner) return new Failure('CLUSTERDOWN Hash slot not served')
    return owner.index === this.self.index ? undefined : new Failure(`MOVED ${slot} ${owner.host}:${owner.port}`)
  }
}
