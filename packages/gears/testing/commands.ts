import { type Command, commands, Proof } from '../index'
import { CONFIG_KEYS } from '../vocabulary/config-keys'
import { EXECUTION_STATUSES } from '../vocabulary/execution'
import {
  each,
  either,
  isBytes,
  isFlag,
  isInteger,
  isNothing,
  isNumber,
  isText,
  isValue,
  only,
  orNull,
  type ShapeCheck,
  word,
} from './checks'

// A new command is added to SAMPLE_COMMANDS, or the tests do not compile.

const results = { results: each(isValue), errors: each(isText) }
const step = {
  type: isText,
  name: isText,
  arg: isText,
  durationMs: orNull(isInteger),
  global: isFlag,
}
const part = only({
  shard: isText,
  status: word(...EXECUTION_STATUSES),
  shardsReceived: isInteger,
  shardsCompleted: isInteger,
  results: (value) => value === null || (isInteger(value) && Number(value) >= 0),
  errors: each(isText),
  totalDurationMs: isInteger,
  readDurationMs: isInteger,
  steps: each(only(step)),
})

const texts = orNull(each(isText))
const registrationFields = {
  id: isText,
  description: orNull(isText),
  mode: word('sync', 'async', 'async_local'),
  counters: only({ triggered: isInteger, success: isInteger, failures: isInteger, aborted: isInteger }),
  durations: orNull(only({ lastMs: isInteger, totalMs: isInteger, averageMs: orNull(isNumber) })),
  lastError: orNull(isText),
  privateData: orNull(
    only({ raw: isText, session: orNull(isText), sessionDescription: orNull(isText), requirements: each(isText) }),
  ),
  threadPool: orNull(isText),
}
const registration = either(
  only({
    ...registrationFields,
    reader: word('KeysReader'),
    args: only({ prefix: isText, eventTypes: texts, keyTypes: texts, hookCommands: texts }),
  }),
  only({
    ...registrationFields,
    reader: word('StreamReader'),
    args: only({
      prefix: isText,
      batchSize: isInteger,
      durationMs: isInteger,
      trimStream: orNull(isFlag),
      onFailedPolicy: word('continue', 'abort', 'retry', null),
      retryIntervalS: orNull(isInteger),
    }),
    lag: orNull(only({ lastMs: isInteger, averageMs: orNull(isNumber) })),
    status: word('OK', 'WAITING_FOR_RETRY_ON_FAILURE', 'ABORTED', 'PAUSED', null),
  }),
  only({
    ...registrationFields,
    reader: word('CommandReader'),
    args: only({ trigger: isText, inOrder: orNull(isFlag) }),
  }),
)

const requirement = only({
  version: isInteger,
  name: isText,
  downloaded: isFlag,
  installed: isFlag,
  compiledOs: isText,
  wheels: texts,
  path: orNull(isText),
  refCount: orNull(isInteger),
  inDictionary: orNull(isFlag),
})
const session = {
  id: isText,
  description: orNull(isText),
  refCount: isInteger,
  linked: word('primary', 'None', 'temprary'),
  dead: isFlag,
  installationNeeded: isFlag,
}

const node = only({
  id: isText,
  ip: isText,
  port: isInteger,
  unixSocket: orNull(isText),
  runId: orNull(isText),
  minSlot: isInteger,
  maxSlot: isInteger,
  pendingMessages: orNull(isInteger),
})

const integerKeys = new Set(CONFIG_KEYS.filter(({ type }) => type === 'integer').map(({ name }) => name))
const configValue = either(
  only({ key: isText, error: isText }),
  only({ key: (key) => !integerKeys.has(String(key)), value: either(isText, isInteger, each(isText)) }),
  only({ key: (key) => integerKeys.has(String(key)), value: either(isText, isInteger, each(isText)) }),
)

