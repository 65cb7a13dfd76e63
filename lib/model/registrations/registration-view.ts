import { argsInWords, inFlight, type RegistrationReader } from '@gearboard/gears/vocabulary/registration'
import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { errorTitle, readError } from '@gearboard/gears/vocabulary/traceback'
import { shardName } from '../cluster/shard-order'
import { formatAgo, formatDuration, listInWords } from '../text/format'
import { isRedisCommand } from '../trigger/redis-commands'
import type { RegistrationHealth } from './health'
import type { Registration } from './registration'

/** `KeysReader` → `keys`. */
export function readerWord(reader: RegistrationReader): 'keys' | 'stream' | 'command' {
  switch (reader) {
    case 'KeysReader':
      return 'keys'
    case 'StreamReader':
      return 'stream'
    case 'CommandReader':
      return 'command'
  }
}

/** The state in its row: its health, or that shards which answer do not know it, unless its health is worse. Worst first. */
export const REGISTRATION_STATES = [
  'aborted',
  'retrying',
  'failing',
  'partial',
  'paused',
  'flaky',
  'unknown',
  'ok',
  'idle',
] as const
export type RegistrationState = (typeof REGISTRATION_STATES)[number]

export const stateOf = (r: Pick<Registration, 'health' | 'missingOn'>): RegistrationState =>
  r.missingOn.length > 0 && !needsAttention(r) ? 'partial' : r.health

/** Its recent runs fail at a rate worth waking for, or it has stopped running at all: what every count of failing ones counts. */
export const needsAttention = (r: Pick<Registration, 'health'>): boolean =>
  r.health === 'failing' || r.health === 'retrying' || r.health === 'aborted'

/** How many are in which state; each figure on any page is one of these. */
export interface RegistrationCounts {
  readonly all: number
  /** `needsAttention`. */
  readonly failing: number
  readonly flaky: number
  readonly paused: number
  readonly healthy: number
  /** Without a recent run. */
  readonly idle: number
  /** Not judged yet. */
  readonly unknown: number
}

export function registrationCounts(registrations: readonly Pick<Registration, 'health'>[]): RegistrationCounts {
  const of = (health: RegistrationHealth) => registrations.filter((r) => r.health === health).length
  return {
    all: registrations.length,
    failing: registrations.filter(needsAttention).length,
    flaky: of('flaky'),
    paused: of('paused'),
    healthy: of('ok'),
    idle: of('idle'),
    unknown: of('unknown'),
  }
}

/** `4 %`: how many of its recent runs failed. */
export const flakyShare = ({ observed: { percent } }: Pick<Registration, 'observed'>): string =>
  percent === 0 ? 'under 1 %' : `${percent} %`

/** Its last error that was seen, in one line; null: none was. */
export function lastErrorTitle({ lastError, observed }: Pick<Registration, 'lastError' | 'observed'>): string | null {
  const text = observed.lastError?.text ?? lastError
  return text === null ? null : errorTitle(readError(text))
}

/** `KeyError: 'currency' (12 s ago)` */
function lastErrorWithAge(r: Registration, now: number): string | null {
  const title = lastErrorTitle(r)
  const at = r.observed.lastError?.at ?? null
  return title === null || at === null ? title : `${title} (${formatAgo(now - at)})`
}

/** The reason for a row's state, for its second line; null if there is none. @param now our clock, ms */
export function registrationReason(r: Registration, now: number): string | null {
  const error = lastErrorWithAge(r, now)
  const missing = r.missingOn.length > 0 ? ` Missing on ${plural(r.missingOn.length, 'shard')}.` : ''
  switch (r.health) {
    case 'aborted':
      return `Stopped by its onFailedPolicy${error ? `: ${error}` : '.'}`
    case 'retrying': {
      const every = r.reader === 'StreamReader' ? r.args.retryIntervalS : null
      const row = r.observed.failedInRow
      const times = row !== null && row > 1 ? ` (failed ${formatCount(row)} times in a row)` : ''
      return `Retries the failed batch${every === null ? '' : ` every ${every} s`}${times}${error ? `: ${error}` : '.'}`
    }
    case 'failing':
      return error ?? 'Its last run failed.'
    case 'flaky':
      return `Fails ${flakyShare(r)} of its runs${error ? `: ${error}` : '.'}`
    case 'paused':
      return `${pausedInWords(r)}${error ? ` Its last error: ${error}` : ''}${missing}`
    case 'unknown':
      return r.perShard.length === 0 ? 'No shard has reported its health.' : tooEarly(r)
    case 'ok':
    case 'idle':
      return missing.trim() || null
  }
}

