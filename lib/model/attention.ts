import { growthTrouble, requirementTrouble } from './attention-environment'
import { slowerTrouble } from './attention-functions'
import { ATTENTION_KINDS, type Attention, type AttentionKind } from './attention-item'
import type { ConnectionState } from './connection'
import type { Requirement } from './environment'
import { type Execution, STATUS_MEANING } from './execution'
import { executionName, isHeardInFlight } from './execution-view'
import { quoteValue } from './filter'
import { formatAgo, formatCount, formatDuration, formatSpan, listInWords, plural, shortenId } from './format'
import type { FunctionTimes } from './function-history'
import { groupBy } from './group-by'
import type { Growth } from './growth'
import type { Hazard } from './hazards'
import { NO_SHARD } from './ids'
import type { Registration } from './registration'
import { type DiagnosisKind, diagnose } from './registration-diagnosis'
import { pausedInWords } from './registration-view'
import type { Retention } from './retention-pressure'
import { answersOtherwise, type ShardAnswer, type ShardState } from './shard'
import { shardName } from './shard-order'
import { type RegistrationStreams, streamTroubles, totalWaiting } from './stream-state'
import { errorTitle, readError } from './traceback'

/** Running longer than this is worth a look; it may be well, ms. */
export const LONG_RUN_MS = 60_000
/** Waiting longer than this is stuck: twice the default ExecutionMaxIdleTime, ms. */
export const STUCK_MS = 10_000

/** Failures longer ago are history, ms. */
export const RECENT_MS = 15 * 60_000

interface World {
  readonly connection: ConnectionState | undefined
  readonly shards: readonly ShardState[]
  readonly executions: readonly Execution[]
  readonly registrations: readonly Registration[]
  /** What waits in the streams of the registrations, as far as it was looked at. */
  readonly streams?: readonly RegistrationStreams[]
  readonly hazards?: readonly Hazard[]
  /** For how long finished executions stay on the server, by key of their registration. */
  readonly retention?: ReadonlyMap<string, Retention>
  /** Of every shard that was asked. */
  readonly requirements?: readonly ShardAnswer<readonly Requirement[]>[]
  /** How memory moved with the runs of functions, as recorded. */
  readonly growth?: Growth
  /** How long functions took, as recorded. */
  readonly functions?: readonly FunctionTimes[]
  /** Our clock, ms. */
  readonly now: number
}

/** What needs somebody, most urgent first; of one kind, the longest first. */
export function attentionOf({
  connection,
  shards,
  executions,
  registrations,
  streams = [],
  hazards = [],
  retention,
  requirements = [],
  growth,
  functions = [],
  now,
}: World): readonly Attention[] {
  const byKey = new Map(registrations.map((registration) => [registration.key, registration]))
  const failed = failedExecutions(executions, registrations, now)
  const toldFailed = new Set(failed.map(({ subject }) => subject))
  const items = [
    ...silentShards(shards),
    ...uninitialised(connection, shards),
    ...registrations.flatMap((registration) => registrationTrouble(registration, shards)),
    ...registrations
      .flatMap((registration) => diagnosed(registration, now))
      .filter(({ kind, subject }) => kind !== 'flaky' || !toldFailed.has(subject)),
    ...executions.flatMap((execution) => executionTrouble(execution, now)),
    ...failed,
    ...streams.flatMap((each) => streamTrouble(byKey.get(each.registration), each, now)),
    ...hazardGroups(byKey, hazards),
    ...soonEvicted(byKey, retention),
    ...requirementTrouble(requirements, shards),
    ...(growth ? growthTrouble(growth) : []),
    ...slowerTrouble(functions),
  ]
  const rank = (item: Attention) => ATTENTION_KINDS.indexOf(item.kind)
  return items.sort((a, b) => rank(a) - rank(b) || (a.since ?? Infinity) - (b.since ?? Infinity))
}

const silentShards = (shards: readonly ShardState[]): readonly Attention[] =>
  shards
    .filter((shard) => shard.state === 'silent')
    .map((shard) => ({
      key: `silent ${shard.key}`,
      kind: answersOtherwise(shard) ? 'refusing' : 'silent',
      subject: shards.length === 1 ? 'Server' : shardName(shard.key, shards),
      subjectNote: shard.address,
      detail: shard.error?.message ?? 'It does not answer.',
      verbatim: shard.error !== undefined,
      scale: shard.answeredAt === null ? 'never answered' : 'its figures are old',
      since: shard.answeredAt,
      target: { kind: 'cluster' },
    }))

