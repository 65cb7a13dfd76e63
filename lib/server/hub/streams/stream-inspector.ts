import { commands, type Gears, GearsError, type GearsValue, type Shard, toResultValue } from '@gearboard/gears'
import { steadyMs, wallMs } from '@gearboard/gears/vocabulary/clock'
import { slotOf } from '@gearboard/gears/vocabulary/slots'
import { plural } from '@gearboard/gears/vocabulary/text'
import { shardOfSlot } from '@/lib/model/cluster/shard-order'
import type { Registration, RegistrationOf } from '@/lib/model/registrations/registration'
import {
  GEARS_GROUP,
  POISON_DELIVERIES,
  POISON_IDLE_MS,
  type PoisonEntry,
  type RegistrationStreams,
  type StreamState,
  timeOfEntry,
} from '@/lib/model/registrations/stream-state'
import { Meter, type QuestionTarget } from '@/lib/server/connection/shared-read'
import { PollPace } from '../poll/poll-pace'
import { StreamTrend } from './stream-trend'

/** Readings of the same streams are so far apart, ms: more where they take a shard long. */
const FRESH_MS = 3000
/** Prefixes looked at for one question, those first that were not for the longest time. */
const PREFIXES = 10
/** Streams of a prefix that are looked at on a shard. */
const STREAMS = 12
/** Steps of SCAN in one reading, and keys in a step; the next reading continues where this one ended. */
const SCANS = 5
const SCAN_COUNT = 500
/** Streams of a prefix remembered on a shard. */
const FOUND = 1000
/** The key space is searched again, ms. */
const SEARCH_MS = 30_000
const PENDING = 10
/** Entries shown with their fields, and how much of them. */
const SHOWN_ENTRIES = 3
const SHOWN_FIELDS = 20
const SHOWN_BYTES = 200

/** The position of a shard's search. */
interface KeySearch {
  cursor: string
  /** Under the bytes as latin1. */
  keys: Map<string, Buffer>
  /** On the steady clock. */
  finishedAt: number | null
}

interface PrefixStreams {
  readonly prefix: string
  readonly searches: Map<string, KeySearch>
  readonly trends: Map<string, StreamTrend>
  readonly pace: PollPace
  lookedAt: number
  /** As `lookedAt`, on the steady clock. */
  steadyAt: number
  looking: Promise<void> | undefined
  streams: readonly StreamState[]
  found: number
  searched: boolean
  silent: RegistrationStreams['silent']
}

/**
 * Reads the streams of registrations while a client asks: plain commands, within a budget (for a shard 10 prefixes, each at most 5 SCANs
 * and 12 streams with 3 commands, every 3 s: some 140 commands a second), and says where that does not reach.
 */
export class StreamInspector {
  private readonly byPrefix = new Map<string, PrefixStreams>()

  constructor(private readonly gears: Gears) {}

  /** @param detail also reads the fields of entries that no consumer finishes */
  async readStreams(registrations: readonly Registration[], detail: boolean): Promise<readonly RegistrationStreams[]> {
    const readers = registrations.filter((r): r is RegistrationOf<'StreamReader'> => r.reader === 'StreamReader')
    const prefixes = [...new Set(readers.map(({ args }) => args.prefix))].map((prefix) => this.of(prefix))
    const due = prefixes.toSorted((a, b) => a.steadyAt - b.steadyAt).slice(0, PREFIXES)
    const shards = await this.gears.shards()
    await Promise.all(due.map((watched) => this.fresh(watched, shards)))
    return Promise.all(
      readers.map(async ({ key, args }): Promise<RegistrationStreams> => {
        const { lookedAt, streams, found, searched, silent } = this.of(args.prefix)
        return {
          registration: key,
          at: lookedAt === 0 ? null : lookedAt,
          streams: detail ? await this.withFields(streams, shards) : streams,
          found,
          searched,
          silent,
        }
      }),
    )
  }

  /** Forgets the streams of registrations that are no more. */
  keepStreamsOf(registrations: readonly Registration[]): void {
    const prefixes = new Set(registrations.flatMap((r) => (r.reader === 'StreamReader' ? [r.args.prefix] : [])))
    for (const prefix of this.byPrefix.keys()) if (!prefixes.has(prefix)) this.byPrefix.delete(prefix)
  }

