import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import type { ShardState } from '../cluster/shard'
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
  /** The range shown: `in the last 15 min`, `from 14:02 to 14:25`. */
  readonly range: string
  readonly shards: readonly ShardState[]
}

/** How many kinds of findings a headline names; the rest are counted. */
const NAMED = 3

/** The overview's answer in words: "2 registrations are failing; 1 execution has run for over a minute." Of a list that is not empty it names the most urgent. */
export function overviewAnswer({ findings, ended, range, shards }: Figures): OverviewAnswer {
  const up = shards.filter((shard) => shard.state === 'up').length
  const answering =
    shards.length === 1
      ? `The server ${up === 1 ? 'answers' : 'does not answer'}.`
      : `${up} of ${plural(shards.length, 'shard')} answer.`
  return {
    headline: headlineOf(findings, shards.length),
    second: `${outcomesInWords(ended, range)} ${answering}`,
  }
}

/** `33 of 3,427 executions failed in the last 15 min.` */
export function outcomesInWords(ended: Figures['ended'], range: string): string {
  if (!ended) return `No data ${range}: Gearboard was not watching.`
  if (ended.all === 0) return `No execution finished ${range}.`
  const all = plural(ended.all, 'execution')
  if (ended.failed > 0) return `${formatCount(ended.failed)} of ${all} failed ${range}.`
  return `${all} ${range}, ${ended.unknown > 0 ? `no known failures, ${formatCount(ended.unknown)} with unknown outcome` : 'none failed'}.`
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