/** What the tests of all commands know of one. */
interface SampleCommand {
  /** Sending it twice may do something twice: a second opinion on `reads`. */
  readonly changes: boolean
  /** With arguments that it takes: its name, and all words behind that. */
  readonly sent: () => { readonly name: string; readonly words: readonly unknown[] }
  /** With the arguments of a recorded command line, without its name; undefined where that is not this command. */
  readonly asked: (words: readonly string[]) => Asked | undefined
}

/** A recorded command line with the client's own command object, which decodes the reply, and the shape of what it makes of that. */
export interface Asked {
  /** Sends what the client sends: the server in the test answers the recorded bytes to whatever it is asked. */
  readonly send: Command<readonly [], unknown>
  readonly shape: ShapeCheck
}

interface SampleDefinition<Args extends readonly unknown[]> {
  /** Arguments that it takes. */
  readonly sample: Args
  /** It may change something. */
  readonly changes?: boolean
  readonly recorded?: {
    /** The arguments of a recorded line, from the words behind its name; undefined where the line is not this command. */
    readonly args: (words: readonly string[]) => Args | undefined
    /** Of what the decoder makes of the reply. */
    readonly shape: ShapeCheck
  }
}

const sampleOf = <Args extends readonly unknown[], T>(
  command: Command<Args, T>,
  { sample, changes = false, recorded }: SampleDefinition<NoInfer<Args>>,
): SampleCommand => ({
  changes,
  sent: () => ({ name: command.name, words: command.args(...sample) }),
  asked: (words) => {
    const args = recorded?.args(words)
    return recorded && args && { send: withArguments(command, args), shape: recorded.shape }
  },
})

/** The command with its arguments given, which answers at once. */
export const withArguments = <Args extends readonly unknown[], T>(
  command: Command<Args, T>,
  args: Args,
): Command<readonly [], T> => ({
  ...command,
  blocks: () => false,
  args: () => command.args(...args),
  proof: () => command.proof(args),
  decode: (reply) => command.decode(reply, args),
})

export const ID = `${'0'.repeat(40)}-7`
const KEY = Buffer.from('k')

const SURVIVES = (() => {
  const proof = Proof.ofVersions('7.0.15', 10213)
  if (!proof) throw new Error('1.2.13 survives it')
  return proof
})()

const args = <List extends readonly unknown[]>(...list: List): List => list
const none = (): [] => []
const first = ([word = '']: readonly string[]): [string] => [word]
const saysOk = { args: none, shape: isNothing }
const saysOkOf = { args: first, shape: isNothing }
const resultsOf = {
  args: ([id = '']: readonly string[]): [string, Proof<'results'>] => [id, Proof.ofConsent(id)],
  shape: only(results),
}
const has = (words: readonly string[], option: string) => words.some((word) => word.toUpperCase() === option)
const sessionsIn = (words: readonly string[]): [commands.SessionFilter] => {
  const at = words.findIndex((word) => word.toUpperCase() === 'SESSIONS')
  return [at < 0 ? {} : { ids: words.slice(at + 1) }]
}

type CommandName = {
  [Name in keyof typeof commands]: (typeof commands)[Name] extends { readonly decode: unknown } ? Name : never
}[keyof typeof commands]

