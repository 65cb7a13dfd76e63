import type { ExecutionPart } from './vocabulary/execution'
import { resultSafety } from './vocabulary/result-safety'

export type ProofKind = 'results' | 'refresh'

/** That a command which can crash a server does not, this time. Made only by the functions below; the command carries it among its arguments. */
export class Proof<Kind extends ProofKind> {
  private constructor(
    readonly kind: Kind,
    /** The execution that it is about; null: the server that it is sent to. */
    private readonly of: string | null,
  ) {}

  /** From the report of the shard that has the results. Undefined: nothing proves that they can be read. */
  static ofPlan(id: string, part: Pick<ExecutionPart, 'results' | 'steps'>): Proof<'results'> | undefined {
    return resultSafety(part) === 'unproven' ? undefined : new Proof('results', id)
  }

  /** The user was warned what reading these results could do, and asked for them anyway. */
  static ofConsent(id: string): Proof<'results'> {
    return new Proof('results', id)
  }

  /** @param gears major·10000 + minor·100 + patch. Undefined: RG.REFRESHCLUSTER is known to kill this server. */
  static ofVersions(redis: string | undefined, gears: number | undefined): Proof<'refresh'> | undefined {
    const killed = Number.parseInt(redis ?? '', 10) >= 7 && gears !== undefined && gears <= LAST_KILLED_BY_REFRESH
    return killed ? undefined : new Proof('refresh', null)
  }

  /** Whether it is about the arguments of the command. */
  covers([subject]: readonly unknown[]): boolean {
    return this.of === null || this.of === subject
  }
}

/** The last version that RG.REFRESHCLUSTER crashes on Redis 7 and later (measured). */
const LAST_KILLED_BY_REFRESH = 10205
