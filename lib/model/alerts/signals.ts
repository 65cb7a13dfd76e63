import type { Requirement } from '@gearboard/gears/vocabulary/environment'
import type { ShardAnswer } from '@gearboard/gears/vocabulary/shard'
import { formatBytes, formatCount, plural } from '@gearboard/gears/vocabulary/text'
import type { ShardState } from '../cluster/shard'
import { shardName } from '../cluster/shard-order'
import type { ConnectionState } from '../connection/connection'
import { pagePath } from '../connection/paths'
import type { Execution } from '../executions/execution'
import { executionName } from '../executions/execution-view'
import { quoteValue } from '../filter/filter'
import { requirementFindings } from '../findings/environment-findings'
import { groupBy } from '../list/group-by'
import type { Growth, GrowthOfRuns } from '../record/growth'
import { FEW_RUNS, type RunCount } from '../registrations/health'
import { failsEverywhere, type Registration } from '../registrations/registration'
import { recentSpan, registrationFindings } from '../registrations/registration-findings'
import { lastErrorTitle } from '../registrations/registration-view'
import { type RegistrationStreams, streamFindings, totalWaiting } from '../registrations/stream-state'
import { formatDuration, listInWords } from '../text/format'
import type { IncidentSubject } from './incident'
import type { AlertKind } from './kinds'
import { NEVER_DRAINS_S } from './values'

/** What one look sees of one subject. */
export interface AlertSignal {
  readonly subject: IncidentSubject
  /** In the unit of its kind; of a kind without a threshold 1 where it applies, 0 where it does not. Null: unknown. */
  readonly value: number | null
  /** The real value may be higher, or lower: what was not seen would add to it, or take from it. Absent: it is exact. */
  readonly bound?: 'atLeast' | 'atMost'
  /** Asked for where it applies: most signals do not, and there are many. */
  words(): SignalWords
}

interface SignalWords {
  /** One line, as long as it applies. */
  readonly title: string
  /** What was seen, in a sentence. */
  readonly detail: string
  /** The page that shows it. */
  readonly path: string
}

/** What one look sees. */
export interface AlertLook {
  readonly signals: readonly AlertSignal[]
  /** All subjects there are: one that is left out is no longer there. */
  readonly complete: boolean
}

/** A span that was seen, ms. */
export interface SeenSpan {
  readonly ms: number
  /** It began before Gearboard looked. */
  readonly atLeast: boolean
}

/** A certificate that a server shows, or Gearboard to the servers. */
interface SeenCertificate {
  /** `host:port` of the server; null: it is Gearboard's own. */
  readonly address: string | null
  /** The end of its validity, our clock, ms. */
  readonly until: number
}

/** What is known of a connection. What is null was not read, or not lately. */
export interface AlertFacts {
  readonly connection: ConnectionState
  readonly shards: readonly ShardState[]
  readonly registrations: readonly Registration[]
  /** Those in flight, and for how long. */
  readonly flights: readonly { readonly execution: Execution; readonly span: SeenSpan }[]
  /** Runs of the last 15 min that have ended, by the name under which they were submitted. */
  readonly submitted: ReadonlyMap<string, RunCount>
  /** How long ago each shard last answered, by its key. */
  readonly silence: ReadonlyMap<string, SeenSpan>
  /** How long no shard has answered; null where that is unknown, and while some shard answers. */
  readonly unreached: SeenSpan | null
  readonly streams: readonly RegistrationStreams[] | null
  readonly requirements: readonly ShardAnswer<readonly Requirement[]>[] | null
  readonly growth: Growth | null
  readonly certificates: readonly SeenCertificate[] | null
  /** Our clock, ms. */
  readonly now: number
}

const DAY_MS = 24 * 3_600_000

const NOTHING_KNOWN: AlertLook = { signals: [], complete: false }

/** Every master answers: what is not listed is not there. */
const allAnswer = ({ connection, shards }: AlertFacts): boolean =>
  connection.status === 'live' && shards.length > 0 && shards.every(({ state }) => state === 'up')