/** Every command object of the client, by its name there. */
export const SAMPLE_COMMANDS: Readonly<Record<CommandName, SampleCommand>> = {
  abortExecution: sampleOf(commands.abortExecution, { changes: true, sample: [ID], recorded: saysOkOf }),
  clearRegistrationsStats: sampleOf(commands.clearRegistrationsStats, { changes: true, sample: [], recorded: saysOk }),
  clusterMyId: sampleOf(commands.clusterMyId, { sample: [] }),
  clusterSlots: sampleOf(commands.clusterSlots, { sample: [] }),
  clusterState: sampleOf(commands.clusterState, { sample: [] }),
  commandInfo: sampleOf(commands.commandInfo, {
    sample: ['rg.pyexecute'],
    recorded: { args: none, shape: (value) => value instanceof Set && [...value].every(isText) },
  }),
  configGet: sampleOf(commands.configGet, {
    sample: ['MaxExecutions'],
    recorded: { args: (words) => [...words], shape: each(configValue) },
  }),
  configSet: sampleOf(commands.configSet, {
    changes: true,
    sample: [['MaxExecutions', 1]],
    recorded: {
      args: entries,
      shape: each(either(only({ key: isText, error: isText }), only({ key: isText, stored: word('core', 'extra') }))),
    },
  }),
  delKey: sampleOf(commands.delKey, { changes: true, sample: ['k'] }),
  dropExecution: sampleOf(commands.dropExecution, { changes: true, sample: [ID], recorded: saysOkOf }),
  dumpExecutions: sampleOf(commands.dumpExecutions, {
    sample: [],
    recorded: {
      args: none,
      shape: each(only({ id: isText, status: word(...EXECUTION_STATUSES), registered: isFlag })),
    },
  }),
  dumpPlugins: sampleOf(commands.dumpPlugins, {
    sample: [],
    recorded: { args: none, shape: each(only({ name: isText, version: isInteger })) },
  }),
  dumpRegistrations: sampleOf(commands.dumpRegistrations, {
    sample: [],
    recorded: { args: none, shape: each(registration) },
  }),
  expire: sampleOf(commands.expire, { changes: true, sample: ['k', 1] }),
  getExecution: sampleOf(commands.getExecution, { sample: [ID], recorded: { args: first, shape: each(part) } }),
  getResults: sampleOf(commands.getResults, { sample: [ID, Proof.ofConsent(ID)], recorded: resultsOf }),
  getResultsBlocking: sampleOf(commands.getResultsBlocking, { sample: [ID, Proof.ofConsent(ID)], recorded: resultsOf }),
  hset: sampleOf(commands.hset, { changes: true, sample: ['k', ['f', 'v']] }),
  info: sampleOf(commands.info, {
    sample: ['server'],
    recorded: { args: none, shape: (value) => value instanceof Map && [...value].flat().every(isText) },
  }),
  infoCluster: sampleOf(commands.infoCluster, {
    sample: [],
    recorded: {
      args: none,
      shape: either(
        only({ mode: word('none') }),
        only({ mode: word('cluster'), myId: isText, myRunId: orNull(isText), nodes: each(node) }),
      ),
    },
  }),
  moduleList: sampleOf(commands.moduleList, {
    sample: [],
    recorded: { args: none, shape: each(only({ name: isText, version: isInteger })) },
  }),
  objectEncoding: sampleOf(commands.objectEncoding, { sample: ['k'] }),
  pauseRegistration: sampleOf(commands.pauseRegistration, { changes: true, sample: [ID], recorded: saysOkOf }),
  pendingEntries: sampleOf(commands.pendingEntries, { sample: [KEY, 'g', 1] }),
  ping: sampleOf(commands.ping, { sample: [] }),
  pyDumpReqs: sampleOf(commands.pyDumpReqs, { sample: [], recorded: { args: none, shape: each(requirement) } }),
  pyDumpSessions: sampleOf(commands.pyDumpSessions, {
    sample: [],
    recorded: {
      args: (words) => (has(words, 'VERBOSE') ? undefined : sessionsIn(words)),
      shape: each(only({ ...session, requirements: each(isText), registrations: each(isText) })),
    },
  }),
  pyDumpSessionsVerbose: sampleOf(commands.pyDumpSessionsVerbose, {
    sample: [],
    recorded: {
      args: (words) => (has(words, 'VERBOSE') ? sessionsIn(words) : undefined),
      shape: each(
        only({
          ...session,
          requirements: each(requirement),
          registrations: each(either(registration, only({ id: isText }))),
        }),
      ),
    },
  }),
  pyExecute: sampleOf(commands.pyExecute, {
    changes: true,
    sample: ["GB('ShardsIDReader').run()"],
    recorded: {
      args: first,
      shape: either(
        only({ kind: word('ok') }),
        only({ kind: word('execution'), id: (id) => /^.{40}-\d+$/.test(String(id)) }),
        only({ kind: word('results'), ...results }),
        only({ kind: word('partial'), failures: each(only({ shard: orNull(isText), message: isText })) }),
      ),
    },
  }),
  pyExecuteRemote: sampleOf(commands.pyExecuteRemote, {
    changes: true,
    sample: [],
    recorded: { args: none, shape: isText },
  }),
  pyExportReq: sampleOf(commands.pyExportReq, {
    changes: true,
    sample: ['redis'],
    recorded: { args: first, shape: only({ requirement, chunks: each(isBytes) }) },
  }),
  pyFreeInterpreter: sampleOf(commands.pyFreeInterpreter, {
    changes: true,
    sample: [],
    recorded: { args: none, shape: isText },
  }),
  pyImportReq: sampleOf(commands.pyImportReq, {
    changes: true,
    sample: [[KEY]],
    recorded: { args: () => args([]), shape: isNothing },
  }),
  pyProfileReset: sampleOf(commands.pyProfileReset, {
    changes: true,
    sample: ['s'],
    recorded: {
      args: ([sub = '', id = '']) => (sub.toUpperCase() === 'RESET' ? args(id) : undefined),
      shape: isNothing,
    },
  }),
  pyProfileStats: sampleOf(commands.pyProfileStats, {
    sample: ['s'],
    recorded: { args: ([sub = '', id = '']) => (sub.toUpperCase() === 'RESET' ? undefined : args(id)), shape: isText },
  }),
  pyStats: sampleOf(commands.pyStats, {
    sample: [],
    recorded: { args: none, shape: only({ total: isInteger, peak: isInteger, current: isInteger }) },
  }),
  refreshCluster: sampleOf(commands.refreshCluster, {
    changes: true,
    sample: [SURVIVES],
    recorded: { args: () => args(SURVIVES), shape: isNothing },
  }),
  replication: sampleOf(commands.replication, { sample: [] }),
  rpush: sampleOf(commands.rpush, { changes: true, sample: ['k', ['v']] }),
  sadd: sampleOf(commands.sadd, { changes: true, sample: ['k', ['v']] }),
  scanStreams: sampleOf(commands.scanStreams, { sample: ['0', '*', 10] }),
  setKey: sampleOf(commands.setKey, { changes: true, sample: ['k', 'v'] }),
  streamEntry: sampleOf(commands.streamEntry, { sample: [KEY, '0-1'] }),
  streamGroups: sampleOf(commands.streamGroups, { sample: [KEY] }),
  streamInfo: sampleOf(commands.streamInfo, { sample: [KEY] }),
  trigger: sampleOf(commands.trigger, {
    changes: true,
    sample: ['t'],
    recorded: { args: first, shape: each(isValue) },
  }),
  triggerOnKey: sampleOf(commands.triggerOnKey, {
    changes: true,
    sample: ['t', 'k'],
    recorded: { args: ([name = '']) => args(name, ''), shape: each(isValue) },
  }),
  unpauseRegistration: sampleOf(commands.unpauseRegistration, { changes: true, sample: [ID], recorded: saysOkOf }),
  unregister: sampleOf(commands.unregister, { changes: true, sample: [ID], recorded: saysOkOf }),
  xadd: sampleOf(commands.xadd, { changes: true, sample: ['k', ['f', 'v']] }),
}

function entries(words: readonly string[]): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = []
  for (let i = 0; i < words.length; i += 2) pairs.push([words[i] ?? '', words[i + 1] ?? ''])
  return pairs
}

const ALL = Object.values(SAMPLE_COMMANDS)

/** The client's object for a recorded command line; undefined for the internal commands, which a client never sends. */
export function asked([name = '', ...words]: readonly string[]): Asked | undefined {
  for (const { sent, asked: askedBy } of ALL) {
    const question = sent().name === name.toUpperCase() ? askedBy(words) : undefined
    if (question) return question
  }
  return undefined
}