/** The reason for the state of one that is failing or flaky, as a sentence of its own. @param now our clock, ms */
export function reasonWithName(r: Registration, now: number): string | undefined {
  const reason = registrationReason(r, now)
  if (reason === null) return undefined
  switch (r.health) {
    case 'aborted':
      return `${r.name} was ${lowerFirst(reason)}`
    case 'retrying':
    case 'flaky':
      return `${r.name} ${lowerFirst(reason)}`
    case 'failing':
      return lastErrorTitle(r) === null ? `The last run of ${r.name} failed.` : `${r.name}: ${reason}`
    default:
      return reason
  }
}

const lowerFirst = (words: string): string => `${words.charAt(0).toLowerCase()}${words.slice(1)}`

function tooEarly({ counters: { success, failures, aborted } }: Registration): string {
  const all = success + failures + aborted
  return `Too early to judge: Gearboard has seen too few of its runs. In total, ${formatCount(failures)} of ${plural(all, 'run')} failed.`
}

/**
 * Whether it is probably a command hook, which RG.TRIGGER does not reach: its trigger is the name of a command of Redis, or several have it
 * (the server refuses a trigger that is taken). The dump does not tell hooks from triggers (protocol 1.5).
 */
export const looksLikeHook = (r: Registration, all: readonly Registration[]): boolean =>
  r.reader === 'CommandReader' &&
  (isRedisCommand(r.args.trigger) ||
    all.some((other) => other !== r && other.reader === 'CommandReader' && other.args.trigger === r.args.trigger))

/** Where it is paused, and whether it still runs anywhere. */
export function pausedInWords({ perShard }: Pick<Registration, 'perShard'>): string {
  const going = perShard.filter(({ status }) => status !== 'PAUSED')
  const all = perShard.map(({ shard }) => ({ key: shard }))
  if (going.length > 0 && going.length < perShard.length) {
    const shards = listInWords(going.map(({ shard }) => shardName(shard, all)))
    return `Paused on ${perShard.length - going.length} of ${plural(perShard.length, 'shard')}; still reading on ${shards}, as last reported.`
  }
  const begun = perShard.reduce((sum, part) => sum + inFlight(part.counters), 0)
  const rest = begun > 0 ? ` ${plural(begun, 'earlier run')} ${begun === 1 ? 'has' : 'have'} not finished.` : ''
  return `Paused: new entries wait in the stream.${rest}`
}

/** Name and value of each argument, in words; null arguments are those that the version does not report. */
export function argsInDetail(r: Registration): readonly (readonly [name: string, value: string])[] {
  const list = (items: readonly string[] | null, none: string) => (items?.length ? items.join(', ') : none)
  switch (r.reader) {
    case 'KeysReader':
      return [
        ['Fires', argsInWords(r)],
        ['Prefix', r.args.prefix],
        ['Events', list(r.args.eventTypes, 'all')],
        ['Key types', list(r.args.keyTypes, 'all')],
        ['Hooked commands', list(r.args.hookCommands, 'none')],
      ]
    case 'StreamReader':
      return [
        ['Stream', r.args.prefix],
        ['Batch', plural(r.args.batchSize, 'entry', 'entries')],
        ['Batch timeout', r.args.durationMs === 0 ? 'none' : formatDuration(r.args.durationMs)],
        ['Trims the stream', r.args.trimStream === null ? 'not reported by 1.0' : r.args.trimStream ? 'yes' : 'no'],
        ['On failure', failurePolicy(r.args.onFailedPolicy, r.args.retryIntervalS)],
      ]
    case 'CommandReader':
      return [
        ['Trigger or hook', r.args.trigger],
        ['In order', r.args.inOrder === null ? 'not reported by 1.0' : r.args.inOrder ? 'yes' : 'no'],
      ]
  }
}

function failurePolicy(policy: 'continue' | 'abort' | 'retry' | null, everyS: number | null): string {
  switch (policy) {
    case null:
      return 'not reported by 1.0'
    case 'continue':
      return 'continue'
    case 'abort':
      return 'stop'
    case 'retry':
      return `retry${everyS === null ? '' : ` every ${everyS} s`}`
  }
}