const allListed = (facts: AlertFacts): boolean =>
  allAnswer(facts) && facts.shards.every(({ registrations }) => registrations !== null)

const subjectOf = ({ key, name }: Registration): IncidentSubject => ({ kind: 'registration', key, name })
const pathOf = ({ connection }: AlertFacts, { key }: Registration): string =>
  pagePath(connection.name, 'registrations', key)

/** What its shards say is of all of it, of a part, or old. */
const coverageOf = ({ coverage: { answered, of } }: Registration): 'all' | 'part' | 'none' =>
  answered === 0 ? 'none' : answered < of ? 'part' : 'all'

function failureRates(facts: AlertFacts): AlertLook {
  const registrations = facts.registrations.map((registration): AlertSignal => {
    const { name, observed } = registration
    const { recent, percent } = observed
    const coverage = coverageOf(registration)
    const enough = recent.all >= FEW_RUNS || (recent.all > 0 && recent.failed === recent.all)
    const error = lastErrorTitle(registration)
    return {
      subject: subjectOf(registration),
      value: coverage === 'none' || !enough ? null : percent,
      ...(coverage === 'part' && { bound: 'atLeast' as const }),
      words: () => ({
        title: `${name} fails ${percent} % of its runs`,
        detail: `${formatCount(recent.failed)} of its ${plural(recent.all, 'run')} ${recentSpan(observed, facts.now)} failed${error === null ? '' : `: ${error}`}.`,
        path: pathOf(facts, registration),
      }),
    }
  })
  return { signals: [...registrations, ...submittedRates(facts)], complete: allListed(facts) }
}

/** Of functions that were submitted to run: by the name that they were submitted under. */
const submittedRates = ({ connection, submitted }: AlertFacts): readonly AlertSignal[] =>
  [...submitted].map(([name, { all, failed }]) => {
    const percent = Math.round((100 * failed) / all)
    return {
      subject: { kind: 'function', key: name, name },
      value: all >= FEW_RUNS || failed === all ? percent : null,
      words: () => ({
        title: `${name} fails ${percent} % of its runs`,
        detail: `${formatCount(failed)} of its ${plural(all, 'run')} that were seen in the last 15 min failed.`,
        path: `${pagePath(connection.name, 'executions')}?q=${encodeURIComponent(`function:${quoteValue(name)}`)}`,
      }),
    }
  })

function retryLoops(facts: AlertFacts): AlertLook {
  const signals = facts.registrations.flatMap((registration): readonly AlertSignal[] => {
    if (registration.reader !== 'StreamReader') return []
    const loop = registrationFindings(registration, facts.now).find(({ kind }) => kind === 'retry-loop')
    const applies = loop !== undefined || registration.health === 'retrying'
    const coverage = coverageOf(registration)
    const unknown = coverage === 'none' || (registration.health === 'unknown' && !applies)
    return [
      {
        subject: subjectOf(registration),
        value: unknown ? null : applies ? 1 : 0,
        ...(coverage === 'part' && { bound: 'atLeast' as const }),
        words: () => ({
          title: `${registration.name} is stuck in a retry loop`,
          detail: loop?.words ?? 'Its stream waits to retry a failed batch; later entries wait.',
          path: pathOf(facts, registration),
        }),
      },
    ]
  })
  return { signals, complete: allListed(facts) }
}

const UNKNOWN_FUNCTION = 'unknown function'

/** By function: of many executions of one, the longest. */
function stuckExecutions(facts: AlertFacts): AlertLook {
  const { connection, flights } = facts
  const signals = [...groupBy(flights, ({ execution }) => executionName(execution) ?? UNKNOWN_FUNCTION)].map(
    ([name, runs]): AlertSignal => {
      const heard = runs.filter(({ execution }) => execution.unheardSince === undefined)
      const longest = heard.toSorted((a, b) => b.span.ms - a.span.ms)[0]
      const shown = longest ?? runs[0]
      const one = shown?.execution
      return {
        subject: { kind: 'function', key: name, name },
        value: longest ? secondsOf(longest.span) : null,
        // One whose shard is silent may have been there for longer.
        ...((longest?.span.atLeast || heard.length < runs.length) && { bound: 'atLeast' as const }),
        words: () => ({
          title: `${name} has been in flight for ${spanInWords(shown?.span)}`,
          detail: `Execution ${one?.id ?? ''} is ${one?.outcome ?? ''}; ${plural(runs.length, 'execution')} of it in flight.`,
          path: one ? pagePath(connection.name, 'executions', one.key) : pagePath(connection.name, 'executions'),
        }),
      }
    },
  )
  return { signals, complete: allAnswer(facts) && facts.shards.every((shard) => shard.executions !== null) }
}

