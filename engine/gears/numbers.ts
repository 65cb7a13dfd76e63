import { randomBytes } from 'node:crypto'
import type { Cluster } from './cluster'
import type { GearsVersion } from './terms'

/** The numbers in the ids of executions, registrations and 1.0's sessions; those of all shards go in step (protocol 2.1). */
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

  /** A registration of the life before a crash came back: its number is taken. */
  restored(id: string): void {
    this.registrations = Math.max(this.registrations, Number(id.slice(id.lastIndexOf('-') + 1)) + 1)
  }

  /**
   * The name of a session that is given none: 40 hex digits. 1.0 numbers them, one for each script, whether it builds anything or not.
   * Each shard of 1.0 counts on its own, and gives a number of its own to what other shards' scripts run and register, and what it loads.
   */
  sessionName(): string {
    return this.version === '1.0' ? `${this.cluster.shardId}-${this.sessions++}` : randomBytes(20).toString('hex')
  }

  /** How this shard calls a session that another shard, or this one in an earlier life, calls `name`. */
  nameHere(name: string): string {
    return this.version === '1.0' ? this.sessionName() : name
  }

  /** An execution of another shard's that this one takes part in: both count it. */
  joined(registered: boolean): void {
    this.executions += 1
    if (!registered) this.registrations += 1
  }

  /** Registrations of another shard's script: a builder's number and one of its own each, as there. In 1.0 their ids are taken. */
  registeredElsewhere(ids: readonly string[]): void {
    if (this.version === '1.0') for (const id of ids) this.restored(id)
    else this.registrations += 2 * ids.length
  }

  /** Commands that act on all shards are executions themselves, which only leave the gap: they use up a number of each kind. */
  countHidden(): void {
    this.executions += 1
    this.registrations += 1
  }
}
