import { randomBytes } from 'node:crypto'
import type { Cluster } from './cluster'
import type { GearsVersion } from './terms'

/** The numbers in ids of executions, registrations and, in 1.0, sessions. All shards count in step (protocol 2.1). */
export class Numbers {
  private executions = 0
  private registrations = 0
  private sessions = 0

  constructor(
    private readonly cluster: Cluster,
    private readonly version: GearsVersion,
  ) {}

  nextExecutionId(): string {
    return `${this.cluster.shardId}-${this.executions++}`
  }

  nextRegistrationId(): string {
    return this.registrationId(this.nextRegistrationNumber())
  }

  registrationId(number: number): string {
    return `${this.cluster.shardId}-${number}`
  }

  nextRegistrationNumber(): number {
    return this.registrations++
  }

  /** Marks the number of a restored registration as taken. */
  restored(id: string): void {
    this.registrations = Math.max(this.registrations, Number(id.slice(id.lastIndexOf('-') + 1)) + 1)
  }

  /**
   * A name for a session without one: 40 hex digits. Version 1.0 numbers sessions, one per script, even if the script builds nothing. In
   * 1.0, every shard counts separately, and assigns a number of its own to what other shards' scripts run and register, and to what it
   * loads.
   */
  sessionName(): string {
    return this.version === '1.0' ? `${this.cluster.shardId}-${this.sessions++}` : randomBytes(20).toString('hex')
  }

  /** This shard's name for a session that another shard, or this shard before a restart, calls `name`. */
  nameHere(name: string): string {
    return this.version === '1.0' ? this.sessionName() : name
  }

  /** Counts an execution of another shard in which this shard takes part; both count it. */
  joined(registered: boolean): void {
    this.executions += 1
    if (!registered) this.registrations += 1
  }

  /**
   * Counts registrations of another shard's script, as RedisGears does: one number for the builder and one for the registration. In 1.0,
   * their ids are taken.
   */
  registeredElsewhere(ids: readonly string[]): void {
    if (this.version === '1.0') for (const id of ids) this.restored(id)
    else this.registrations += 2 * ids.length
  }

  /**
   * Counts a command that acts on all shards. RedisGears runs it as an execution that is never listed, which uses up a number of each kind.
   */
  countHidden(): void {
    this.executions += 1
    this.registrations += 1
  }
}
