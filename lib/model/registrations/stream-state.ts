import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import type { ResultValue } from '@gearboard/gears/vocabulary/value'
import { formatDuration } from '../text/format'
import type { Registration, RegistrationOf } from './registration'

/** The group that all stream readers share (protocol 3.4): two registrations on one stream compete for its entries. */
export const GEARS_GROUP = '__gears_consumer_group__'

/** An entry delivered this often, or pending for this long, makes its batch fail or was abandoned. */
export const POISON_DELIVERIES = 3
export const POISON_IDLE_MS = 60_000

/** An entry that was delivered repeatedly, or long ago, and is still not acknowledged. */
export interface PoisonEntry {
  readonly id: string
  readonly deliveries: number
  /** Since it was last delivered, ms. */
  readonly idleMs: number
  /** Cut; null if the entry is gone; absent if not requested. */
  readonly fields?: readonly (readonly [name: ResultValue, value: ResultValue])[] | null
}

/** One stream that a registration reads, as reported by the shard that holds it. */
export interface StreamState {
  readonly shard: string
  readonly key: ResultValue
  readonly length: number
  /** Entries not yet delivered to the group. `atMost` if Redis does not report it: those that are not pending. Null without a group. */
  readonly backlog: { readonly count: number; readonly atMost: boolean }
  /** Given and not acknowledged. */
  readonly pending: number
  /** When the oldest entry was added, from its id, ms; null if the id is no time, or the stream is empty. */
  readonly oldestAt: number | null
  /** Net growth of what waits (backlog and pending), per second, over `watchedMs`; null until watched for long enough. */
  readonly growthPerS: number | null
  readonly lengthPerS: number | null
  readonly watchedMs: number
  readonly poison: readonly PoisonEntry[]
}

/** The streams of one registration, and what was left out. */
export interface RegistrationStreams {
  /** Key of the registration. */
  readonly registration: string
  /** Our clock, ms; null: not looked at yet. */
  readonly at: number | null
  readonly streams: readonly StreamState[]
  /** Streams that match and were found, of which `streams` shows the first. */
  readonly found: number
  /** The whole key space was searched; else there may be more. */
  readonly searched: boolean
  readonly silent: readonly { readonly shard: string; readonly message: string }[]
}

/** What functions are called with is in the entries: their fields are left out, as if they had not been requested. */
export const withoutFields = (registration: RegistrationStreams): RegistrationStreams => ({
  ...registration,
  streams: registration.streams.map((stream) => ({
    ...stream,
    poison: stream.poison.map(({ fields: _, ...entry }) => entry),
  })),
})

const waitingOf = ({ backlog, pending }: Pick<StreamState, 'backlog' | 'pending'>): number => backlog.count + pending

/** The number of entries that wait in a registration's streams; null if unchecked. */
export function totalWaiting(
  streams: RegistrationStreams | undefined,
): { readonly count: number; readonly exact: boolean } | null {
  if (!streams || streams.at === null) return null
  return {
    count: streams.streams.reduce((sum, stream) => sum + waitingOf(stream), 0),
    exact:
      streams.searched &&
      streams.silent.length === 0 &&
      streams.found === streams.streams.length &&
      streams.streams.every(({ backlog }) => !backlog.atMost),
  }
}

/** `nothing waits`, `in 4 min`, `not draining`, and a dash while unknown. */
export function drainInWords(stream: Pick<StreamState, 'backlog' | 'pending' | 'growthPerS'>): string {
  const waiting = waitingOf(stream)
  if (waiting === 0) return 'none waiting'
  if (stream.growthPerS === null) return '–'
  return stream.growthPerS < 0 ? `in ${formatDuration((waiting / -stream.growthPerS) * 1000)}` : 'not draining'
}

/** The time in an entry's id, ms; null where it is none: ids may be chosen freely. */
export function timeOfEntry(id: string, now: number): number | null {
  const ms = Number(id.split('-')[0])
  const year = 365 * 24 * 3_600_000
  return Number.isSafeInteger(ms) && ms > now - 10 * year && ms < now + 60_000 ? Math.min(ms, now) : null
}

