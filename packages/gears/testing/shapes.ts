import { commands } from '../index'
import { CONFIG_KEYS } from '../vocabulary/config-keys'
import { EXECUTION_STATUSES } from '../vocabulary/execution'

// What each command's value must look like, written from lib/model's types and not from the decoders: a second opinion on them.

type ShapeCheck = (value: unknown) => boolean

const isText: ShapeCheck = (value) => typeof value === 'string'
const isInteger: ShapeCheck = (value) => Number.isSafeInteger(value)
const isNumber: ShapeCheck = (value) => typeof value === 'number' && Number.isFinite(value)
const isFlag: ShapeCheck = (value) => typeof value === 'boolean'
const isNothing: ShapeCheck = (value) => value === undefined
const isBytes: ShapeCheck = (value) => Buffer.isBuffer(value)
const orNull =
  (check: ShapeCheck): ShapeCheck =>
  (value) =>
    value === null || check(value)
const either =
  (...checks: readonly ShapeCheck[]): ShapeCheck =>
  (value) =>
    checks.some((check) => check(value))
const word =
  (...words: readonly unknown[]): ShapeCheck =>
  (value) =>
    words.includes(value)
const each =
  (check: ShapeCheck): ShapeCheck =>
  (value) =>
    Array.isArray(value) && value.every(check)

/** Exactly these keys, none more and none less. */
const only =
  (checks: Readonly<Record<string, ShapeCheck>>): ShapeCheck =>
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    const entries = Object.entries(value)
    return (
      entries.length === Object.keys(checks).length && entries.every(([key, inner]) => checks[key]?.(inner) ?? false)
    )
  }

const isValue: ShapeCheck = (value) =>
  value === null ||
  typeof value === 'string' ||
  typeof value === 'bigint' ||
  isNumber(value) ||
  isBytes(value) ||
  only({ error: isText })(value) ||
  each(isValue)(value)

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

/** By the command object: several share a name. */
export const SHAPES: ReadonlyMap<unknown, ShapeCheck> = new Map<unknown, ShapeCheck>([
  [
    commands.pyExecute,
    either(
      only({ kind: word('ok') }),
      only({ kind: word('execution'), id: (id) => /^.{40}-\d+$/.test(String(id)) }),
      only({ kind: word('results'), ...results }),
      only({ kind: word('partial'), failures: each(only({ shard: orNull(isText), message: isText })) }),
    ),
  ],
  [commands.getExecution, each(part)],
  [commands.dumpExecutions, each(only({ id: isText, status: word(...EXECUTION_STATUSES), registered: isFlag }))],
  [commands.getResults, only(results)],
  [commands.getResultsBlocking, only(results)],
  [commands.dumpRegistrations, each(registration)],
  [commands.trigger, each(isValue)],
  [commands.triggerOnKey, each(isValue)],
  [commands.pyStats, only({ total: isInteger, peak: isInteger, current: isInteger })],
  [commands.pyDumpReqs, each(requirement)],
  [commands.pyExportReq, only({ requirement, chunks: each(isBytes) })],
  [commands.pyDumpSessions, each(only({ ...session, requirements: each(isText), registrations: each(isText) }))],
  [
    commands.pyDumpSessionsVerbose,
    each(
      only({
        ...session,
        requirements: each(requirement),
        registrations: each(either(registration, only({ id: isText }))),
      }),
    ),
  ],
  [commands.pyProfileStats, isText],
  [commands.dumpPlugins, each(only({ name: isText, version: isInteger }))],
  [commands.configGet, each(configValue)],
  [
    commands.configSet,
    each(either(only({ key: isText, error: isText }), only({ key: isText, stored: word('core', 'extra') }))),
  ],
  [
    commands.infoCluster,
    either(
      only({ mode: word('none') }),
      only({ mode: word('cluster'), myId: isText, myRunId: orNull(isText), nodes: each(node) }),
    ),
  ],
  [commands.moduleList, each(only({ name: isText, version: isInteger }))],
  [commands.info, (value) => value instanceof Map && [...value].flat().every(isText)],
  [commands.commandInfo, (value) => value instanceof Set && [...value].every(isText)],
  [
    commands.clusterSlots,
    each(
      only({
        slots: (value) => each(isInteger)(value) && Array.isArray(value) && value.length === 2,
        host: orNull(isText),
        port: isInteger,
        nodeId: orNull(isText),
      }),
    ),
  ],
  [commands.pyExecuteRemote, isText],
  [commands.pyFreeInterpreter, isText],
  ...[
    commands.abortExecution,
    commands.dropExecution,
    commands.unregister,
    commands.pauseRegistration,
    commands.unpauseRegistration,
    commands.clearRegistrationsStats,
    commands.refreshCluster,
    commands.pyProfileReset,
    commands.pyImportReq,
  ].map((command) => [command, isNothing] as const),
])