function uninitialised(connection: ConnectionState | undefined, shards: readonly ShardState[]): readonly Attention[] {
  if (!connection?.capability?.cluster) return []
  const alone = shards.filter(({ state, gearsId }) => state === 'up' && gearsId === NO_SHARD)
  if (alone.length > 0 && alone.length < shards.length)
    return alone.map((shard) => ({
      key: `uninitialised ${shard.key}`,
      kind: 'uninitialised',
      subject: shardName(shard.key, shards),
      subjectNote: shard.address,
      detail: 'It works alone: RedisGears there says “no cluster mode” until it is refreshed, as after a restart.',
      verbatim: false,
      scale: null,
      since: null,
      target: { kind: 'cluster' },
    }))
  if (connection.capability.clusterInitialised) return []
  return [
    {
      key: 'uninitialised',
      kind: 'uninitialised',
      subject: 'Cluster',
      subjectNote: plural(connection.coverage.of, 'shard'),
      detail:
        'Redis is a cluster, but RedisGears says “no cluster mode”: each shard works alone until it is refreshed.',
      verbatim: false,
      scale: null,
      since: null,
      target: { kind: 'cluster' },
    },
  ]
}

function registrationTrouble(registration: Registration, shards: readonly ShardState[]): readonly Attention[] {
  const { health, lastError, counters, missingOn } = registration
  const { failedInRow, failingSince } = registration.observed
  const base = {
    subject: registration.name,
    subjectNote: registration.reader,
    since: null,
    target: { kind: 'registration', registration },
  } as const
  const items: Attention[] = []
  if (health === 'failing' || health === 'retrying' || health === 'aborted') {
    items.push({
      ...base,
      key: `${health} ${registration.key}`,
      kind: health,
      detail: lastError === null ? TROUBLE_WITHOUT_ERROR[health] : errorTitle(readError(lastError)),
      verbatim: lastError !== null,
      scale:
        (failedInRow ?? 0) > 1
          ? `${formatCount(failedInRow)} in a row`
          : `${formatCount(counters.failures)} of ${plural(counters.triggered, 'run')}`,
      since: failingSince,
    })
  } else if (health === 'paused') {
    items.push({
      ...base,
      key: `paused ${registration.key}`,
      kind: 'paused',
      detail: pausedInWords(registration),
      verbatim: false,
      scale: null,
    })
  }
  if (missingOn.length > 0) {
    const { answered } = registration.coverage
    items.push({
      ...base,
      key: `missing ${registration.key}`,
      kind: 'missing',
      detail: `On ${answered - missingOn.length} of ${plural(answered, 'shard')}; ${listInWords(
        missingOn.map((shard) => shardName(shard, shards)),
      )} ${missingOn.length === 1 ? 'does' : 'do'} not know it`,
      verbatim: false,
      scale: 'what happens there goes unseen',
    })
  }
  return items
}

const ATTENTION_OF: Partial<Readonly<Record<DiagnosisKind, AttentionKind>>> = {
  'fires-though-paused': 'fires-though-paused',
  quiet: 'quiet',
  flaky: 'flaky',
}

/** What only time tells of a registration; what its health says already stands there. */
const diagnosed = (registration: Registration, now: number): readonly Attention[] =>
  diagnose(registration, now).flatMap(({ kind, words, since }): readonly Attention[] => {
    const as = ATTENTION_OF[kind]
    if (as === undefined) return []
    return [
      {
        key: `${kind} ${registration.key}`,
        kind: as,
        subject: registration.name,
        subjectNote: registration.reader,
        detail: words,
        verbatim: false,
        scale: null,
        since,
        target: { kind: 'registration', registration },
      },
    ]
  })

const told = (
  registration: Registration,
  kind: AttentionKind,
  rest: Pick<Attention, 'detail' | 'scale'>,
): Attention => ({
  key: `${kind} ${registration.key}`,
  kind,
  subject: registration.name,
  subjectNote: registration.reader,
  verbatim: false,
  since: null,
  target: { kind: 'registration', registration },
  ...rest,
})

function streamTrouble(
  registration: Registration | undefined,
  streams: RegistrationStreams,
  now: number,
): readonly Attention[] {
  if (!registration) return []
  const waiting = totalWaiting(streams)
  const scale = waiting && `${plural(waiting.count, 'entry', 'entries')} ${waiting.count === 1 ? 'waits' : 'wait'}`
  return streamTroubles(registration, streams, now).flatMap(({ kind, words }) =>
    // What only grows is told with the hazards.
    kind === 'unbounded' ? [] : [told(registration, kind, { detail: words, scale })],
  )
}