type StreamsOfOne = { readonly registration: Registration; readonly streams: RegistrationStreams }

function streamsOf({ registrations, streams }: AlertFacts): readonly StreamsOfOne[] {
  const byKey = new Map((streams ?? []).map((each) => [each.registration, each]))
  return registrations.flatMap((registration) => {
    const its = byKey.get(registration.key)
    return its ? [{ registration, streams: its }] : []
  })
}

const waitingInWords = (count: number, exact: boolean): string =>
  `${exact ? '' : 'about '}${plural(count, 'entry', 'entries')}`

function streamLags(facts: AlertFacts): AlertLook {
  const signals = streamsOf(facts).map(({ registration, streams }): AlertSignal => {
    const waiting = totalWaiting(streams)
    const atMost = streams.streams.some(({ backlog }) => backlog.atMost)
    const inPart = streams.silent.length > 0 || !streams.searched || streams.found > streams.streams.length
    return {
      subject: subjectOf(registration),
      // Both at once says nothing.
      value: !waiting || (atMost && inPart) ? null : waiting.count,
      ...(atMost ? { bound: 'atMost' as const } : inPart ? { bound: 'atLeast' as const } : {}),
      words: () => ({
        title: `${waitingInWords(waiting?.count ?? 0, waiting?.exact ?? false)} ${waiting?.count === 1 ? 'waits' : 'wait'} for ${registration.name}`,
        detail: `In ${plural(streams.found, 'stream')} that it reads, undelivered or not acknowledged.`,
        path: pathOf(facts, registration),
      }),
    }
  })
  return { signals, complete: facts.streams !== null && allListed(facts) }
}

function streamDrains(facts: AlertFacts): AlertLook {
  const signals = streamsOf(facts).map((of): AlertSignal => {
    const { registration } = of
    const drain = drainOf(of, facts.now)
    const takes =
      drain?.seconds === NEVER_DRAINS_S
        ? 'does not catch up'
        : `needs ${formatDuration((drain?.seconds ?? 0) * 1000)} to catch up`
    return {
      subject: subjectOf(registration),
      value: drain?.seconds ?? null,
      words: () => ({
        title: `${registration.name} ${takes} with its streams`,
        detail: drain?.words ?? 'How fast its streams drain is not known yet.',
        path: pathOf(facts, registration),
      }),
    }
  })
  return { signals, complete: facts.streams !== null && allListed(facts) }
}

/** Null: its rate is unknown, or some of its streams are. */
function drainOf({ registration, streams }: StreamsOfOne, now: number) {
  const waiting = totalWaiting(streams)
  if (!waiting) return null
  const lagging = streamFindings(registration, streams, now).find(({ kind }) => kind === 'lagging')
  if (lagging) return { seconds: NEVER_DRAINS_S, words: lagging.words }
  if (!waiting.exact || streams.streams.some(({ growthPerS }) => growthPerS === null)) return null
  const growthPerS = streams.streams.reduce((sum, stream) => sum + (stream.growthPerS ?? 0), 0)
  // A few entries come and go: what does not grow beyond two batches keeps up.
  const seconds = growthPerS < 0 ? waiting.count / -growthPerS : 0
  return {
    seconds,
    words: `${plural(waiting.count, 'entry', 'entries')} waiting, ${formatCount(Math.round(60 * growthPerS))}/min.`,
  }
}

