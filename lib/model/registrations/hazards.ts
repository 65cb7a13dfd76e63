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

/** Something about registrations that works until it does not. */
export interface Hazard {
  readonly kind: HazardKind
  /** Key of the registration that it is told of. */
  readonly registration: string
  readonly words: string
  /** The registrations that it is a matter of besides this one. */
  readonly others: readonly { readonly key: string; readonly name: string }[]
}

/** What the source of a registration told, by the rules of the editor. */
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

/** More than this is handed to a function at once. */
const HUGE_BATCH = 10_000
/** An incomplete batch that waits longer than this holds its entries back for as long, ms. */
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
      words: `It shares streams with ${names}: they read through one consumer group, so that each entry reaches only one of them.`,
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
        words: `${plural(group.length, 'registration')} answer to ${r.reader === 'CommandReader' ? r.args.trigger : r.name}. The server refuses a trigger that is taken: these are command hooks, which nest, newest first, or were registered by shards that did not know each other.`,
        others: others.map(nameAndKey),
      }
    }
  }
}

/** The same description, reader and arguments: a script that was sent twice does its work twice. */
function* registeredTwice(registrations: readonly Registration[]): Generator<Hazard> {
  const same = (r: Registration) =>
    // Streams compete and triggers are told above.
    r.reader === 'KeysReader' && r.description !== null ? JSON.stringify([r.description, r.mode, r.args]) : null
  for (const group of grouped(registrations, same)) {
    for (const r of group) {
      yield {
        kind: 'registered-twice',
        registration: r.key,
        words: `It is registered ${plural(group.length, 'time')} with the same description and arguments: each event runs it as often.`,
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
        `It waits until ${plural(batchSize, 'entry', 'entries')} came, however long that takes: register it with a duration.`,
      )
    else if (durationMs > LONG_WAIT_MS && batchSize > 1)
      yield of('waits-for-full-batch', `An incomplete batch waits for ${formatDuration(durationMs)}.`)
    if (batchSize > HUGE_BATCH)
      yield of(
        'huge-batch',
        `It takes ${plural(batchSize, 'entry', 'entries')} at once: they are all in memory, and one failure is that of all.`,
      )
    if (trimStream === false)
      yield of(
        'never-trimmed',
        'trimStream=False: what it has read stays in the stream, which only grows unless somebody else trims it.',
      )
  }
  if (r.reader === 'KeysReader' && r.mode === 'sync' && r.args.prefix === '*')
    yield of(
      'every-key-sync',
      `It runs on the main thread of Redis at ${r.args.eventTypes ? listInWords(r.args.eventTypes) : 'every event'} of any key: each such command waits for it.`,
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
      `Shards disagree on what has this id: ${listInWords(each)}, ${whatInWords(r)} on the others. Counters are summed over them, and unregistering removes it everywhere: unregister it, and register each function anew.`,
    )
  }
  if (r.missingOn.length > 0)
    yield of(
      'missing',
      `${plural(r.missingOn.length, 'shard')} that answer${r.missingOn.length === 1 ? 's' : ''} ${r.missingOn.length === 1 ? 'does' : 'do'} not know it: ${failsEverywhere(r) ? 'every firing fails, on every shard, since it runs on all of them' : 'events there fire nothing'}.`,
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
