import type { ArgsOf } from '@gearboard/gears/vocabulary/registration'
import type { ShardState } from '../cluster/shard'
import { listInWords } from '../text/format'
import { BY_THE_WAY, COMMAND_EVENTS, KEY_EVENTS } from './key-events'

/** What decides when a registration fires; undefined where that is not known, null where everything passes. */
export interface FiringConditions {
  readonly reader: 'KeysReader' | 'StreamReader'
  readonly prefix: string | undefined
  readonly eventTypes?: readonly string[] | null
  readonly keyTypes?: readonly string[] | null
  readonly commands?: readonly string[] | null
  readonly unraised?: readonly UnraisedEvent[]
}

/** An event that Redis knows and this server never raises. */
export interface UnraisedEvent {
  readonly event: string
  readonly words: string
  readonly instead: string
}

export interface FiringHazard {
  readonly about: 'prefix' | 'eventTypes' | 'keyTypes' | 'commands'
  /** `never`: it cannot fire. `narrow`: it fires for far fewer events than it seems to. */
  readonly kind: 'never' | 'narrow'
  /** What happens, as a sentence. */
  readonly words: string
  /** What helps. */
  readonly instead: string
  /** What was probably meant in its place: a prefix, or the name of an event. */
  readonly meant?: { readonly given: string; readonly by: string }
}

/** Why a registration can never fire, or for much less than its arguments look like (protocol 3.3 and 3.4; measured). */
export function firingHazards(conditions: FiringConditions): readonly FiringHazard[] {
  const { reader, prefix, eventTypes, keyTypes, commands, unraised = [] } = conditions
  return [
    ...(prefix === undefined ? [] : prefixProblem(reader, prefix, commands)),
    ...(eventTypes ? eventProblems(eventTypes, unraised) : []),
    ...(keyTypes ? typeProblems(keyTypes, eventTypes) : []),
    ...(commands && eventTypes ? commandProblems(commands, eventTypes) : []),
  ]
}

/** Redis raises it when it evicts, which takes a maxmemory and a policy (measured on 1.2.13). */
const EVICTED: UnraisedEvent = {
  event: 'evicted',
  words: 'No shard evicts keys now (maxmemory is 0, or maxmemory-policy is noeviction), so evicted is never raised',
  instead: 'Set maxmemory and another policy to evict keys. Keys that expire raise expired.',
}
/** RedisGears subscribes to it since 1.2 (measured on 1.0.9). */
const KEYMISS: UnraisedEvent = {
  event: 'keymiss',
  words: 'RedisGears 1.0 does not see keymiss: it never fires',
  instead: 'It needs RedisGears 1.2.',
}

/** What no shard raises. A shard that does not answer, reported nothing, or hides several servers behind one address may raise anything. */
export function unraisedEvents(
  shards: readonly Pick<ShardState, 'state' | 'evicts' | 'gearsVersion' | 'servers'>[],
): readonly UnraisedEvent[] {
  if (shards.length === 0 || shards.some(({ state, servers = 1 }) => state !== 'up' || servers > 1)) return NONE
  const evicted = shards.every(({ evicts }) => evicts === false)
  const keymiss = shards.every(({ gearsVersion }) => gearsVersion?.startsWith('1.0.'))
  return [...(evicted ? [EVICTED] : []), ...(keymiss ? [KEYMISS] : [])]
}

const NONE: readonly UnraisedEvent[] = []

/** The same of what is registered on a server with these; the listing of a trigger or a hook reports nothing. */
export function firingHazardsOf(r: ArgsOf, unraised: readonly UnraisedEvent[]): readonly FiringHazard[] {
  switch (r.reader) {
    case 'KeysReader': {
      const { prefix, eventTypes, keyTypes, hookCommands } = r.args
      return firingHazards({ reader: r.reader, prefix, eventTypes, keyTypes, commands: hookCommands, unraised })
    }
    case 'StreamReader':
      return firingHazards({ reader: r.reader, prefix: r.args.prefix })
    case 'CommandReader':
      return []
  }
}

/** A glob's own characters; a last `*` is the one that a prefix may have. */
const GLOB = /[*?[\]]/
/** What ends the first part of a key's name. */
const SEPARATOR = /[:/._|-]$/

