import { command, noArgs } from '../command'
import { PrivateDataReader } from '../private-data'
import {
  bytes,
  type Decoder,
  double,
  flag,
  integer,
  list,
  map,
  nullable,
  oneOf,
  optional,
  pairs,
  type Reply,
  text,
  within,
} from '../reply'
import type { RegistrationMode, RunDurations, ShardRegistration, StreamLag } from '../vocabulary/registration'
import { DUMPS_KEY_TYPES, growing, NO_DANGERS, waiting } from './dangers'
import { ok } from './shared'

const texts = nullable(list(text))

// The fields that every reader has; durations are missing on 1.0, lags there and for all but streams.
const common = {
  mode: oneOf('sync', 'async', 'async_local'),
  numTriggered: integer,
  numSuccess: integer,
  numFailures: integer,
  numAborted: integer,
  lastRunDurationMS: optional(integer),
  totalRunDurationMS: optional(integer),
  avgRunDurationMS: optional(double),
  lastError: nullable(text),
} as const

const keysArgs = map(
  pairs({ regex: text, eventTypes: texts, keyTypes: texts, hookCommands: optional(texts) }),
  ({ regex, eventTypes, keyTypes, hookCommands }) => ({
    prefix: regex,
    eventTypes,
    keyTypes,
    hookCommands: hookCommands ?? null,
  }),
)

const streamArgs = map(
  pairs({
    stream: text,
    batchSize: integer,
    durationMS: integer,
    trimStream: optional(flag),
    onFailedPolicy: optional(oneOf('continue', 'abort', 'retry')),
    retryInterval: optional(integer),
  }),
  (args) => ({
    prefix: args.stream,
    batchSize: args.batchSize,
    durationMs: args.durationMS,
    trimStream: args.trimStream ?? null,
    onFailedPolicy: args.onFailedPolicy ?? null,
    retryIntervalS: args.retryInterval ?? null,
  }),
)

const commandArgs = map(pairs({ trigger: text, inorder: optional(flag) }), ({ trigger, inorder }) => ({
  trigger,
  inOrder: inorder ?? null,
}))

const keysData = pairs({ ...common, args: keysArgs })
const commandData = pairs({ ...common, args: commandArgs })
const streamData = pairs({
  ...common,
  args: streamArgs,
  status: optional(oneOf('OK', 'WAITING_FOR_RETRY_ON_FAILURE', 'ABORTED', 'PAUSED')),
  lastEstimatedLagMS: optional(integer),
  avgEstimatedLagMS: optional(double),
})

interface CommonData {
  readonly mode: RegistrationMode
  readonly numTriggered: number
  readonly numSuccess: number
  readonly numFailures: number
  readonly numAborted: number
  readonly lastRunDurationMS: number | undefined
  readonly totalRunDurationMS: number | undefined
  readonly avgRunDurationMS: number | null | undefined
  readonly lastError: string | null
}

const commonOf = (data: CommonData) => ({
  mode: data.mode,
  counters: {
    triggered: data.numTriggered,
    success: data.numSuccess,
    failures: data.numFailures,
    aborted: data.numAborted,
  },
  durations: durationsOf(data),
  lastError: data.lastError,
})

function durationsOf(data: CommonData): RunDurations | null {
  const { lastRunDurationMS: lastMs, totalRunDurationMS: totalMs, avgRunDurationMS: averageMs } = data
  if (lastMs === undefined || totalMs === undefined || averageMs === undefined) return null
  return { lastMs, totalMs, averageMs }
}

function lagOf(lastMs: number | undefined, averageMs: number | null | undefined): StreamLag | null {
  return lastMs === undefined || averageMs === undefined ? null : { lastMs, averageMs }
}

// RegistrationData is read by the reader's own rules, and the reader may stand behind it: keep it raw until both are there.
const raw: Decoder<Reply> = (reply) => reply

