import {
  type ArgsOf,
  addCounters,
  type Counters,
  type RegistrationReader,
  type ShardRegistration,
  ZERO_COUNTERS,
} from '@gearboard/gears/vocabulary/registration'
import type { ShardAnswer } from '@gearboard/gears/vocabulary/shard'
import type { Word } from '@gearboard/gears/vocabulary/shell-words'
import { plural } from '@gearboard/gears/vocabulary/text'
import { boundError } from '../executions/error-bounds'
import { registrationName } from '../registrations/registration'
import { formatDuration } from '../text/format'

/** Keys under it are Gearboard's to write. */
export const TEST_PREFIX = 'gearboard:test:'

/** The words after the key in the command that writes it. */
export const EVENT_TYPES = ['string', 'hash', 'list', 'set', 'stream', 'del'] as const
export type EventType = (typeof EVENT_TYPES)[number]

export const EVENT_COMMAND: Readonly<Record<EventType, string>> = {
  string: 'SET',
  hash: 'HSET',
  list: 'RPUSH',
  set: 'SADD',
  stream: 'XADD',
  del: 'DEL',
}

/** What is wrong with the words after the key; undefined when the command takes them. */
export function wordsProblem(type: EventType, words: readonly Word[]): string | undefined {
  if (type === 'del') return words.length === 0 ? undefined : 'DEL takes only the key.'
  if (type === 'string') return words.length === 1 ? undefined : 'SET takes one value; quote it if it has spaces.'
  if (words.length === 0) return `${EVENT_COMMAND[type]} needs a value.`
  if ((type === 'hash' || type === 'stream') && words.length % 2 === 1)
    return `${EVENT_COMMAND[type]} takes pairs: field, value, field, value.`
  return undefined
}

/** The event that the command raises, where it raises one (Redis: keyspace notifications). */
const EVENT_NAME: Readonly<Record<EventType, string>> = {
  string: 'set',
  hash: 'hset',
  list: 'rpush',
  set: 'sadd',
  stream: 'xadd',
  del: 'del',
}

/**
 * Whether an event on this key can fire a registration, according to the dump (protocol 3.3 to 3.5): `yes`; `perhaps`, where something
 * decides that no dump shows; `other_events` and `other_types`, it has the key and waits for other events, commands or types; `no`, the key
 * is none of its own.
 */
export type InjectionReach = 'yes' | 'perhaps' | 'other_events' | 'other_types' | 'no'

/** It can be this event that moved the counters. */
export const canFire = (reach: InjectionReach): boolean => reach === 'yes' || reach === 'perhaps'

export function reaches(registration: ArgsOf, key: string, type: EventType): InjectionReach {
  if (registration.reader === 'CommandReader') {
    // A hook: the dump does not tell its key prefix.
    return registration.args.trigger.toUpperCase() === EVENT_COMMAND[type] ? 'perhaps' : 'no'
  }
  const { prefix } = registration.args
  const fits = prefix.endsWith('*') ? key.startsWith(prefix.slice(0, -1)) : key === prefix
  if (!fits || (registration.reader === 'StreamReader' && type !== 'stream')) return 'no'
  if (registration.reader === 'StreamReader') return 'yes'
  const { eventTypes, keyTypes, hookCommands } = registration.args
  if (!names(eventTypes, EVENT_NAME[type]) || !(hookCommands?.length === 0 || names(hookCommands, EVENT_COMMAND[type])))
    return 'other_events'
  if (!keyTypes) return 'yes'
  // A key that is gone has no type, and the module knows none for streams.
  if (type === 'del' || type === 'stream') return 'perhaps'
  return names(keyTypes, type) ? 'yes' : 'other_types'
}

/** None given means all, an empty list none (measured; of commands it lets all pass). Case is ignored. */
const names = (given: readonly string[] | null, one: string): boolean =>
  given === null || given.some((each) => each.toLowerCase() === one.toLowerCase())

/** A registration that fired while it was watched, or that the key reaches. */
export interface FiredRegistration {
  readonly id: string
  readonly name: string
  readonly reader: RegistrationReader
  /** What the counters grew by, summed over the shards that answered before and after. */
  readonly grew: Counters
  /** Triggered and not ended yet. */
  readonly pending: number
  readonly reaches: InjectionReach
  /** The first error text among the shards where failures grew. */
  readonly error: string | null
}

type Dump = ShardAnswer<readonly ShardRegistration[]>

/**
 * Compares two dumps of every shard. A shard that is missing in either counts in neither; counters that went back count with their new
 * value.
 */
export function firedBetween(before: readonly Dump[], after: readonly Dump[], key: string, type: EventType) {
  const found = new Map<string, FiredRegistration>()
  for (const answer of after) {
    const earlier = before.find(({ shard }) => shard.key === answer.shard.key)
    if ('error' in answer || !earlier || 'error' in earlier) continue
    for (const registration of answer.value) {
      const start = earlier.value.find(({ id }) => id === registration.id)?.counters ?? ZERO_COUNTERS
      const grew = difference(registration.counters, start)
      const known = found.get(registration.id)
      const sum = known ? addCounters(known.grew, grew) : grew
      found.set(registration.id, {
        id: registration.id,
        name: registrationName(registration),
        reader: registration.reader,
        grew: sum,
        pending: Math.max(0, sum.triggered - sum.success - sum.failures - sum.aborted),
        reaches: reaches(registration, key, type),
        error:
          known?.error ??
          (grew.failures > 0 && registration.lastError !== null ? boundError(registration.lastError) : null),
      })
    }
  }
  return [...found.values()].filter((one) => one.grew.triggered > 0 || one.reaches !== 'no')
}

function difference(now: Counters, then: Counters): Counters {
  const grown = (name: keyof Counters) => (now[name] >= then[name] ? now[name] - then[name] : now[name])
  return {
    triggered: grown('triggered'),
    success: grown('success'),
    failures: grown('failures'),
    aborted: grown('aborted'),
  }
}

/** Fired, most likely by this event: its counters moved, and the event can have done it. */
export const hasFired = ({ grew, reaches }: FiredRegistration): boolean => grew.triggered > 0 && canFire(reaches)

/** What fired, for the audit log: as the report itself counts it. */
export function firedInWords({
  registrations,
  watchedMs,
}: Pick<InjectionReport, 'registrations' | 'watchedMs'>): string {
  const fired = registrations.filter(hasFired).length
  const others = registrations.filter((one) => one.grew.triggered > 0 && !hasFired(one)).length
  const meanwhile = others > 0 ? `; ${plural(others, 'other')} fired for other reasons` : ''
  return `${plural(fired, 'registration')} fired within ${formatDuration(watchedMs)}${meanwhile}`
}

/** What an injected event was seen to do. */
export interface InjectionReport {
  readonly key: string
  readonly slot: number
  /** Key of the shard that took it; null where none is known to own the slot. */
  readonly shard: string | null
  /** What the server answered to the write. */
  readonly written: string
  /** Those that it can have fired first. */
  readonly registrations: readonly FiredRegistration[]
  /** Executions that are listed now and were not before, of events; at most 50 ids. */
  readonly executions: readonly string[]
  /** How long was watched, ms. */
  readonly watchedMs: number
  /** Everything that it can have fired has ended, or nothing fired at all within the whole time. */
  readonly settled: boolean
  /** Shards that did not tell before or after: what happened there is not known. */
  readonly silent: readonly string[]
  /** Seconds until the key goes; null where it stays. */
  readonly expiresInS: number | null
}
