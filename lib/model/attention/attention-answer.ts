import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import type { ShardState } from '../cluster/shard'
import { groupBy } from '../list/group-by'
import { formatAgo, formatSpan, listInWords } from '../text/format'
import type { Attention, AttentionKind } from './attention-item'

interface AttentionAnswer {
  /** One sentence: what needs somebody, or that nothing does. */
  readonly headline: string
  /** Its scale. */
  readonly second: string
}

interface Figures {
  readonly attention: readonly Attention[]
  readonly ended: { readonly all: number; readonly failed: number; readonly unknown: number }
  /** What `ended` covers, ms. */
  readonly spanMs: number
  readonly shards: readonly ShardState[]
  readonly now: number
}

/** How many kinds of trouble a headline names; the rest are counted. */
const NAMED = 3

/** The overview's answer in words: "2 registrations are failing, 1 execution has run for 4 min." Of a list that is not empty it names the most urgent. */
export function overviewAnswer({ attention, ended, spanMs, shards, now }: Figures): AttentionAnswer {
  const span = `the last ${formatSpan(spanMs)}`
  const up = shards.filter((shard) => shard.state === 'up').length
  const answering =
    shards.length === 1
      ? `The server ${up === 1 ? 'answers' : 'does not answer'}.`
      : `${up} of ${plural(shards.length, 'shard')} answer.`
  const outcomes =
    ended.all === 0
      ? `No execution finished in ${span}.`
      : ended.failed === 0
        ? `${plural(ended.all, 'execution')} in ${span}, ${ended.unknown > 0 ? `no known failures, ${formatCount(ended.unknown)} with unknown outcome` : 'none failed'}.`
        : `${formatCount(ended.failed)} of ${plural(ended.all, 'execution')} failed in ${span}.`
  return {
    headline: headlineOf(attention, { failed: ended.failed, shards: shards.length, now }),
    second: `${outcomes} ${answering}`,
  }
}

function headlineOf(attention: readonly Attention[], scale: TimeScale): string {
  if (attention.length === 0) return 'No problems.'
  // Kinds with the same words are counted together.
  const troubles = [...groupBy(attention, ({ kind }) => TROUBLES[kind])]
  const named = troubles
    .slice(0, NAMED)
    .flatMap(([words, [first, ...others]]) => (first ? [words([first, ...others], scale)] : []))
  const rest = troubles.slice(NAMED).reduce((sum, [, items]) => sum + items.length, 0)
  const words = rest > 0 ? `${named.join(', ')}, and ${plural(rest, 'more finding')} below` : named.join(', ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}

interface TimeScale {
  /** Failed executions as counted by the second line, so that the two agree. */
  readonly failed: number
  /** How many shards there are. */
  readonly shards: number
  readonly now: number
}

type Several = readonly [Attention, ...Attention[]]

type AnswerWords = (items: Several, scale: TimeScale) => string

/** "3 registrations", then the verb in the right number. */
const counted =
  (noun: string, one: string, many: string): AnswerWords =>
  ({ length }) =>
    `${plural(length, noun)} ${length === 1 ? one : many}`
const are = (noun: string, what: string): AnswerWords => counted(noun, `is ${what}`, `are ${what}`)

const failing = are('registration', 'failing')

/** The words of a headline for each kind of trouble. */
const TROUBLES: Readonly<Record<AttentionKind, AnswerWords>> = {
  silent: (items, { shards, now }) => {
    const [{ since }, ...others] = items
    const ago = others.length === 0 && since !== null ? ` for ${coarse(now - since)}` : ''
    return `${namedShards(items, shards)} ${others.length === 0 ? 'has' : 'have'} been silent${ago}`
  },
  refusing: (items, { shards }) =>
    `${namedShards(items, shards)} ${items.length === 1 ? 'answers' : 'answer'}, but RedisGears does not`,
  uninitialised: (items, scale) =>
    items.some(({ subject }) => subject === 'Cluster')
      ? 'the cluster is not initialised'
      : are('shard', 'not initialised')(items, scale),
  failing,
  retrying: failing,
  aborted: are('registration', 'aborted'),
  'fires-though-paused': counted('paused registration', 'still fires', 'still fire'),
  stalled: are('stream reader', 'not reading while entries wait'),
  poison: counted('stream reader', 'has unacknowledged entries', 'have unacknowledged entries'),
  lagging: are('stream reader', 'falling behind'),
  stuck: inFlight,
  failed: ({ length }, { failed }) =>
    failed > 0 ? `${plural(failed, 'execution')} failed` : `${plural(length, 'function')} failed recently`,
  long: inFlight,
  missing: are('registration', 'missing on a shard'),
  requirement: are('requirement', 'not installed everywhere'),
  growing: counted('function', 'leaks memory', 'leak memory'),
  slower: are('function', 'slower than before'),
  quiet: counted('registration', 'has stopped firing', 'have stopped firing'),
  flaky: are('registration', 'flaky'),
  paused: are('registration', 'paused'),
  hazard: are('registration', 'at risk'),
  evicted: () => 'the server keeps finished executions for less than a minute',
}

const namedShards = (items: Several, shards: number): string =>
  shards === 1
    ? 'the server'
    : `${items.length === 1 ? 'shard' : 'shards'} ${listInWords(items.map((item) => item.subject))}`

/** Running and waiting executions, by the oldest. */
function inFlight(items: Several, { now }: TimeScale): string {
  const oldest = items.reduce((first, item) => ((item.since ?? now) < (first.since ?? now) ? item : first))
  const one = items.length === 1
  const verb = waits(oldest) ? 'waited' : 'run'
  return `${plural(items.length, 'execution')} ${one ? 'has' : 'have'} ${verb} for ${one ? '' : 'up to '}${coarse(now - (oldest.since ?? now))}`
}

const waits = ({ target }: Attention): boolean => target.kind === 'execution' && target.execution.outcome === 'waiting'

/** A headline shows one unit: `4 min`. */
const coarse = (ms: number): string => formatAgo(ms).replace(/ ago$/, '').replace('just now', 'a moment')
