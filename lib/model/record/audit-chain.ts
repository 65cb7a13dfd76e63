import { formatCount, plural } from '@gearboard/gears/vocabulary/text'

/**
 * `changed`: an entry is not what was recorded. `missing`: entries before this one are gone. `unlinked`: it does not follow the entry before
 * it, which was replaced. `inserted`: Gearboard did not record it. `end`: the newest entries are gone. `ends`: what Gearboard keeps of the
 * chain's beginning and end was changed or removed.
 */
type ChainBreakKind = 'changed' | 'missing' | 'unlinked' | 'inserted' | 'end' | 'ends'

export interface ChainBreak {
  readonly kind: ChainBreakKind
  /** Of the entry; of the newest recorded one for `end`, null for `ends`. */
  readonly id: number | null
}

/** What the audit log's chain of hashes shows, over all connections. */
export interface AuditChainCheck {
  /** Entries whose hash is what this Gearboard's key gives, up to the first that is not. */
  readonly checked: number
  /** Entries that a Gearboard without a chain recorded: nothing shows whether they were changed. */
  readonly unchained: number
  /** Entries that another key sealed: only their order can be checked. */
  readonly otherKey: number
  /** False: there was no key, and whoever can write the file can compute the hashes as well. */
  readonly keyed: boolean
  /** Of the newest entry: kept elsewhere, it shows later that nothing up to it was replaced. */
  readonly newest: { readonly id: number; readonly hash: string } | null
  /** The first that is wrong; null: the chain is intact. */
  readonly broken: ChainBreak | null
}

const BREAK_IN_WORDS: Readonly<Record<ChainBreakKind, (entry: string) => string>> = {
  changed: (entry) => `entry ${entry} was changed after it was recorded`,
  missing: (entry) => `entries before entry ${entry} are missing`,
  unlinked: (entry) => `the entry before entry ${entry} was replaced`,
  inserted: (entry) => `entry ${entry} was not recorded by Gearboard`,
  end: (entry) => `the newest entries are missing, up to entry ${entry}`,
  ends: () => 'the first or last hash of the chain was changed or removed',
}

/** The headline and what limits it, a sentence each. */
export function chainInWords({ checked, unchained, otherKey, keyed, broken }: AuditChainCheck): {
  readonly headline: string
  readonly limits: readonly string[]
} {
  const limits = [
    unchained > 0 && `${plural(unchained, 'older entry', 'older entries')} without hashes could not be checked.`,
    otherKey > 0 && `${plural(otherKey, 'entry', 'entries')} sealed with another key could not be checked.`,
    !keyed && 'There is no secret key, so the hashes protect from accidents only.',
  ].filter((words) => words !== false)
  if (broken === null) return { headline: `Chain intact: ${plural(checked, 'entry', 'entries')}`, limits }
  const { kind, id } = broken
  const entry = id === null ? '' : formatCount(id)
  return { headline: `Chain broken: ${BREAK_IN_WORDS[kind](entry)}`, limits }
}