function memoryGrowth({ connection, growth }: AlertFacts): AlertLook {
  if (!growth) return NOTHING_KNOWN
  const path = pagePath(connection.name, 'memory')
  const { perHour, functions, from, to } = growth
  const minutes = (to - from) / 60_000
  const all: AlertSignal = {
    subject: { kind: 'memory', key: 'all', name: 'Python memory' },
    // Only what lies outside of the interval is growth.
    value: perHour === null ? null : perHour.low > 0 ? perHour.value / 60 : 0,
    words: () => ({
      title: `Python memory grows by ${formatBytes((perHour?.value ?? 0) / 60)}/min`,
      detail: `Over all shards: ${formatBytes(perHour?.low)} to ${formatBytes(perHour?.high)} an hour (95 % interval).`,
      path,
    }),
  }
  const ofFunctions = functions.map((each): AlertSignal => {
    const name = listInWords(each.functions.map((subject) => subject.name))
    const perMinute = each.verdict === 'unclear' ? 0 : (each.bytesPerRun.value * each.runs) / minutes
    return {
      subject: { kind: 'memory', key: `function ${each.functions.map((subject) => subject.name).join('\n')}`, name },
      value: GROWS[each.verdict] === null ? null : GROWS[each.verdict] ? perMinute : 0,
      words: () => ({
        title: `Runs of ${name} leave ${formatBytes(perMinute)}/min in memory`,
        detail:
          each.verdict === 'unclear'
            ? `${each.why}.`
            : `${formatBytes(each.bytesPerRun.value)} a run (${formatBytes(each.bytesPerRun.low)} to ${formatBytes(each.bytesPerRun.high)}) over ${plural(each.runs, 'run')}.`,
        path,
      }),
    }
  })
  // Of many functions only those that ran most are judged.
  return { signals: [all, ...ofFunctions], complete: perHour !== null && growth.others === 0 }
}

/** Whether a verdict is that memory grows; null where it is none. */
const GROWS: Readonly<Record<GrowthOfRuns['verdict'], boolean | null>> = {
  grows: true,
  uncertain: null,
  unclear: null,
  flat: false,
  shrinks: false,
}

/** While no shard answers, that is one thing, however many there are: after a restart of Gearboard none may be known. */
function silentShards({ connection, shards, silence, unreached }: AlertFacts): AlertLook {
  const path = pagePath(connection.name, 'cluster')
  const someAnswer = shards.some(({ state }) => state === 'up')
  const whole: AlertSignal = {
    subject: { kind: 'connection', key: connection.name, name: connection.name },
    value: someAnswer ? 0 : unreached ? secondsOf(unreached) : null,
    ...(unreached?.atLeast && { bound: 'atLeast' as const }),
    words: () => ({
      title: `${connection.name} does not answer`,
      detail: `No answer for ${spanInWords(unreached)}: ${connection.error?.message ?? 'no shard was reached'}.`,
      path,
    }),
  }
  const each = shards.map((shard): AlertSignal => {
    const span = silence.get(shard.key)
    const name = `shard ${shardName(shard.key, shards)}`
    return {
      subject: { kind: 'shard', key: shard.key, name },
      value: shard.state === 'up' ? 0 : !someAnswer || shard.state === 'unasked' || !span ? null : secondsOf(span),
      ...(shard.state === 'silent' && span?.atLeast && { bound: 'atLeast' as const }),
      words: () => ({
        title: `${name} does not answer`,
        detail: `No answer for ${spanInWords(span)}: ${shard.error?.message ?? 'it does not reply'}.`,
        path,
      }),
    }
  })
  // One that is no longer a master is not listed; while no shard answers, the list may be old.
  return { signals: [whole, ...each], complete: someAnswer && !connection.oldSlotMap }
}

const secondsOf = ({ ms }: SeenSpan): number => Math.round(ms / 100) / 10

const spanInWords = (span: SeenSpan | null | undefined): string =>
  `${span?.atLeast ? 'at least ' : ''}${formatDuration(span?.ms)}`

