import { plural } from '@gearboard/gears/vocabulary/text'
import type { Execution } from '../executions/execution'
import type { Registration } from '../registrations/registration'
import { formatAgo, listInWords } from '../text/format'

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

export interface TimeScale {
  /** Failed executions as counted by the second line, so that the two agree. */
  readonly failed: number
  /** How many shards there are. */
  readonly shards: number
  readonly now: number
}

/** The part of an item that a headline shows. */
interface HeadlineItem {
  readonly subject: string
  readonly since: number | null
  readonly target: FindingTarget
}

type Several = readonly [HeadlineItem, ...HeadlineItem[]]

type AnswerWords = (items: Several, scale: TimeScale) => string

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
    headline: (items, { shards, now }) => {
      const [{ since }, ...others] = items
      const ago = others.length === 0 && since !== null ? ` for ${coarse(now - since)}` : ''
      return `${namedShards(items, shards)} ${others.length === 0 ? 'has' : 'have'} been silent${ago}`
    },
    streamHelp: null,
  },
  refusing: {
    headline: (items, { shards }) =>
      `${namedShards(items, shards)} ${items.length === 1 ? 'answers' : 'answer'}, but RedisGears does not`,
    streamHelp: null,
  },
  uninitialised: {
    headline: (items, scale) =>
      items.some(({ subject }) => subject === 'Cluster')
        ? 'the cluster is not initialised'
        : are('shard', 'not initialised')(items, scale),
    streamHelp: null,
  },
  failing: { headline: failing, streamHelp: 'pause' },
  retrying: { headline: failing, streamHelp: 'pause' },
  aborted: { headline: are('registration', 'aborted'), streamHelp: 'resume' },
  'fires-though-paused': { headline: counted('paused registration', 'still fires', 'still fire'), streamHelp: 'pause' },
  stalled: { headline: are('stream reader', 'not reading while entries wait'), streamHelp: null },
  poison: {
    headline: counted('stream reader', 'has unacknowledged entries', 'have unacknowledged entries'),
    streamHelp: 'pause',
  },
  lagging: { headline: are('stream reader', 'falling behind'), streamHelp: null },
  stuck: { headline: inFlight, streamHelp: null },
  failed: {
    headline: ({ length }, { failed }) =>
      failed > 0 ? `${plural(failed, 'execution')} failed` : `${plural(length, 'function')} failed recently`,
    streamHelp: null,
  },
  long: { headline: inFlight, streamHelp: null },
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

/** Running and waiting executions, by the oldest. */
function inFlight(items: Several, { now }: TimeScale): string {
  const oldest = items.reduce((first, item) => ((item.since ?? now) < (first.since ?? now) ? item : first))
  const one = items.length === 1
  const verb = waits(oldest) ? 'waited' : 'run'
  return `${plural(items.length, 'execution')} ${one ? 'has' : 'have'} ${verb} for ${one ? '' : 'up to '}${coarse(now - (oldest.since ?? now))}`
}

function waits({ target }: HeadlineItem): boolean {
  return target.kind === 'execution' && target.execution.outcome === 'waiting'
}

/** A headline shows one unit: `4 min`. */
const coarse = (ms: number): string => formatAgo(ms).replace(/ ago$/, '').replace('just now', 'a moment')
