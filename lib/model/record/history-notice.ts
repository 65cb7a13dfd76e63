/**
 * `damaged`: the file was moved aside. `removed`: it, or a part of it, was taken away while Gearboard ran. `empty`: an empty file was in
 * its place. `lock`: something else was in the place of the lock. `clock`: the clock of the machine jumped.
 */
export const HISTORY_NOTICE_KINDS = ['damaged', 'removed', 'empty', 'lock', 'clock'] as const

/** Something that happened to the history, shown until a user acknowledges it. */
export interface HistoryNotice {
  readonly id: number
  readonly kind: (typeof HISTORY_NOTICE_KINDS)[number]
  /** Our clock, ms. */
  readonly at: number
  /** What happened, with the names of files. */
  readonly what: string
  readonly helps: string
}