/** One entry a registration; what is missing on a shard stands there already. */
function hazardGroups(byKey: ReadonlyMap<string, Registration>, hazards: readonly Hazard[]): readonly Attention[] {
  const groups = groupBy(
    hazards.filter(({ kind }) => kind !== 'missing'),
    ({ registration }) => registration,
  )
  return [...groups].flatMap(([key, [first, ...others]]) => {
    const registration = byKey.get(key)
    if (!registration || !first) return []
    return [
      told(registration, 'hazard', {
        detail: first.words,
        scale: others.length > 0 ? `and ${plural(others.length, 'other hazard')}` : null,
      }),
    ]
  })
}

/** Finished executions that stay for less than this are gone before somebody looks, ms. */
export const EVICTED_SOON_MS = 60_000

/** One entry for all: the one whose executions go first. */
function soonEvicted(
  byKey: ReadonlyMap<string, Registration>,
  retention: ReadonlyMap<string, Retention> = new Map(),
): readonly Attention[] {
  const soon = [...retention].filter(([, { ms }]) => ms < EVICTED_SOON_MS).sort(([, a], [, b]) => a.ms - b.ms)
  const [first, ...others] = soon
  const registration = first && byKey.get(first[0])
  if (!registration) return []
  const [, { ms, by, limit }] = first
  return [
    {
      ...told(registration, 'evicted', {
        detail: `Its finished executions leave the server within ${formatDuration(ms)}: ${by} is ${formatCount(limit)}`,
        scale: others.length > 0 ? `and those of ${plural(others.length, 'other')}` : null,
      }),
      target: { kind: 'retention', setting: by, registration },
    },
  ]
}

const TROUBLE_WITHOUT_ERROR = {
  failing: 'Its last run failed.',
  retrying: 'It waits to try its batch again.',
  aborted: 'It gave up its stream after an error.',
} as const

/** Of one that only silent shards had, nobody knows whether it is there still: those shards are told. */
function executionTrouble(execution: Execution, now: number): readonly Attention[] {
  if (!isHeardInFlight(execution)) return []
  const age = now - execution.firstSeen
  const stuck = execution.status !== 'running'
  if (age < (stuck ? STUCK_MS : LONG_RUN_MS)) return []
  return [
    {
      key: `execution ${execution.key}`,
      kind: stuck ? 'stuck' : 'long',
      subject: executionName(execution) ?? shortenId(execution.id),
      subjectNote: executionName(execution) === null ? 'execution' : shortenId(execution.id),
      detail: `${execution.precisionMs === null ? 'Over ' : ''}${formatDuration(age)} in ${execution.status}: ${STATUS_MEANING[execution.status]}`,
      verbatim: false,
      scale: null,
      since: execution.firstSeen,
      target: { kind: 'execution', execution },
    },
  ]
}

/** Executions that failed in the last minutes, one entry a function; those of a registration that is failing stand there already. */
function failedExecutions(
  executions: readonly Execution[],
  registrations: readonly Registration[],
  now: number,
): readonly Attention[] {
  const told = new Set(
    registrations.filter(({ health }) => health === 'failing' || health === 'retrying').map(({ name }) => name),
  )
  const byName = new Map<string | null, { failed: number; all: number; last: Execution | undefined }>()
  for (const execution of executions) {
    const name = executionName(execution)
    if (now - (execution.endSeen ?? execution.lastSeen) > RECENT_MS || (name !== null && told.has(name))) continue
    const group = byName.get(name) ?? { failed: 0, all: 0, last: undefined }
    byName.set(name, group)
    group.all++
    if (execution.outcome !== 'failed') continue
    group.failed++
    if (!group.last || execution.firstSeen > group.last.firstSeen) group.last = execution
  }
  return [...byName].flatMap(([name, { failed, all, last }]): readonly Attention[] =>
    last
      ? [
          {
            key: `failed ${name}`,
            kind: 'failed',
            subject: name ?? plural(failed, 'execution'),
            subjectNote: name === null ? 'of unknown origin' : plural(failed, 'execution'),
            detail: last.firstError ?? 'It failed without words.',
            verbatim: last.firstError !== null,
            scale: `${formatCount(failed)} of ${plural(all, 'run')} in ${formatSpan(RECENT_MS)}`,
            since: last.endSeen ?? last.lastSeen,
            target: {
              kind: 'executions',
              query: `status:failed${name === null ? '' : ` function:${quoteValue(name)}`}`,
            },
          },
        ]
      : [],
  )
}

