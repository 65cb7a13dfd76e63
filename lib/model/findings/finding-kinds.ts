import { plural } from '@gearboard/gears/vocabulary/text'
import type { Execution } from '../executions/execution'
import type { Registration } from '../registrations/registration'
import { listInWords } from '../text/format'

/** Where an item leads. */
export type FindingTarget =
  | { readonly kind: 'registration'; readonly registration: Registration }
  | { readonly kind: 'execution'; readonly execution: Execution }
  /** The executions that this filter finds. */
  | { readonly kind: 'executions'; readonly query: string }
  | { readonly kind: 'cluster' }
  | { readonly kind: 'environment' }
  | { readonly kind: 'memory' }
  /** A function over time, by its `subjectKey`. */
  | { readonly kind: 'function'; readonly function: string }
  /** The setting that limits what is kept. */
  | { readonly kind: 'retention'; readonly setting: string; readonly registration: Registration }

/** The part of an item that a headline shows: no age and no growing count, so that it changes only when something happened. */
interface HeadlineItem {
  readonly subject: string
  readonly target: FindingTarget
}

type Several = readonly [HeadlineItem, ...HeadlineItem[]]

/** @param shards how many there are */
type AnswerWords = (items: Several, shards: number) => string

interface FindingRule {
  /** The text of a headline; kinds with the same function are counted together. */
  readonly headline: AnswerWords
  /** What helps a stream that stopped or retries the same batch; null: it must be looked into first. */
  readonly streamHelp: 'pause' | 'resume' | null
}

/** "3 registrations", then the verb in the right number. */
const counted =
  (noun: string, one: string, many: string): AnswerWords =>
  ({ length }) =>
    `${plural(length, noun)} ${length === 1 ? one : many}`
const are = (noun: string, what: string): AnswerWords => counted(noun, `is ${what}`, `are ${what}`)

const failing = are('registration', 'failing')

/** Every kind, most urgent first. */
export const FINDING_RULES = {
  silent: {
    headline: (items, shards) => `${namedShards(items, shards)} ${items.length === 1 ? 'does' : 'do'} not answer`,
    streamHelp: null,
  },
  refusing: {
    headline: (items, shards) =>
      `${namedShards(items, shards)} ${items.length === 1 ? 'answers' : 'answer'}, but RedisGears does not`,
    streamHelp: null,
  },
  uninitialised: {
    headline: (items, shards) =>
      items.some(({ subject }) => subject === 'Cluster')
        ? 'the cluster is not initialised'
        : are('shard', 'not initialised')(items, shards),
    streamHelp: null,
  },
  failing: { headline: failing, streamHelp: 'pause' },
  retrying: { headline: failing, streamHelp: 'pause' },
  aborted: { headline: failing, streamHelp: 'resume' },
  'fires-though-paused': { headline: counted('paused registration', 'still fires', 'still fire'), streamHelp: 'pause' },
  stalled: { headline: are('stream reader', 'not reading while entries wait'), streamHelp: null },
  poison: {
    headline: counted('stream reader', 'has unacknowledged entries', 'have unacknowledged entries'),
    streamHelp: 'pause',
  },
  lagging: { headline: are('stream reader', 'falling behind'), streamHelp: null },
  stuck: { headline: counted('execution', 'waits too long', 'wait too long'), streamHelp: null },
  failed: {
    headline: ({ length }) => `${plural(length, 'function')} failed recently`,
    streamHelp: null,
  },
  long: { headline: counted('execution', 'has run for over a minute', 'have run for over a minute'), streamHelp: null },
  missing: { headline: are('registration', 'missing on a shard'), streamHelp: null },
  requirement: { headline: are('requirement', 'not installed everywhere'), streamHelp: null },
  growing: { headline: counted('function', 'leaks memory', 'leak memory'), streamHelp: null },
  slower: { headline: are('function', 'slower than before'), streamHelp: null },
  quiet: { headline: counted('registration', 'has stopped firing', 'have stopped firing'), streamHelp: null },
  flaky: { headline: are('registration', 'flaky'), streamHelp: null },
  paused: { headline: are('registration', 'paused'), streamHelp: 'resume' },
  hazard: { headline: are('registration', 'at risk'), streamHelp: null },
  evicted: { headline: () => 'the server keeps finished executions for less than a minute', streamHelp: null },
} as const satisfies Readonly<Record<string, FindingRule>>

export type FindingKind = keyof typeof FINDING_RULES

const isFindingKind = (name: string): name is FindingKind => Object.hasOwn(FINDING_RULES, name)

/** Most urgent first. */
export const FINDING_KINDS: readonly FindingKind[] = Object.keys(FINDING_RULES).filter(isFindingKind)

/** What an item offers to do about its registration: only streams can be paused and resumed. */
export const helpFor = (kind: FindingKind, { reader }: Pick<Registration, 'reader'>): 'pause' | 'resume' | null =>
  reader === 'StreamReader' ? FINDING_RULES[kind].streamHelp : null

function namedShards(items: Several, shards: number): string {
  return shards === 1
    ? 'the server'
    : `${items.length === 1 ? 'shard' : 'shards'} ${listInWords(items.map((item) => item.subject))}`
}
