import { wallMs } from '@gearboard/gears/vocabulary/clock'
import type { LiveDelta } from '@/lib/api/contract/connections'
import type { ShardState } from '@/lib/model/cluster/shard'
import type { ConnectionState } from '@/lib/model/connection/connection'
import type { Execution } from '@/lib/model/executions/execution'
import type { Sample } from '@/lib/model/record/sample'
import type { Registration } from '@/lib/model/registrations/registration'
import { registrationRow } from '@/lib/model/registrations/registration-row'
import { Published } from './published'
import { type Upserts, VersionedMap } from './versioned-map'

/** Samples kept for charts: 15 minutes at one a second. */
const KEPT_SAMPLES = 900
/** Messages kept ready for one version: the viewers ask for a few different ones at most. */
const KEPT_MESSAGES = 64

/** What one publication changes; what it leaves out stays the same. */
export interface Publication {
  readonly connection?: ConnectionState
  readonly shards?: readonly ShardState[]
  readonly executions?: Upserts<Execution>
  readonly registrations?: Upserts<Registration>
  readonly sample?: Sample
}

/**
 * What the viewers of a connection see, versioned. Each row keeps the version that last changed it, so that the difference to any earlier
 * version is one scan and a slow reader gets one merged delta however much it missed. Each row is serialised once, and each message for
 * the current version is kept: all viewers that are up to date share one.
 */
export class Feed {
  readonly executions: VersionedMap<Execution>
  readonly registrations: VersionedMap<Registration>
  private samples: Published<Sample>[] = []
  private shards: readonly ShardState[] = []
  private readonly listeners = new Set<() => void>()
  private readonly messages = new Map<number | undefined, Buffer>()
  private readonly firstVersion: number

  /** Versions start at the clock: those of an earlier run of this server are all older, so that its viewers get everything again. */
  constructor(
    private state: ConnectionState,
    private current: number = wallMs(),
  ) {
    this.firstVersion = current
    this.executions = new VersionedMap<Execution>((execution) => execution.key)
    this.registrations = new VersionedMap<Registration>((registration) => registration.key, registrationRow)
  }

  get version(): number {
    return this.current
  }

  get connection(): ConnectionState {
    return this.state
  }

  get shardStates(): readonly ShardState[] {
    return this.shards
  }

  get keptSamples(): readonly Sample[] {
    return this.samples.map(({ value }) => value)
  }

  get lastSample(): Sample | undefined {
    return this.samples.at(-1)?.value
  }

  publish(change: Publication): void {
    const version = ++this.current
    if (change.connection) this.state = change.connection
    if (change.shards) this.shards = change.shards
    if (change.executions) this.executions.apply(change.executions, version)
    if (change.registrations) this.registrations.apply(change.registrations, version)
    if (change.sample) {
      this.samples.push(new Published(change.sample, version))
      if (this.samples.length > KEPT_SAMPLES) this.samples.shift()
    }
    this.messages.clear()
    for (const listener of this.listeners) listener()
  }

  /** What changed after `version`; everything where that is unknown or too old. */
  since(version: number | undefined): LiveDelta {
    const from = this.reaches(version) ? version : undefined
    return {
      ...this.around(from),
      executions: this.executions.since(from),
      registrations: this.registrations.since(from),
      samples: this.samplesSince(from).map(({ value }) => value),
    }
  }

  /** `since` as JSON, in UTF-8, made once for all viewers that ask the same. Not to be written to. */
  jsonSince(version: number | undefined): Buffer {
    const from = this.reaches(version) ? version : undefined
    const ready = this.messages.get(from)
    if (ready) return ready
    const rows = [
      `"executions":${this.executions.jsonSince(from)}`,
      `"registrations":${this.registrations.jsonSince(from)}`,
      `"samples":[${this.samplesSince(from)
        .map(({ text }) => text)
        .join(',')}]`,
    ]
    const message = Buffer.from(`${JSON.stringify(this.around(from)).slice(0, -1)},${rows.join(',')}}`)
    if (this.messages.size < KEPT_MESSAGES) this.messages.set(from, message)
    return message
  }

  /** Calls back after each publication, until the function returned is called. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** What a delta says besides its rows. */
  private around(from: number | undefined): Pick<LiveDelta, 'version' | 'full' | 'connection' | 'shards'> {
    return { version: this.current, full: from === undefined, connection: this.state, shards: this.shards }
  }

  private samplesSince(from: number | undefined): Published<Sample>[] {
    return from === undefined ? this.samples : this.samples.filter(({ version }) => version > from)
  }

  private reaches(version: number | undefined): version is number {
    const oldest = Math.max(this.firstVersion, this.executions.oldest, this.registrations.oldest)
    return version !== undefined && version >= oldest && version <= this.current
  }
}
