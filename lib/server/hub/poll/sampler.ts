import type { Sample } from '@/lib/model/record/sample'
import type { ExecutionStore } from '../merge/execution-store'
import type { RegistrationStore } from '../merge/registration-store'
import type { PolledShard } from './polled-shard'
import type { ListName } from './shard-snapshot'

/** Samples are at least this far apart, ms; a little less than a second, so that polls twice a second give one each second. */
const MIN_GAP_MS = 900

/** Takes the charts' figures off what the hub knows. */
export class Sampler {
  private lastAt = Number.NEGATIVE_INFINITY

  /** @param now by the clock on the wall, and the steady one. Undefined: it is too soon, or a shard was not asked yet, whose null would say that it is silent. */
  sample(
    now: { readonly at: number; readonly steadyAt: number },
    polledShards: readonly PolledShard[],
    executions: ExecutionStore,
    registrations: RegistrationStore,
  ): Sample | undefined {
    if (
      polledShards.length === 0 ||
      now.steadyAt - this.lastAt < MIN_GAP_MS ||
      !polledShards.every((polled) => polled.asked)
    )
      return undefined
    this.lastAt = now.steadyAt
    const complete = polledShards.every((polled) => polled.up)
    // What is asked for seldom says nothing of this second.
    const isNow = (list: ListName) =>
      complete && !polledShards.some(({ snapshotReader }) => snapshotReader[list].pace.isCostly)
    const counts = isNow('executions') ? executions.counts() : undefined
    const growth = registrations.takeGrowth()
    const { ended, unseen } = executions.takeEnded()
    return {
      at: now.at,
      running: counts?.running ?? null,
      waiting: counts?.waiting ?? null,
      ended,
      ...(unseen && { unseen }),
      triggered: isNow('registrations') && growth ? growth.triggered : null,
      failures: isNow('registrations') && growth ? growth.failures : null,
      memory: Object.fromEntries(
        polledShards.map((polled) => [polled.shard.key, polled.up ? (polled.snapshot?.stats ?? null) : null]),
      ),
    }
  }
}