  private of(prefix: string): PrefixStreams {
    const known = this.byPrefix.get(prefix)
    if (known) return known
    const made: PrefixStreams = {
      prefix,
      searches: new Map(),
      trends: new Map(),
      pace: new PollPace(),
      lookedAt: 0,
      steadyAt: Number.NEGATIVE_INFINITY,
      looking: undefined,
      streams: [],
      found: 0,
      searched: false,
      silent: [],
    }
    this.byPrefix.set(prefix, made)
    return made
  }

  /** Callers that ask at the same time share one reading. */
  private fresh(watched: PrefixStreams, shards: readonly Shard[]): Promise<void> {
    if (steadyMs() - watched.steadyAt < watched.pace.intervalMs(FRESH_MS)) return watched.looking ?? Promise.resolve()
    watched.looking ??= lookAt(watched, shards).finally(() => {
      watched.looking = undefined
    })
    return watched.looking
  }

  private async withFields(streams: readonly StreamState[], shards: readonly Shard[]): Promise<readonly StreamState[]> {
    return Promise.all(
      streams.map(async (stream) => {
        const shard = shards.find(({ key }) => key === stream.shard)
        if (!shard || stream.poison.length === 0) return stream
        const shown = await Promise.all(
          stream.poison
            .slice(0, SHOWN_ENTRIES)
            .map(async (entry) => ({ ...entry, ...(await fieldsOf(shard, stream, entry)) })),
        )
        return { ...stream, poison: [...shown, ...stream.poison.slice(SHOWN_ENTRIES)] }
      }),
    )
  }
}

async function lookAt(watched: PrefixStreams, shards: readonly Shard[]): Promise<void> {
  const own = isExact(watched.prefix) ? ownerOf(watched.prefix, shards) : shards
  const looks = await Promise.all(
    own.map(async (shard) => {
      try {
        const meter = new Meter(shard, shard.send)
        return { shard, ...(await lookOn(watched, meter)), ms: meter.ms }
      } catch (error) {
        if (!(error instanceof GearsError)) throw error
        return { shard, message: error.message }
      }
    }),
  )
  const answered = looks.flatMap((look) => ('streams' in look ? [look] : []))
  if (answered.length > 0) watched.pace.addAnswer(Math.max(...answered.map(({ ms }) => ms)))
  watched.lookedAt = wallMs()
  watched.steadyAt = steadyMs()
  watched.streams = answered.flatMap(({ streams }) => streams)
  watched.found = answered.reduce((sum, { found }) => sum + found, 0)
  watched.searched = answered.every(({ searched }) => searched)
  watched.silent = looks.flatMap((look) =>
    'streams' in look ? [] : [{ shard: look.shard.key, message: look.message }],
  )
}

/** A prefix without `*` means that one key. */
const isExact = (prefix: string): boolean => !prefix.endsWith('*')

function ownerOf(key: string, shards: readonly Shard[]): readonly Shard[] {
  const [only, ...others] = shards
  if (only && others.length === 0) return [only]
  const owner = shardOfSlot(slotOf(key), shards)
  return owner ? [owner] : []
}

async function lookOn(watched: PrefixStreams, shard: QuestionTarget) {
  const search = searchOf(watched, shard.key)
  if (isExact(watched.prefix)) {
    search.keys.set(watched.prefix, Buffer.from(watched.prefix))
    search.finishedAt = steadyMs()
  } else await searchOn(search, watched.prefix, shard)
  const states: StreamState[] = []
  for (const [name, key] of [...search.keys].slice(0, STREAMS)) {
    const track = `${shard.key} ${name}`
    const state = await stateOf(shard, key, trendOf(watched, track))
    if (state) states.push(state)
    else {
      search.keys.delete(name)
      watched.trends.delete(track)
    }
  }
  return { streams: states, found: search.keys.size, searched: search.finishedAt !== null && search.keys.size < FOUND }
}

function searchOf({ searches }: PrefixStreams, shard: string): KeySearch {
  const search = searches.get(shard) ?? { cursor: '0', keys: new Map<string, Buffer>(), finishedAt: null }
  searches.set(shard, search)
  return search
}

function trendOf({ trends }: PrefixStreams, track: string): StreamTrend {
  const trend = trends.get(track) ?? new StreamTrend()
  trends.set(track, trend)
  return trend
}

