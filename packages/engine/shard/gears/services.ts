import { steadyMs } from '../../clock'
import type { ShardApi } from '../core'
import type { AtomicLock } from './atomic-lock'
import type { Cluster } from './cluster'
import type { PythonInterpreter } from './python-interpreter'

/** Services for Python other than runs and registrations: turns of the event loop, and the shard's place in the cluster. */
export class Services {
  private pump: { due: number; cancel(): void } | undefined
  private tag: string | undefined

  constructor(
    private readonly shard: ShardApi,
    private readonly python: PythonInterpreter,
    private readonly lock: AtomicLock,
    private readonly cluster: Cluster,
  ) {}

  shardOf(key: string): number {
    const slot = this.shard.keySlot(Buffer.from(key))
    const owner = this.shard.peers.find(({ slots }) => slots && slots[0] <= slot && slot <= slots[1])
    return owner?.index ?? this.shard.self.index
  }

  /** A short string that hashes to this shard's lowest slot. */
  hashtag(): string {
    return this.cluster.formed ? this.ownTag() : SLOT_ZERO_TAG
  }

  ownTag(): string {
    this.tag ??= this.findTag(this.shard.self.slots?.[0] ?? 0)
    return this.tag
  }

  private findTag(slot: number): string {
    for (const length of [2, 3]) {
      for (const tag of texts(length)) if (this.shard.keySlot(Buffer.from(tag)) === slot) return tag
    }
    return SLOT_ZERO_TAG
  }

  /** The event loop has something due in `ms`. */
  pumpIn(ms: number): void {
    const { shard, python, lock } = this
    const due = steadyMs() + ms
    if (this.pump) {
      if (this.pump.due <= due) return
      this.pump.cancel()
    }
    const turn = (): void => {
      this.pump = undefined
      lock.whenFree(() => {
        python.run((entry) => entry.pump())
      })
    }
    if (ms > 0) {
      const timer = shard.timer(ms, turn)
      this.pump = { due, cancel: () => timer.cancel() }
      return
    }
    let cancelled = false
    this.pump = {
      due,
      cancel: () => {
        cancelled = true
      },
    }
    shard.later(() => {
      if (!cancelled) turn()
    })
  }
}

const SLOT_ZERO_TAG = '06S'
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

function* texts(length: number): Generator<string> {
  if (length === 0) return yield ''
  for (const digit of DIGITS) for (const rest of texts(length - 1)) yield digit + rest
}