const entry = pairs({
  id: text,
  reader: oneOf('KeysReader', 'StreamReader', 'CommandReader'),
  desc: nullable(text),
  RegistrationData: raw,
  PD: optional(nullable(bytes)),
  ExecutionThreadPool: optional(text),
})

const keysDataAt = within('.RegistrationData', keysData)
const streamDataAt = within('.RegistrationData', streamData)
const commandDataAt = within('.RegistrationData', commandData)

/** An entry of a list; others of it may tell the same private data. */
const registrationOf = (reply: Reply, privateData: PrivateDataReader): ShardRegistration => {
  const { id, reader, desc, RegistrationData, PD, ExecutionThreadPool } = entry(reply)
  const base = {
    id,
    description: desc,
    privateData: PD ? privateData.read(PD) : null,
    threadPool: ExecutionThreadPool ?? null,
  }
  switch (reader) {
    case 'KeysReader': {
      const data = keysDataAt(RegistrationData)
      return { ...base, ...commonOf(data), reader, args: data.args }
    }
    case 'StreamReader': {
      const data = streamDataAt(RegistrationData)
      const lag = lagOf(data.lastEstimatedLagMS, data.avgEstimatedLagMS)
      return { ...base, ...commonOf(data), reader, args: data.args, lag, status: data.status ?? null }
    }
    case 'CommandReader': {
      const data = commandDataAt(RegistrationData)
      return { ...base, ...commonOf(data), reader, args: data.args }
    }
  }
}

export const registration: Decoder<ShardRegistration> = (reply) => registrationOf(reply, new PrivateDataReader())

/** All registrations, in arbitrary order, with the counters of the shard asked. */
export const dumpRegistrations = command({
  name: 'RG.DUMPREGISTRATIONS',
  access: 'watch',
  guard: {
    dangers: [
      growing(
        '5.7 ms and 720 kB for each 1,000 registrations; with the square of those of one session: 200 ms and 48 MB for 1,000',
        'looks are further apart the longer one takes',
      ),
      DUMPS_KEY_TYPES,
    ],
    sender: 'gearboard',
  },
  reads: true,
  args: noArgs,
  decode: (reply) => {
    const privateData = new PrivateDataReader()
    return list((entry) => registrationOf(entry, privateData))(reply)
  },
})

/** Stops a registration's triggering everywhere; running executions finish. `abortPending` also aborts those that have not started. */
export const unregister = command({
  name: 'RG.UNREGISTER',
  access: 'operate',
  guard: { dangers: NO_DANGERS, sender: 'person' },
  args: (id: string, options: { readonly abortPending?: boolean } = {}) => [
    id,
    ...(options.abortPending ? ['abortpending'] : []),
  ],
  decode: ok,
})

/** Streams only. One id a call: the module refuses several, whatever its documentation says. */
export const pauseRegistration = command({
  name: 'RG.PAUSEREGISTRATIONS',
  access: 'operate',
  guard: { dangers: [waiting('until every shard has answered')], sender: 'person' },
  route: 'one',
  blocks: true,
  since: '1.2',
  args: (id: string) => [id],
  decode: ok,
})

/** Never on a stream that runs: it would process on without acknowledging (protocol 3.4). */
export const unpauseRegistration = command({
  name: 'RG.UNPAUSEREGISTRATIONS',
  access: 'operate',
  guard: { dangers: [waiting('until every shard has answered')], sender: 'person' },
  route: 'one',
  blocks: true,
  since: '1.2',
  args: (id: string) => [id],
  decode: ok,
})

/** Zeroes the counters, durations and last errors of all registrations on all shards. */
export const clearRegistrationsStats = command({
  name: 'RG.CLEARREGISTRATIONSSTATS',
  access: 'operate',
  guard: { dangers: [waiting('until every shard has answered')], sender: 'person' },
  route: 'one',
  blocks: true,
  since: '1.2',
  args: noArgs,
  decode: ok,
})
