import { plural } from '@gearboard/gears/vocabulary/text'
import type { ShardState } from '../cluster/shard'
import { shardName } from '../cluster/shard-order'
import { formatDuration, listInWords } from '../text/format'
import { firingHazardsOf, type UnraisedEvent, unraisedEvents } from './never-fires'
import { failsEverywhere, type Registration, type RegistrationOf, whatInWords } from './registration'
import type { Severity } from './severity'

export const HAZARDS = [
  'crash',
  'competing-readers',
  'same-trigger',
  'registered-twice',
  'own-prefix',
  'blocks-redis',
  'waits-for-full-batch',
  'every-key-sync',
  'never-trimmed',
  'huge-batch',
  'missing',
  'differs',
  'never-fires',
  'taken-name',
] as const
export type HazardKind = (typeof HAZARDS)[number]

/** Something about registrations that may harm the server or lose events. */
export interface Hazard {
  readonly kind: HazardKind
  /** Key of the registration concerned. */
  readonly registration: string
  readonly words: string
  /** The other registrations involved. */
  readonly others: readonly { readonly key: string; readonly name: string }[]
}

/** What the editor's rules found in the source of a registration. */
export interface SourceFinding {
  /** Id of the registration that the script made; one script may make several, and a finding is of the script. */
  readonly registration: string
  /** Name of the editor's rule. */
  readonly rule: string
  readonly severity: Severity
  /** What it means for a registration; null: nothing. */
  readonly hazard: HazardKind | null
  /** From 1. */
  readonly line: number
  readonly message: string
}

/** A larger batch is reported. */
const HUGE_BATCH = 10_000
/** A longer wait for a full batch is reported, ms. */
const LONG_WAIT_MS = 60_000

/** What threatens registrations, by what is registered and, where Gearboard has it, by the source. */
export function hazardsOf(
  registrations: readonly Registration[],
  findings: readonly SourceFinding[] = [],
  shards: readonly ShardState[] = [],
): readonly Hazard[] {
  const unraised = unraisedEvents(shards)
  return [
    ...fromSources(registrations, findings),
    ...competingReaders(registrations),
    ...sameTrigger(registrations),
    ...registeredTwice(registrations),
    ...registrations.flatMap((r) => [...alone(r, unraised)]),
  ]
}

const isStream = (r: Registration): r is RegistrationOf<'StreamReader'> => r.reader === 'StreamReader'

function* fromSources(registrations: readonly Registration[], findings: readonly SourceFinding[]): Generator<Hazard> {
  const byId = new Map(registrations.map((r) => [r.id, r]))
  for (const { registration, hazard: kind, line, message } of findings) {
    const r = byId.get(registration)
    if (!r || kind === null) continue
    yield { kind, registration: r.key, words: `${message} (line ${line} of its script).`, others: [] }
  }
}

/** All stream readers share one consumer group (protocol 3.4): each entry goes to one of them. */
function* competingReaders(registrations: readonly Registration[]): Generator<Hazard> {
  const readers = registrations.filter(isStream)
  for (const r of readers) {
    const rivals = readers.filter((other) => other !== r && mayMeet(r.args.prefix, other.args.prefix))
    if (rivals.length === 0) continue
    const names = listInWords(rivals.map(({ name }) => `“${name}”`))
    yield {
      kind: 'competing-readers',
      registration: r.key,
      words: `It shares streams with ${names}: they use one consumer group, so each entry reaches only one of them.`,
      others: rivals.map(nameAndKey),
    }
  }
}

/** Whether a key may match both: a prefix ends in `*`, anything else is one key. */
function mayMeet(a: string, b: string): boolean {
  const [wideA, wideB] = [a.endsWith('*'), b.endsWith('*')]
  const [startA, startB] = [wideA ? a.slice(0, -1) : a, wideB ? b.slice(0, -1) : b]
  if (wideA && wideB) return startA.startsWith(startB) || startB.startsWith(startA)
  if (wideA) return startB.startsWith(startA)
  return wideB ? startA.startsWith(startB) : startA === startB
}

