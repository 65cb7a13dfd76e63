/** The name under which Gearboard's own aborts of what runs too long are in history. */
export const WATCHDOG = 'watchdog'

/** The name under which Gearboard submits the example shop's functions to the RedisGears that it started itself. */
export const SAMPLE_DATA = 'sample data'

/** Worst first. `refused`: not sent to the server. */
export const AUDIT_OUTCOMES = ['failed', 'partial', 'refused', 'ok'] as const

/** Something that a user did through Gearboard, or was refused. */
export interface AuditEntry {
  /** Our clock, ms. */
  readonly at: number
  /** Null for what concerns no connection, such as signing in. */
  readonly connection: string | null
  /** Name of the user or of the token; `anonymous` where signing in is not required. */
  readonly who: string
  readonly ip: string | null
  /** The endpoint's name in the contract: `unregister`. */
  readonly action: string
  /** Id, key or name of what it was done to. */
  readonly target: string | null
  /** What it was before and after, as text for people. */
  readonly before: string | null
  readonly after: string | null
  readonly outcome: (typeof AUDIT_OUTCOMES)[number]
  readonly error: string | null
  /**
   * What it brought about, besides its target; of an unregister the sources that made what it removed. Absent: nothing with an id, or an earlier
   * Gearboard recorded it.
   */
  readonly links?: readonly AuditLink[]
}

export const AUDIT_LINKS = ['execution', 'registration', 'source'] as const

/** Names an execution or a registration by its id or key, or a recorded source. */
export interface AuditLink {
  readonly kind: (typeof AUDIT_LINKS)[number]
  readonly id: string
}

/** An action that has not ended; `at` is when it was accepted. */
export type ActionUnderWay = Pick<AuditEntry, 'at' | 'connection' | 'who' | 'ip' | 'action' | 'target'>

export interface AuditQuery {
  readonly connection?: string
  /** With what concerns no connection, such as signing in. */
  readonly own?: boolean
  readonly who?: string
  readonly action?: string
  /** Part of what it was done to, or of what it says of it before and after. Upper and lower case are the same in ASCII. */
  readonly target?: string
  readonly outcome?: AuditEntry['outcome']
  readonly from?: number
  readonly to?: number
  readonly cursor?: string
  /** 1 to 500. */
  readonly limit?: number
}

/** Newest first. */
export interface AuditPage {
  readonly entries: readonly (AuditEntry & { readonly id: number })[]
  readonly next: string | null
  /** Entries of this page that are damaged, and left out. */
  readonly unreadable?: number
}
