import { cutMiddle, LEFT_OUT } from '@gearboard/gears/vocabulary/text'
import { boundError, LEAST_ERROR_CHARS } from '../executions/error-bounds'
import type { Registration, RegistrationPart } from './registration'

/** Of a name that is used as it is, a trigger, a stream, a prefix: what the API takes. Longer ones are known by their beginning and end. */
const NAME_TEXT = 4096
/** Of each text that only people read. */
const ROW_TEXT = 1000
const ROW_ERROR = 4000
/** Of a list of names: events, key types, requirements. */
const ROW_NAMES = 200

type NameList = readonly string[] | null

/** The first names, as many as fit, and how many there are besides. */
function names(list: NameList): NameList {
  if (list === null || (list.length <= ROW_NAMES && list.every(({ length }) => length <= ROW_TEXT))) return list
  const kept = list.slice(0, ROW_NAMES).map((each) => cutMiddle(each, ROW_TEXT))
  const left = list.length - kept.length
  return left === 0 ? kept : [...kept, `… ${left.toLocaleString('en')} more`]
}

/** A list without a name is the same object where nothing was cut. */
const all = (list: readonly string[]): readonly string[] => names(list) ?? list

function withShortArgs(r: Registration): Registration {
  switch (r.reader) {
    case 'KeysReader': {
      const { prefix, eventTypes, keyTypes, hookCommands } = r.args
      const lists = { eventTypes: names(eventTypes), keyTypes: names(keyTypes), hookCommands: names(hookCommands) }
      return { ...r, args: { prefix: cutMiddle(prefix, NAME_TEXT), ...lists } }
    }
    case 'StreamReader':
      return { ...r, args: { ...r.args, prefix: cutMiddle(r.args.prefix, NAME_TEXT) } }
    case 'CommandReader':
      return { ...r, args: { ...r.args, trigger: cutMiddle(r.args.trigger, NAME_TEXT) } }
  }
}

function withShortTexts(r: Registration): Registration {
  const data = r.privateData
  const seen = r.observed.lastError
  return {
    ...withShortArgs(r),
    description: r.description === null ? null : cutMiddle(r.description, ROW_TEXT),
    privateData: data && {
      raw: cutMiddle(data.raw, ROW_TEXT),
      session: data.session === null ? null : cutMiddle(data.session, ROW_TEXT),
      sessionDescription: data.sessionDescription === null ? null : cutMiddle(data.sessionDescription, ROW_TEXT),
      requirements: all(data.requirements),
    },
    lastError: r.lastError === null ? null : boundError(r.lastError, ROW_ERROR),
    perShard: r.perShard.map(shortPart),
    observed: { ...r.observed, lastError: seen && { ...seen, text: boundError(seen.text, ROW_ERROR) } },
  }
}

/** Most shards report the same error: the row has more of it. */
const shortPart = (part: RegistrationPart): RegistrationPart =>
  part.lastError === null ? part : { ...part, lastError: boundError(part.lastError, LEAST_ERROR_CHARS) }

/** The texts that may be of any length. */
const textsOf = ({ description, args, privateData, lastError, perShard, observed }: Registration): string => {
  const errors = [lastError, observed.lastError?.text, ...perShard.map((part) => part.lastError)]
  return JSON.stringify([description, args, privateData, errors])
}

/**
 * A registration as lists and deltas carry it whenever one of its counters moves: long texts are cut in the middle, with a mark where
 * something was left out. Its key gets the whole.
 */
export function registrationRow(r: Registration): Registration {
  const short = withShortTexts(r)
  return textsOf(short).length === textsOf(r).length ? r : { ...short, shortened: true }
}

/** The whole of a shard's last error out of the whole registration, unless it is of another run by now. */
export function wholeError(part: RegistrationPart, whole: Registration | undefined): string | null {
  const error = whole?.perShard.find(({ shard }) => shard === part.shard)?.lastError ?? null
  if (error === null || part.lastError === null) return part.lastError
  return boundError(error, LEAST_ERROR_CHARS) === part.lastError ? error : part.lastError
}

/** A name whose middle was left out names nothing that could be called. */
export const isWholeName = (name: string): boolean => !LEFT_OUT.test(name)