function* sameTrigger(registrations: readonly Registration[]): Generator<Hazard> {
  for (const group of grouped(registrations, (r) => (r.reader === 'CommandReader' ? r.args.trigger : null))) {
    for (const r of group) {
      const others = group.filter((other) => other !== r)
      yield {
        kind: 'same-trigger',
        registration: r.key,
        words: `${plural(group.length, 'registration')} use the trigger ${r.reader === 'CommandReader' ? r.args.trigger : r.name}. The server rejects a second trigger of the same name: these are command hooks, which nest with the newest first, or were registered on shards that did not know each other.`,
        others: others.map(nameAndKey),
      }
    }
  }
}

/** The same description, reader and arguments: a script that was submitted twice runs twice. */
function* registeredTwice(registrations: readonly Registration[]): Generator<Hazard> {
  const same = (r: Registration) =>
    // Streams and triggers are reported above.
    r.reader === 'KeysReader' && r.description !== null ? JSON.stringify([r.description, r.mode, r.args]) : null
  for (const group of grouped(registrations, same)) {
    for (const r of group) {
      yield {
        kind: 'registered-twice',
        registration: r.key,
        words: `It is registered ${plural(group.length, 'time')} with the same description and arguments: each event runs it ${plural(group.length, 'time')}.`,
        others: group.filter((other) => other !== r).map(nameAndKey),
      }
    }
  }
}

function* alone(r: Registration, unraised: readonly UnraisedEvent[]): Generator<Hazard> {
  const of = (kind: HazardKind, words: string): Hazard => ({ kind, registration: r.key, words, others: [] })
  if (isStream(r)) {
    const { batchSize, durationMs, trimStream } = r.args
    if (batchSize > 1 && durationMs === 0)
      yield of(
        'waits-for-full-batch',
        `It waits for ${plural(batchSize, 'entry', 'entries')} without a timeout. Register it with a duration.`,
      )
    else if (durationMs > LONG_WAIT_MS && batchSize > 1)
      yield of('waits-for-full-batch', `An incomplete batch waits for ${formatDuration(durationMs)}.`)
    if (batchSize > HUGE_BATCH)
      yield of(
        'huge-batch',
        `It reads ${plural(batchSize, 'entry', 'entries')} at once: all are in memory, and one failure fails them all.`,
      )
    if (trimStream === false)
      yield of(
        'never-trimmed',
        'trimStream=False: entries stay in the stream after they are read, so it grows unless another client trims it.',
      )
  }
  if (r.reader === 'KeysReader' && r.mode === 'sync' && r.args.prefix === '*')
    yield of(
      'every-key-sync',
      `It runs on the main thread of Redis for ${r.args.eventTypes ? listInWords(r.args.eventTypes) : 'every event'} of any key: each such command waits for it.`,
    )
  for (const { words, instead } of firingHazardsOf(r, unraised)) yield of('never-fires', `${words}. ${instead}`)
  const { differsOn = [] } = r
  if (differsOn.length > 0) {
    const each = differsOn.map(
      ({ shard, what }) =>
        `${what} on ${shardName(
          shard,
          r.perShard.map((part) => ({ key: part.shard })),
        )}`,
    )
    yield of(
      'differs',
      `This id means different things on different shards: ${listInWords(each)}, ${whatInWords(r)} on the others. Counters are summed over all of them, and unregistering removes it everywhere. Unregister it, then register each function again.`,
    )
  }
  if (r.missingOn.length > 0)
    yield of(
      'missing',
      `${plural(r.missingOn.length, 'shard')} that answer${r.missingOn.length === 1 ? 's' : ''} ${r.missingOn.length === 1 ? 'does' : 'do'} not know it: ${failsEverywhere(r) ? 'every run fails on every shard, because it runs on all of them' : 'events on such a shard do not fire it'}.`,
    )
}

const nameAndKey = ({ key, name }: Registration) => ({ key, name })

/** Groups of two and more. */
function grouped(
  registrations: readonly Registration[],
  keyOf: (r: Registration) => string | null,
): readonly (readonly Registration[])[] {
  const groups = new Map<string, Registration[]>()
  for (const r of registrations) {
    const key = keyOf(r)
    if (key !== null) groups.set(key, [...(groups.get(key) ?? []), r])
  }
  return [...groups.values()].filter((group) => group.length > 1)
}