function missingRegistrations(facts: AlertFacts): AlertLook {
  const { shards } = facts
  const signals = facts.registrations.map((registration): AlertSignal => {
    const { name, missingOn } = registration
    const where = listInWords(missingOn.map((key) => `shard ${shardName(key, shards)}`))
    return {
      subject: subjectOf(registration),
      value: missingOn.length > 0 ? 1 : coverageOf(registration) === 'all' ? 0 : null,
      words: () => ({
        title: `${name} is missing on ${where}`,
        detail: failsEverywhere(registration)
          ? `It is registered on the other shards only: every run of it fails.`
          : `It is registered on the other shards only: events there do not fire it.`,
        path: pathOf(facts, registration),
      }),
    }
  })
  return { signals, complete: allListed(facts) }
}

function missingRequirements({ connection, shards, requirements }: AlertFacts): AlertLook {
  if (!requirements) return NOTHING_KNOWN
  const complete = requirements.length > 0 && requirements.every((answer) => 'value' in answer)
  const path = pagePath(connection.name, 'environment')
  const missing = new Map(
    requirementFindings(requirements, shards).map(({ subject, detail }) => [subject, detail] as const),
  )
  const names = new Set(
    requirements.flatMap((answer) => ('value' in answer ? answer.value.map(({ name }) => name) : [])),
  )
  const signals = [...names].map((name): AlertSignal => {
    const detail = missing.get(name)
    return {
      subject: { kind: 'requirement', key: name, name },
      value: detail === undefined ? (complete ? 0 : null) : 1,
      words: () => ({
        title: `Requirement ${name} is not installed on every shard`,
        detail: detail === undefined ? 'Installed.' : `${name}: ${detail}.`,
        path,
      }),
    }
  })
  return { signals, complete }
}

function expiringCertificates(facts: AlertFacts): AlertLook {
  const { connection, shards, certificates, now } = facts
  if (!certificates) return NOTHING_KNOWN
  const signals = certificates.map(({ address, until }): AlertSignal => {
    const days = (until - now) / DAY_MS
    const name = address ?? 'client certificate'
    const whose = address === null ? 'Gearboard’s client certificate' : `The certificate of ${address}`
    return {
      subject: { kind: 'certificate', key: name, name },
      value: days,
      words: () => ({
        title: days < 0 ? `${whose} has expired` : `${whose} expires in ${plural(Math.floor(days), 'day')}`,
        detail: `It is valid until ${new Date(until).toISOString().slice(0, 10)}. ${address === null ? RENEW_OWN : RENEW}`,
        path: pagePath(connection.name, 'cluster'),
      }),
    }
  })
  const servers = certificates.filter(({ address }) => address !== null)
  return { signals, complete: allAnswer(facts) && servers.length >= shards.length }
}

const RENEW = 'Give the server a new one: CONFIG SET tls-cert-file loads it without a restart.'
const RENEW_OWN = 'Set tls.cert and tls.key of the connection to a new one and its key.'

/** How the kinds that concern a connection are seen. */
const LOOKS: Readonly<Record<Exclude<AlertKind, 'not-recording'>, (facts: AlertFacts) => AlertLook>> = {
  'failure-rate': failureRates,
  'retry-loop': retryLoops,
  'stuck-execution': stuckExecutions,
  'stream-lag': streamLags,
  'stream-drain': streamDrains,
  'memory-growth': memoryGrowth,
  'shard-silent': silentShards,
  'registration-missing': missingRegistrations,
  'requirement-missing': missingRequirements,
  'certificate-expiring': expiringCertificates,
}

/** What a kind sees on a connection. */
export const lookAt = (kind: Exclude<AlertKind, 'not-recording'>, facts: AlertFacts): AlertLook => LOOKS[kind](facts)

/** What Gearboard knows of its own history. @param problem why it is not written; null: it is */
export const lookAtHistory = (problem: string | null): AlertLook => ({
  signals: [
    {
      subject: { kind: 'gearboard', key: 'history', name: 'Gearboard' },
      value: problem === null ? 0 : 1,
      words: () => ({
        title: 'Gearboard does not record its history',
        detail: problem ?? 'It is recorded.',
        path: '/',
      }),
    },
  ],
  complete: true,
})
