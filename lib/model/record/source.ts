export const SOURCE_OUTCOMES = [
  'sent',
  'registered',
  'partial',
  'nothing',
  'started',
  'finished',
  'rejected',
  'not_sent',
] as const

/** A script that was sent to the server through Gearboard. */
export interface SubmittedSource {
  readonly id: string
  readonly connection: string
  /** Our clock, ms. */
  readonly at: number
  /** Null where signing in is not required. */
  readonly author: string | null
  /** The description, else the session id, else a number: versions are counted by it. */
  readonly name: string
  readonly requirements: readonly string[]
  /** Of RG.PYEXECUTE, by the contract's names. */
  readonly options: Readonly<Record<string, string | boolean>>
  /**
   * `sent`: no answer yet, or none ever came. `rejected`: `error` is the server's words. `not_sent`: it never left Gearboard. `partial`: some
   * shards have its registrations.
   */
  readonly outcome: (typeof SOURCE_OUTCOMES)[number]
  readonly error: string | null
  readonly executionId: string | null
  readonly registrations: readonly string[]
}

/** The same text under the same name is the same version, however often it is submitted. */
export interface SourceVersion extends SubmittedSource {
  /** From 1, by name. */
  readonly version: number
  /** SHA-256 of the script, hex. */
  readonly hash: string
  readonly bytes: number
}

export interface SourceWithScript extends SourceVersion {
  readonly script: string
}

export interface SourceQuery {
  readonly connection: string
  readonly name?: string
  /** Only what was sent under this session id. */
  readonly session?: string
  readonly cursor?: string
  /** 1 to 200. */
  readonly limit?: number
}

/** Newest first, without the scripts. */
export interface SourcePage {
  readonly sources: readonly SourceVersion[]
  readonly next: string | null
  /** Entries of this page that are damaged, and left out. */
  readonly unreadable?: number
}
