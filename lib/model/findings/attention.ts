import type { Finding } from './finding'
import { FINDING_KINDS, type FindingKind } from './finding-kinds'

/** A row stays in the list for so long after its finding last applied, ms. */
export const STAYS_MS = 60_000

/** Measured by a rate that may hover at its limit: over when it has not applied for so long. */
const SETTLING: ReadonlySet<FindingKind> = new Set(['stalled', 'lagging', 'evicted'])

/** A finding in the list, which stays for a while when it no longer applies. */
export interface AttentionRow {
  /** As it was last. */
  readonly finding: Finding
  /** Our clock, ms. */
  readonly appliedAt: number
  /** It no longer applies. */
  readonly over: boolean
}

/**
 * The list of what needs attention after another look. Rows of one urgency keep their order.
 * @param before the list so far @param findings what applies now, most urgent first @param now our clock, ms
 * @param held a person reads it: no row changes its place or leaves, and new ones come last
 */
export function attend(
  before: readonly AttentionRow[],
  findings: readonly Finding[],
  now: number,
  held: boolean,
): readonly AttentionRow[] {
  const applying = new Map(findings.map((finding) => [finding.key, finding]))
  const kept = before.flatMap((row): readonly AttentionRow[] => {
    const finding = applying.get(row.finding.key)
    if (finding) return [{ finding, appliedAt: now, over: false }]
    // Where the clock was set back, its age is unknown.
    const age = now - row.appliedAt
    const stays = age >= 0 && age < STAYS_MS
    if (!row.over && stays && SETTLING.has(row.finding.kind)) return [row]
    return stays || held ? [{ ...row, over: true }] : []
  })
  const known = new Set(before.map(({ finding }) => finding.key))
  const rows = [
    ...kept,
    ...findings.filter(({ key }) => !known.has(key)).map((finding) => ({ finding, appliedAt: now, over: false })),
  ]
  return held ? rows : rows.sort((a, b) => rank(a) - rank(b))
}

const rank = ({ finding }: AttentionRow): number => FINDING_KINDS.indexOf(finding.kind)

/** What applies, as far as the list says. */
export const applyingNow = (rows: readonly AttentionRow[]): readonly Finding[] =>
  rows.flatMap(({ finding, over }) => (over ? [] : [finding]))

/** What a row says that is over. @param kind as it was last @param gone what it concerned is no longer there */
export function overWord(kind: FindingKind, gone: boolean): 'recovered' | 'ended' | 'resumed' | 'removed' {
  if (kind === 'stuck' || kind === 'long') return 'ended'
  if (gone) return 'removed'
  return kind === 'paused' ? 'resumed' : 'recovered'
}
