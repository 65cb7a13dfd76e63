import type { Sample } from '@/lib/model/record/sample'
import type { ExecutionLedger } from '../merge/ledger'
import type { RegistrationBook } from '../merge/registration-book'
import type { ListName } from './look'
import type { ShardWatch } from './shard-watch'

/** Samples are at least this far apart, ms; a little less than a second, so that polls twice a second give one each second. */
const MIN_GAP_MS = 900

/** Takes the charts' figures off what the hub knows. */
export class Sampler {
  private lastAt = Number.NEGATIVE_INFINITY

  /** @param now by the clock on the wall, and the steady one. Undefined: it is too soon, or a shard was not asked yet, whose null would say that it is silent. */
  sample(
    now: { readonly at: number; readonly steadyAt: number },
    watches: readonly ShardWatch[],
    ledger: ExecutionLedger,
    book: RegistrationBook,
  ): Sample | undefined {
    if (watches.length === 0 || now.steadyAt - this.lastAt < MIN_GAP_MS || !watches.every((watch) => watch.asked))
      return undefined
    this.lastAt = now.steadyAt
    const complete = watches.every((watch) => watch.up)
    // What is asked for seldom says nothing of this second.
    const isNow = (list: ListName) => complete && !watches.some(({ looker }) => looker[list].pace.isCostly)
    const counts = isNow('executions') ? ledger.counts() : undefined
    const growth = book.takeGrowth()
    return {
      at: now.at,
      running: counts?.running ?? null,
      waiting: counts?.waiting ?? null,
      ended: ledger.takeEnded(),
      triggered: isNow('registrations') && growth ? growth.triggered : null,
      failures: isNow('registrations') && growth ? growth.failures : null,
      memory: Object.fromEntries(
        watches.map((watch) => [watch.shard.key, watch.up ? (watch.look?.stats ?? null) : null]),
      ),
    }
  }
}