interface Answer {
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

/** The overview's answer in words: "2 registrations are failing, 1 execution has run for 4 min." */
export function overviewAnswer({ attention, ended, spanMs, shards, now }: Figures): Answer {
  const span = `the last ${formatSpan(spanMs)}`
  const troubles = troublesInWords(attention, { failed: ended.failed, shards: shards.length, now })
  const up = shards.filter((shard) => shard.state === 'up').length
  const answering =
    shards.length === 1
      ? `The server ${up === 1 ? 'answers' : 'does not answer'}.`
      : `${up} of ${plural(shards.length, 'shard')} answer.`
  const outcomes =
    ended.all === 0
      ? `No execution ended in ${span}.`
      : ended.failed === 0
        ? `${plural(ended.all, 'execution')} in ${span}, ${ended.unknown > 0 ? `none known to have failed, ${formatCount(ended.unknown)} of unknown outcome` : 'none failed'}.`
        : `${formatCount(ended.failed)} of ${plural(ended.all, 'execution')} failed in ${span}.`
  if (troubles.length === 0) return { headline: 'Nothing needs you.', second: `${outcomes} ${answering}` }
  return { headline: `${capital(troubles.slice(0, 3).join(', '))}.`, second: `${outcomes} ${answering}` }
}

/** `failed`: as the second line counts them, so that the two agree. */
function troublesInWords(
  attention: readonly Attention[],
  { failed, shards, now }: { readonly failed: number; readonly shards: number; readonly now: number },
): readonly string[] {
  const of = (...kinds: AttentionKind[]) => attention.filter((item) => kinds.includes(item.kind))
  const be = (n: number, noun: string, what: string) => `${plural(n, noun)} ${n === 1 ? 'is' : 'are'} ${what}`
  const silent = of('silent')
  const refusing = of('refusing')
  const failing = of('failing', 'retrying')
  const inFlight = of('stuck', 'long').toSorted((a, b) => (a.since ?? now) - (b.since ?? now))
  const oldest = inFlight[0]
  const parts: (string | false)[] = [
    silent.length > 0 &&
      `${shards === 1 ? 'the server' : `shard${silent.length === 1 ? '' : 's'} ${listInWords(silent.map((item) => item.subject))}`} ${silent.length === 1 ? 'has' : 'have'} been silent${
        silent.length === 1 && typeof silent[0]?.since === 'number' ? ` for ${coarse(now - silent[0].since)}` : ''
      }`,
    refusing.length > 0 &&
      `${shards === 1 ? 'the server' : `shard${refusing.length === 1 ? '' : 's'} ${listInWords(refusing.map((item) => item.subject))}`} ${refusing.length === 1 ? 'tells' : 'tell'} nothing of RedisGears`,
    of('uninitialised').length > 0 &&
      (of('uninitialised').some(({ subject }) => subject === 'Cluster')
        ? 'the cluster is not initialised'
        : `${be(of('uninitialised').length, 'shard', 'not initialised')}`),
    failing.length > 0 && be(failing.length, 'registration', 'failing'),
    of('aborted').length > 0 && be(of('aborted').length, 'registration', 'aborted'),
    oldest !== undefined &&
      `${plural(inFlight.length, 'execution')} ${inFlight.length === 1 ? 'has' : 'have'} ${waits(oldest) ? 'waited' : 'run'} for ${inFlight.length === 1 ? '' : 'up to '}${coarse(now - (oldest.since ?? now))}`,
    failed > 0 && of('failed').length > 0 && `${plural(failed, 'execution')} failed`,
    of('fires-though-paused').length > 0 &&
      `${plural(of('fires-though-paused').length, 'paused registration')} still ${of('fires-though-paused').length === 1 ? 'fires' : 'fire'}`,
    of('stalled').length > 0 && be(of('stalled').length, 'stream', 'not read although entries wait'),
    of('lagging').length > 0 && be(of('lagging').length, 'stream reader', 'falling behind'),
    of('missing').length > 0 && be(of('missing').length, 'registration', 'missing on a shard'),
    of('requirement').length > 0 && be(of('requirement').length, 'requirement', 'not installed everywhere'),
    of('growing').length > 0 &&
      `${plural(of('growing').length, 'function')} ${of('growing').length === 1 ? 'leaves' : 'leave'} memory behind`,
    of('slower').length > 0 && be(of('slower').length, 'function', 'slower than before'),
    of('quiet').length > 0 &&
      `${plural(of('quiet').length, 'registration')} ${of('quiet').length === 1 ? 'has' : 'have'} fallen quiet`,
    of('flaky').length > 0 &&
      `${plural(of('flaky').length, 'registration')} ${of('flaky').length === 1 ? 'fails' : 'fail'} now and then`,
    of('paused').length > 0 && be(of('paused').length, 'registration', 'paused'),
  ]
  return parts.filter((part) => part !== false)
}

const waits = ({ target }: Attention): boolean => target.kind === 'execution' && target.execution.outcome === 'waiting'

/** A headline wants one unit: `4 min`. */
const coarse = (ms: number): string => formatAgo(ms).replace(/ ago$/, '').replace('just now', 'a moment')

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
