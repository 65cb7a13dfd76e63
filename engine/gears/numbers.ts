import type { Cluster } from './cluster'
import type { Version } from './terms'

/** The numbers in the ids of executions, registrations and 1.0's sessions; those of all shards go in step (protocol 2.1). */
export class Numbers {
  private executions = 0
  private registrations = 0
  private sessions = 0

  constructor(
    private readonly cluster: Cluster,
    private readonly version: Version,
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

  /** A session of an earlier life came back: in 1.0 its name is a number. */
  restoredSession(name: string): void {
    const number = Number(name.slice(name.lastIndexOf('-') + 1))
    if (this.version === '1.0' && Number.isSafeInteger(number)) this.sessions = Math.max(this.sessions, number + 1)
  }

  /** 1.0 numbers its sessions. */
  nextSessionId(): string {
    return `${this.cluster.shardId}-${this.sessions++}`
  }

  /** An execution of another shard's that this one takes part in: both count it. */
  joined(registered: boolean): void {
    this.executions += 1
    if (!registered) this.registrations += 1
  }

  /** Registrations of another shard's script: a builder's number and one of its own each, as there. */
  registeredElsewhere(count: number): void {
    if (this.version !== '1.0') this.registrations += 2 * count
  }

  /** In 1.2 commands that act on all shards are executions themselves, which only leave the gap: they use up a number of each kind. */
  countHidden(): void {
    if (this.version === '1.0') return
    this.executions += 1
    this.registrations += 1
  }
}