/** Continues the search of a shard's key space; once through, it rests for a while. */
async function searchOn(search: KeySearch, prefix: string, shard: QuestionTarget): Promise<void> {
  if (search.cursor === '0' && search.finishedAt !== null && steadyMs() - search.finishedAt < SEARCH_MS) return
  // The prefix is no glob where events are matched (protocol 3.4).
  const pattern = `${prefix.slice(0, -1).replace(/[\\*?[\]]/g, '\\$&')}*`
  for (let step = 0; step < SCANS && search.keys.size < FOUND; step++) {
    const { cursor, keys } = await shard.send(commands.scanStreams, search.cursor, pattern, SCAN_COUNT)
    for (const key of keys) search.keys.set(key.toString('latin1'), key)
    search.cursor = cursor
    if (cursor !== '0') continue
    search.finishedAt = steadyMs()
    return
  }
}

/** Undefined: it is gone, or no stream any longer. */
async function stateOf(shard: QuestionTarget, key: Buffer, trend: StreamTrend): Promise<StreamState | undefined> {
  let answers: readonly [commands.StreamFacts, readonly commands.StreamGroup[]]
  try {
    answers = await Promise.all([shard.send(commands.streamInfo, key), shard.send(commands.streamGroups, key)])
  } catch (error) {
    if (error instanceof GearsError && error.code === 'rejected' && GONE.test(error.message)) return undefined
    throw error
  }
  const [facts, groups] = answers
  const group = groups.find(({ name }) => name === GEARS_GROUP)
  const now = wallMs()
  const pending = group?.pending ?? 0
  const backlog = backlogOf(facts, group)
  trend.addPoint(Math.round(steadyMs()), { waiting: backlog.count + pending, length: facts.length })
  return {
    shard: shard.key,
    key: toResultValue(textOrBytes(key)),
    length: facts.length,
    backlog,
    pending,
    oldestAt: facts.firstId === null ? null : timeOfEntry(facts.firstId, now),
    ...trend.told,
    poison: pending > 0 ? poisonOf(await shard.send(commands.pendingEntries, key, GEARS_GROUP, PENDING)) : [],
  }
}

/** A key that is not there, or of another type. */
const GONE = /^(?:ERR no such key|WRONGTYPE)/

function backlogOf(facts: commands.StreamFacts, group: commands.StreamGroup | undefined): StreamState['backlog'] {
  // No consumer has read it yet.
  if (!group) return { count: facts.length, atMost: false }
  if (group.lastDeliveredId === facts.lastId) return { count: 0, atMost: false }
  if (typeof group.lag === 'number') return { count: group.lag, atMost: false }
  return { count: Math.max(0, facts.length - group.pending), atMost: true }
}

const poisonOf = (entries: readonly commands.PendingEntry[]): readonly PoisonEntry[] =>
  entries.filter(({ deliveries, idleMs }) => deliveries >= POISON_DELIVERIES || idleMs >= POISON_IDLE_MS)

const textOrBytes = (value: Buffer): GearsValue => {
  const text = value.toString()
  return Buffer.from(text).equals(value) ? text : value
}

async function fieldsOf(shard: Shard, { key }: StreamState, { id }: PoisonEntry): Promise<Pick<PoisonEntry, 'fields'>> {
  try {
    const fields = await shard.send(commands.streamEntry, keyBytes(key), id)
    return { fields: fields && shownFields(fields) }
  } catch (error) {
    if (error instanceof GearsError) return {}
    throw error
  }
}

const keyBytes = (key: StreamState['key']): Buffer =>
  typeof key === 'string'
    ? Buffer.from(key)
    : Buffer.from(key !== null && typeof key === 'object' && 'base64' in key ? key.base64 : '', 'base64')

function shownFields(flat: readonly Buffer[]): NonNullable<PoisonEntry['fields']> {
  const shown = (value: Buffer | undefined) => {
    const bytes = value ?? Buffer.alloc(0)
    if (bytes.length <= SHOWN_BYTES) return toResultValue(textOrBytes(bytes))
    return `${bytes.subarray(0, SHOWN_BYTES).toString()}… (${plural(bytes.length, 'byte')})`
  }
  return Array.from({ length: Math.min(SHOWN_FIELDS, flat.length / 2) }, (_, i) => [
    shown(flat[2 * i]),
    shown(flat[2 * i + 1]),
  ])
}
