import type { ExecutionPart } from '@gearboard/gears/vocabulary/execution'
import type {
  CommandReaderArgs,
  Counters,
  KeysReaderArgs,
  RegistrationReader,
  StreamReaderArgs,
} from '@gearboard/gears/vocabulary/registration'
import type { ClusterNode } from '@gearboard/gears/vocabulary/shard'
import type { ShardState } from './cluster/shard'
import type { ConnectionState } from './connection/connection'
import type { Execution, ExecutionDetail } from './executions/execution'
import type { Registration, RegistrationOf } from './registrations/registration'
import type { RegistrationObservation } from './registrations/registration-observation'

// What tests are about, made once: each thing is well and at rest, and a test says only in what its own differs.

export const connectionState = (changes: Partial<ConnectionState> = {}): ConnectionState => ({
  name: 'default',
  origin: 'environment',
  labels: [],
  address: 'redis://127.0.0.1:6379',
  user: null,
  embedded: false,
  production: false,
  status: 'live',
  capability: null,
  coverage: { answered: 1, of: 1 },
  answeredAt: null,
  readOnlyReason: null,
  ...changes,
})

export const shardState = (key: string, changes: Partial<ShardState> = {}): ShardState => ({
  key,
  address: `${key.slice(0, 4)}:6379`,
  gearsId: key,
  slots: [],
  state: 'up',
  answeredAt: 0,
  latencyMs: 1,
  gearsVersion: '1.2.13',
  redisVersion: '7.2.5',
  executions: 0,
  registrations: 0,
  usedMemory: 0,
  evicts: null,
  role: 'master',
  replicas: [],
  ...changes,
})

/** As of a registration that was only just seen. */
export const NOTHING_OBSERVED: RegistrationObservation = {
  healthSince: null,
  recent: { all: 0, failed: 0 },
  recentSince: null,
  latest: { all: 0, failed: 0 },
  percent: 0,
  lastError: null,
  failingSince: null,
  failingForLonger: false,
  failedInRow: 0,
  failedAt: null,
  triggeredAt: null,
  rhythm: null,
  wentBackAt: null,
  wentBackByUs: false,
  triggeredWhilePaused: 0,
}

/** What a shard says of another that holds these slots. */
export const clusterNode = (
  id: string,
  minSlot: number,
  maxSlot: number,
  changes: Partial<ClusterNode> = {},
): ClusterNode => ({
  id,
  ip: '10.0.0.1',
  port: 6379,
  unixSocket: null,
  runId: null,
  minSlot,
  maxSlot,
  pendingMessages: 0,
  ...changes,
})

const ended = {
  key: 'e1',
  id: `${'0'.repeat(40)}-1`,
  identity: 'aaaaaaaaaaaa',
  shard: 'standalone',
  status: 'done',
  outcome: 'ok',
  registered: false,
  firstError: null,
  durationMs: 20,
  firstSeen: 0,
  lastSeen: 0,
  endSeen: 0,
  precisionMs: 500,
  live: true,
  coverage: { answered: 1, of: 1 },
  origin: { kind: 'unknown' },
} as const

export const execution = (changes: Partial<Execution> = {}): Execution => ({
  ...ended,
  results: 1,
  errors: 0,
  ...changes,
})

export const executionDetail = (changes: Partial<ExecutionDetail> = {}): ExecutionDetail => ({
  ...ended,
  results: [],
  withheld: null,
  resultCount: 1,
  errors: [],
  errorCount: 0,
  parts: [],
  silent: [],
  profiled: false,
  planFingerprint: null,
  source: null,
  ...changes,
})

export const executionPart = (changes: Partial<ExecutionPart> = {}): ExecutionPart => ({
  shard: 'standalone',
  status: 'done',
  shardsReceived: 0,
  shardsCompleted: 0,
  results: 0,
  errors: [],
  totalDurationMs: 1,
  readDurationMs: 0,
  steps: [],
  ...changes,
})

export const counters = (triggered: number, failures = 0): Counters => ({
  triggered,
  success: triggered - failures,
  failures,
  aborted: 0,
})

/** What is different, of the arguments, too, only that. */
type RegistrationChanges<R extends RegistrationReader, Args> = Partial<Omit<RegistrationOf<R>, 'reader' | 'args'>> & {
  readonly args?: Partial<Args>
}

const registered = {
  key: 'r1',
  id: `${'0'.repeat(40)}-1`,
  identity: 'aaaaaaaaaaaa-1',
  name: 'orders',
  description: null,
  mode: 'async',
  privateData: null,
  threadPool: null,
  counters: counters(0),
  rates: null,
  averageMs: null,
  lagMs: null,
  lastError: null,
  status: null,
  health: 'ok',
  missingOn: [],
  coverage: { answered: 1, of: 1 },
  perShard: [],
  observed: NOTHING_OBSERVED,
  firstSeen: 0,
  lastSeen: 0,
} as const

export const STREAM_ARGS: StreamReaderArgs = {
  prefix: 'orders',
  batchSize: 1,
  durationMs: 0,
  trimStream: true,
  onFailedPolicy: 'continue',
  retryIntervalS: 1,
}

export const streamReader = ({
  args,
  ...changes
}: RegistrationChanges<'StreamReader', StreamReaderArgs> = {}): RegistrationOf<'StreamReader'> => ({
  ...registered,
  status: 'OK',
  ...changes,
  reader: 'StreamReader',
  args: { ...STREAM_ARGS, ...args },
})

export const keysReader = ({
  args,
  ...changes
}: RegistrationChanges<'KeysReader', KeysReaderArgs> = {}): Registration => ({
  ...registered,
  ...changes,
  reader: 'KeysReader',
  args: { prefix: '*', eventTypes: null, keyTypes: null, hookCommands: null, ...args },
})

export const commandReader = ({
  args,
  ...changes
}: RegistrationChanges<'CommandReader', CommandReaderArgs> = {}): Registration => ({
  ...registered,
  ...changes,
  reader: 'CommandReader',
  args: { trigger: 'orders', inOrder: null, ...args },
})