export interface StreamFinding {
  readonly kind: 'stalled' | 'poison' | 'lagging' | 'unbounded'
  readonly words: string
}

/** A reader is not reported before it was watched for this long, ms. */
const WATCHED_MS = 10_000
const UNTRIGGERED_MS = 30_000

/** What the streams of a registration tell against it. @param now our clock, ms */
export function streamFindings(
  r: Registration,
  { streams }: RegistrationStreams,
  now: number,
): readonly StreamFinding[] {
  if (r.reader !== 'StreamReader') return []
  const watched = streams.filter(({ watchedMs }) => watchedMs >= WATCHED_MS)
  return [...stalled(r, watched, now), ...poisoned(streams), ...lagging(r, watched), ...unbounded(r, streams, watched)]
}

/** It says OK, entries wait that it should have taken, and nothing triggers it: a silent failure. */
function* stalled(
  r: RegistrationOf<'StreamReader'>,
  watched: readonly StreamState[],
  now: number,
): Generator<StreamFinding> {
  const goes = r.health === 'ok' || r.health === 'idle' || r.health === 'flaky'
  const last = r.observed.triggeredAt ?? r.firstSeen
  if (!goes || now - last < UNTRIGGERED_MS) return
  const enough = r.args.durationMs > 0 ? 1 : r.args.batchSize
  const stuck = watched.filter(
    (stream) => stream.backlog.count >= enough && !stream.backlog.atMost && (stream.growthPerS ?? 0) >= 0,
  )
  if (stuck.length === 0) return
  const waiting = stuck.reduce((sum, { backlog }) => sum + backlog.count, 0)
  yield {
    kind: 'stalled',
    words: `Its status is OK, but ${plural(waiting, 'entry', 'entries')} ${waiting === 1 ? 'is' : 'are'} waiting and it has not been triggered for ${formatDuration(now - last)}.`,
  }
}

function* poisoned(streams: readonly StreamState[]): Generator<StreamFinding> {
  const entries = streams.flatMap(({ poison }) => poison)
  const worst = entries.toSorted((a, b) => b.deliveries - a.deliveries)[0]
  if (!worst) return
  yield {
    kind: 'poison',
    words: `${plural(entries.length, 'entry', 'entries')} read but never acknowledged; ${worst.id} was delivered ${plural(worst.deliveries, 'time')}.`,
  }
}

function* lagging(r: RegistrationOf<'StreamReader'>, watched: readonly StreamState[]): Generator<StreamFinding> {
  const growing = watched.filter((stream) => (stream.growthPerS ?? 0) > 0 && waitingOf(stream) > 2 * r.args.batchSize)
  if (growing.length === 0 || r.health === 'paused') return
  const waiting = growing.reduce((sum, stream) => sum + waitingOf(stream), 0)
  const perMinute = 60 * growing.reduce((sum, { growthPerS }) => sum + (growthPerS ?? 0), 0)
  yield {
    kind: 'lagging',
    words: `${plural(waiting, 'entry', 'entries')} waiting, +${formatCount(Math.max(1, Math.round(perMinute)))}/min: it reads more slowly than entries arrive.`,
  }
}

/** Streams that are never trimmed only grow. */
function* unbounded(
  r: RegistrationOf<'StreamReader'>,
  streams: readonly StreamState[],
  watched: readonly StreamState[],
): Generator<StreamFinding> {
  const length = streams.reduce((sum, stream) => sum + stream.length, 0)
  if (r.args.trimStream !== false || length === 0) return
  const perMinute = Math.round(60 * watched.reduce((sum, { lengthPerS }) => sum + Math.max(0, lengthPerS ?? 0), 0))
  yield {
    kind: 'unbounded',
    words: `trimStream=False: entries stay after they are read, ${plural(length, 'entry', 'entries')} now${perMinute > 0 ? `, +${formatCount(perMinute)}/min` : ''}.`,
  }
}
