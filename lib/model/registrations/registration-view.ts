import { argsInWords, inFlight, type RegistrationReader } from '@gearboard/gears/vocabulary/registration'
import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { errorTitle, readError } from '@gearboard/gears/vocabulary/traceback'
import { shardName } from '../cluster/shard-order'
import { formatDuration, listInWords } from '../text/format'
import { isRedisCommand } from '../trigger/redis-commands'
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
  'unknown',
  'ok',
  'idle',
] as const
export type RegistrationState = (typeof REGISTRATION_STATES)[number]

export const stateOf = (r: Pick<Registration, 'health' | 'missingOn'>): RegistrationState =>
  r.missingOn.length > 0 && !needsAttention(r) ? 'partial' : r.health

/** Its last run failed, or it has stopped running at all. */
export const needsAttention = (r: Pick<Registration, 'health'>): boolean =>
  r.health === 'failing' || r.health === 'retrying' || r.health === 'aborted'

/** The reason for a row's state, for its second line; null if there is none. */
export function registrationReason(r: Registration): string | null {
  const error = r.lastError === null ? null : errorTitle(readError(r.lastError))
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
      return error
    case 'paused':
      return `${pausedInWords(r)}${error ? ` Its last run failed: ${error}` : ''}${missing}`
    case 'unknown':
      return 'No shard has reported its health.'
    case 'ok':
    case 'idle':
      return missing.trim() || null
  }
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