function* prefixProblem(
  reader: FiringConditions['reader'],
  prefix: string,
  commands: readonly string[] | null | undefined,
): Generator<FiringHazard> {
  const things = reader === 'StreamReader' ? 'streams' : 'keys'
  const thing = reader === 'StreamReader' ? 'stream' : 'key'
  const start = prefix.endsWith('*') ? prefix.slice(0, -1) : null
  if (prefix === '' && commands && commands.length > 0) {
    const words = 'The server rejects commands with an empty prefix'
    yield { about: 'prefix', kind: 'never', words, instead: "Write '*' for all keys.", meant: { given: '', by: '*' } }
    return
  }
  if (prefix === '') {
    const words = `An empty prefix matches only the ${thing} with an empty name`
    yield {
      about: 'prefix',
      kind: 'narrow',
      words,
      instead: `Write '*' for all ${things}.`,
      meant: { given: '', by: '*' },
    }
    return
  }
  const known = start ?? prefix
  if (GLOB.test(known)) {
    const plain = known.slice(0, known.search(GLOB))
    const fires =
      start === null
        ? `matches only the ${thing} named '${prefix}'`
        : `matches only ${things} whose names start with '${start}'`
    const once =
      reader === 'StreamReader'
        ? ' Streams that match it as a glob when it is registered are read once, and never again.'
        : ''
    yield {
      about: 'prefix',
      kind: 'narrow',
      words: `The prefix '${prefix}' is not a pattern: it ${fires}.${once}`.replace(/\.$/, ''),
      instead: `Only a * at the end is a wildcard. Write '${plain}*' and test the rest in a filter.`,
      meant: { given: prefix, by: `${plain}*` },
    }
  } else if (start === null && SEPARATOR.test(prefix)) {
    yield {
      about: 'prefix',
      kind: 'narrow',
      words: `The prefix '${prefix}' matches only the ${thing} named '${prefix}'`,
      instead: `Without a * at the end it names one ${thing}. Write '${prefix}*' for all that start with it.`,
      meant: { given: prefix, by: `${prefix}*` },
    }
  }
}

const lower = (names: readonly string[]): readonly string[] => names.map((name) => name.toLowerCase())

function* eventProblems(eventTypes: readonly string[], unraised: readonly UnraisedEvent[]): Generator<FiringHazard> {
  if (eventTypes.length === 0) {
    const words = 'An empty eventTypes list passes no event: it never fires'
    yield { about: 'eventTypes', kind: 'never', words, instead: 'Leave eventTypes out for every event.' }
    return
  }
  const strangers = eventTypes.filter((name) => !KEY_EVENTS.has(name.toLowerCase()))
  const known = new Set(lower(eventTypes))
  const absent = unraised.filter(({ event }) => known.has(event))
  const kind = new Set(lower(strangers)).size + absent.length === known.size ? 'never' : 'narrow'
  // Beside events that do occur, one that cannot occur yet is a precaution.
  if (kind === 'never') for (const { words, instead } of absent) yield { about: 'eventTypes', kind, words, instead }
  for (const stranger of strangers) {
    const raised = COMMAND_EVENTS.get(stranger.toLowerCase())
    const [first] = raised ?? []
    yield {
      about: 'eventTypes',
      kind,
      words: `Redis raises no event '${stranger}'${kind === 'never' ? ': it never fires' : ''}`,
      instead: first
        ? `${stranger.toUpperCase()} raises ${listInWords(raised ?? [])}.`
        : raised
          ? `${stranger.toUpperCase()} only reads and raises no event.`
          : 'Event names are those of Redis keyspace notifications; another module may raise its own.',
      ...(first !== undefined && { meant: { given: stranger, by: first } }),
    }
  }
}

function* typeProblems(
  keyTypes: readonly string[],
  eventTypes: readonly string[] | null | undefined,
): Generator<FiringHazard> {
  if (keyTypes.length === 0) {
    const words = 'An empty keyTypes list passes no key: it never fires'
    yield { about: 'keyTypes', kind: 'never', words, instead: 'Leave keyTypes out for every type.' }
    return
  }
  if (!eventTypes || keyTypes.some((type) => type === 'empty' || type === 'module')) return
  const known = lower(eventTypes).map((name) => [name, KEY_EVENTS.get(name)] as const)
  const unfit = known.filter(([, holds]) => holds !== undefined && holds !== 'any' && !keyTypes.includes(holds))
  if (unfit.length === 0) return
  const kind = unfit.length === known.length ? 'never' : 'narrow'
  const gone = unfit.filter(([, holds]) => holds === 'gone').map(([name]) => name)
  const others = unfit.filter(([, holds]) => holds !== 'gone').map(([name]) => name)
  const why = [
    gone.length > 0 && `the key no longer has a type at ${listInWords(gone)}`,
    others.length > 0 && `${listInWords(others)} ${others.length === 1 ? 'comes' : 'come'} from keys of another type`,
  ].filter((part) => part !== false)
  yield {
    about: 'keyTypes',
    kind,
    words: `keyTypes ${listInWords(keyTypes)} ${kind === 'never' ? 'never fires' : 'excludes some of the eventTypes'}: ${listInWords(why)}`,
    instead:
      gone.length > 0
        ? 'Leave keyTypes out and name the events you want.'
        : 'Name the types that these events come from.',
  }
}

function* commandProblems(commands: readonly string[], eventTypes: readonly string[]): Generator<FiringHazard> {
  // An empty list passes every command (measured), unlike the two others.
  if (commands.length === 0) return
  const wanted = lower(eventTypes)
  if (wanted.some((event) => BY_THE_WAY.includes(event))) return
  const raised = lower(commands).map((command) => COMMAND_EVENTS.get(command))
  if (raised.some((events) => events === undefined || events.some((event) => wanted.includes(event)))) return
  yield {
    about: 'commands',
    kind: 'never',
    words: `${listInWords(commands.map((command) => command.toUpperCase()))} ${commands.length === 1 ? 'raises' : 'raise'} no ${wanted.join(' or ')}: it never fires`,
    instead: 'Name commands that raise these events, or leave eventTypes out.',
  }
}
