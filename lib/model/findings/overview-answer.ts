import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import type { ShardState } from '../cluster/shard'
import { type EndCounts, NO_ENDS, totalOf } from '../executions/outcome-counts'
import { groupBy } from '../list/group-by'
import type { Finding } from './finding'
import { FINDING_RULES } from './finding-kinds'

interface OverviewAnswer {
  /** One sentence: what needs attention, or that nothing does. */
  readonly headline: string
  /** Its scale. */
  readonly second: string
}

interface Figures {
  readonly findings: readonly Finding[]
  /** In the range shown; undefined where none of it was watched. */
  readonly ended: { readonly all: number; readonly failed: number; readonly unknown: number } | undefined
  /** What had ended before Gearboard first looked, found in the range. */
  readonly unseen?: EndCounts
  /** The range shown: `in the last 15 min`, `from 14:02 to 14:25`. */
  readonly range: string
  readonly shards: readonly ShardState[]
}

/** How many kinds of findings a headline names; the rest are counted. */
const NAMED = 3

/** The overview's answer in words: "2 registrations are failing; 1 execution has run for over a minute." Of a list that is not empty it names the most urgent. */
export function overviewAnswer({ findings, ended, unseen, range, shards }: Figures): OverviewAnswer {
  const up = shards.filter((shard) => shard.state === 'up').length
  const answering =
    shards.length === 1
      ? `The server ${up === 1 ? 'answers' : 'does not answer'}.`
      : `${up} of ${plural(shards.length, 'shard')} answer.`
  return {
    headline: headlineOf(findings, shards.length),
    second: `${outcomesInWords(ended, range, unseen)} ${answering}`,
  }
}

/** What had ended by then has no time of its own: it is beside what ended in the range, not in it. */
const UNSEEN = 'before Gearboard was watching'

/**
 * `33 of 3,427 executions failed in the last 15 min.`
 * @param unseen what had ended before Gearboard first looked, found in the range
 * @param noun after a number of executions; empty where the page is about them
 */
export function outcomesInWords(
  ended: Figures['ended'],
  range: string,
  unseen: EndCounts = NO_ENDS,
  noun: 'execution' | '' = 'execution',
): string {
  if (!ended) return `No data ${range}: Gearboard was not watching.`
  const before = totalOf(unseen)
  if (ended.all === 0 && before === 0) return `No execution finished ${range}.`
  if (ended.all === 0)
    return `${plural(before, 'execution')} finished ${UNSEEN}, ${unseen.failed > 0 ? `${formatCount(unseen.failed)} failed` : 'none failed'}; none ${range}.`
  if (ended.failed > 0 || unseen.failed > 0) {
    const all = noun === '' ? formatCount(ended.all) : plural(ended.all, noun)
    const also = before > 0 ? `, ${formatCount(unseen.failed)} of ${formatCount(before)} ${UNSEEN}` : ''
    return `${formatCount(ended.failed)} of ${all} failed ${range}${also}.`
  }
  const also = before > 0 ? ` and ${formatCount(before)} ${UNSEEN}` : ''
  const unknown = ended.unknown + unseen.unknown
  return `${plural(ended.all, 'execution')} ${range}${also}, ${unknown > 0 ? `no known failures, ${formatCount(unknown)} with unknown outcome` : 'none failed'}.`
}

function headlineOf(findings: readonly Finding[], shards: number): string {
  if (findings.length === 0) return 'No problems.'
  // Kinds with the same words are counted together.
  const byWords = [...groupBy(findings, ({ kind }) => FINDING_RULES[kind].headline)]
  const named = byWords
    .slice(0, NAMED)
    .flatMap(([words, [first, ...others]]) => (first ? [words([first, ...others], shards)] : []))
  const rest = byWords.slice(NAMED).reduce((sum, [, items]) => sum + items.length, 0)
  const words = rest > 0 ? `${named.join('; ')}; and ${plural(rest, 'more finding')} below` : named.join('; ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}
