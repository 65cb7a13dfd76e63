import type { ExecutionPart } from '@gearboard/gears/vocabulary/execution'
import type { ListsOfOneMoment } from '../poll/shard-snapshot'
import type { Feed } from '../publish/feed'
import type { ExecutionStore } from './execution-store'
import { initiatorOf, isFinal } from './merge-execution'
import { OriginInference, planOf, staysListed, windowOf } from './origin-inference'

/** Attributes executions to the registrations that started them, where that can be inferred. */
export class Origins {
  private readonly inference = new OriginInference()

  constructor(
    private readonly executionStore: ExecutionStore,
    private readonly feed: Feed,
  ) {}

  /** Two polls of a shard, one after the other. */
  compare(shard: string, before: ListsOfOneMoment, now: ListsOfOneMoment): void {
    const window = windowOf(shard, before, now)
    const registration = this.inference.observe(window)
    if (registration === undefined) return
    for (const key of window.newcomers) this.attribute(key, registration)
  }

  /** What a shard reported about an execution. */
  read(key: string, shard: string, part: ExecutionPart): void {
    const entry = this.executionStore.get(key)
    if (!entry?.parts.get(shard)?.registered || initiatorOf(entry) !== shard) return
    const { origin } = entry
    const registrations = [...this.feed.registrations.values()]
    if (origin.kind === 'registration') {
      const registration = registrations.find(({ id }) => id === origin.registrationId)
      if (registration) this.inference.learn(registration.key, planOf(part))
      return
    }
    // While it runs it may be one of a trigger.
    if (!isFinal(part)) return
    const ran = registrations.flatMap((each) => (each.counters.triggered > 0 && staysListed(each) ? [each.key] : []))
    const plan = planOf(part)
    const registration = this.inference.byPlan(key, plan, ran)
    if (registration === undefined) return
    this.inference.learn(registration, plan)
    this.attribute(key, registration)
  }

  /** The feed has fewer registrations than before. */
  forgetLost(): void {
    this.inference.retain(new Set([...this.feed.registrations.values()].map(({ key }) => key)))
  }

  private attribute(key: string, registration: string): void {
    const row = this.feed.registrations.get(registration)
    if (!row) return
    this.executionStore.attribute(key, { kind: 'registration', name: row.name, registrationId: row.id, inferred: true })
  }
}
