import { overrideProblem } from '@gearboard/gears/script/hazard'
import type {
  ConfigSetResult,
  ConfigValue,
  PythonSession,
  PythonStats,
  Requirement,
} from '@gearboard/gears/vocabulary/environment'
import type { Outcome } from '@gearboard/gears/vocabulary/execution'
import type { ClusterInfo, ShardAnswer, ShardRef, SlotRange } from '@gearboard/gears/vocabulary/shard'
import type { ResultValue } from '@gearboard/gears/vocabulary/value'
import { z } from 'zod'
import { HAZARD_NAMES } from '@/lib/functions/python/refusal'
import type { OldSlotMap, ReadAge, ShardState } from '@/lib/model/cluster/shard'
import { SILENT_OVERRIDE } from '@/lib/model/cluster/silence'
import type { Access, ConnectionState, HistoryState } from '@/lib/model/connection/connection'
import { MAX_REQUIREMENT_CHARS } from '@/lib/model/environment/pep508'
import type { Execution, ExecutionDetail } from '@/lib/model/executions/execution'
import { UNPROVEN_OVERRIDE } from '@/lib/model/executions/withheld'
import type { Profile } from '@/lib/model/profile/profile'
import type { RememberedDetail } from '@/lib/model/record/history'
import type { Sample } from '@/lib/model/record/sample'
import type { Registration } from '@/lib/model/registrations/registration'
import type { ActionReply, TargetReply } from './action-reply'
import { argument, developEndpoints, MAX_SCRIPT_BODY_BYTES, scriptText } from './develop-endpoints'
import { answers, endpoint } from './endpoint'
import { historyEndpoints } from './history-endpoints'
import { memoryEndpoints } from './memory-endpoints'
import { overrides, SUBMIT_OVERRIDES, triggerOverrides } from './override'
import { registrationEndpoints } from './registration-endpoints'
import { seen } from './seen'
import { viewEndpoints } from './view-endpoints'

export type { ActionReply, TargetReply }

/** Most result values that one answer carries; counts tell of the rest. */
export const RESULT_PAGE = 1000
/** Of these, the first whose texts and bytes have so many characters together: the answer of a run is one object, in memory as a whole. */
export const RESULT_PAGE_BYTES = 16_000_000
/** Most of an execution's results that Gearboard asks its server for, and most bytes of them that one answer carries. */
export const MOST_RESULTS = 200_000
export const MOST_RESULT_BYTES = 64_000_000
const KB = 1024

const since = z.object({
  /** The version of the last answer: only what changed since is sent. A version that is too old gets everything (`full`). */
  since: z.coerce.number().int().nonnegative().optional(),
})

/** What changed since `since`, or everything where `full`. `removed` holds keys of executions, ids of registrations. */
interface Changes {
  readonly version: number
  readonly full: boolean
  readonly removed: readonly string[]
  readonly shards: readonly ShardState[]
}
export interface ExecutionsReply extends Changes {
  readonly executions: readonly Execution[]
}
export interface RegistrationsReply extends Changes {
  readonly registrations: readonly Registration[]
}

/** One message of the live feed (SSE event `delta`); `full` replaces everything, otherwise apply removals, then upserts. */
export interface LiveDelta {
  readonly version: number
  readonly full: boolean
  readonly connection: ConnectionState
  readonly shards: readonly ShardState[]
  readonly executions: { readonly upserts: readonly Execution[]; readonly removed: readonly string[] }
  readonly registrations: { readonly upserts: readonly Registration[]; readonly removed: readonly string[] }
  /** New samples; all of the kept ones where `full`. */
  readonly samples: readonly Sample[]
}

export interface HealthReply {
  /** `degraded`: it answers, and what happens is not recorded as it should be. */
  readonly status: 'ok' | 'degraded'
  readonly version: string
  readonly uptimeS: number
  /** Whether this one records what happens: `reader`, another Gearboard does; `off`, nobody. */
  readonly history: HistoryState['role']
  /** What keeps it from recording, and what helps; null where all is well. */
  readonly historyProblem: string | null
}

export interface MeReply {
  readonly signedIn: boolean
  /** Whether a password is asked for at all. */
  readonly passwordRequired: boolean
  readonly role: Access | null
}

/** The four shapes of RG.PYEXECUTE's reply (protocol 1.3), told apart. */
export type SubmitReply =
  /** Neither run nor register, or registrations applied on every shard. */
  | {
      readonly kind: 'registered'
      readonly registrations: readonly string[]
      readonly sourceId: string
      /** The server did not answer to the end, in these words; every shard lists the registrations. */
      readonly unanswered?: string
    }
  | { readonly kind: 'nothing'; readonly sourceId: string }
  /** `unblocking` run: it goes on under this id. */
  | { readonly kind: 'started'; readonly executionId: string; readonly sourceId: string }
  /** Blocking run: finished and dropped. */
  | {
      readonly kind: 'finished'
      readonly outcome: Outcome
      /** At most `RESULT_PAGE` of them, and `RESULT_PAGE_BYTES`: those that are left out are counted. */
      readonly results: readonly ResultValue[]
      readonly resultCount: number
      /** At most 100, each of at most 16,000 characters. */
      readonly errors: readonly string[]
      readonly errorsLeftOut?: number
      /** Until the reply arrived, as Gearboard saw it. */
      readonly durationMs: number
      readonly sourceId: string
    }

/** `error` is the server's own words: the function raised, or the trigger is unknown. */
export type TriggerReply = { readonly durationMs: number } & (
  | { readonly results: readonly ResultValue[]; readonly resultCount: number }
  | { readonly error: string }
)

export interface RequirementsReply extends ReadAge {
  readonly shards: readonly ShardAnswer<readonly Requirement[]>[]
}

export interface SessionsReply extends ReadAge {
  readonly shards: readonly ShardAnswer<readonly PythonSession[]>[]
}

export interface MemoryReply extends ReadAge {
  readonly shards: readonly ShardAnswer<PythonStats>[]
  readonly samples: readonly Sample[]
}

export interface ClusterReply extends ReadAge {
  /** Redis Cluster is on at all. */
  readonly cluster: boolean
  readonly shards: readonly ShardState[]
  /** RG.INFOCLUSTER as each master sees it. */
  readonly views: readonly ShardAnswer<ClusterInfo>[]
  /** The slots that each master says it holds itself: the slot map is what one of them says of all. Absent outside a cluster. */
  readonly claims?: readonly ShardAnswer<readonly SlotRange[]>[]
  readonly oldSlotMap?: OldSlotMap
}

/** cProfile's text of one session on one shard (RG.PYPROFILE STATS). */
export interface SessionProfile {
  readonly text: string
  /** The text is longer than `MAX_PROFILE_CHARS`. */
  readonly cut: boolean
}

/** Longest profile text that one shard's answer carries, characters. */
export const MAX_PROFILE_CHARS = 4_000_000

/** Largest requirement bundle that is taken, bytes. */
export const MAX_BUNDLE_BYTES = 256 * 1024 * 1024

/** A bundle that every shard has taken. */
export interface ImportReply {
  readonly name: string
  readonly bytes: number
  readonly chunks: number
  /** Of the chunks, one after the other: the same on export and import. */
  readonly sha256: string
  /** Who says afterwards that it is installed. */
  readonly installedOn: readonly ShardRef[]
  /** Who does not list it as installed: outside a cluster that RG.REFRESHCLUSTER formed, a shard passes nothing on. */
  readonly missingOn: readonly ShardRef[]
  /** Who could not be asked. */
  readonly unknownOn: readonly ShardRef[]
}

export interface ConfigReply extends ReadAge {
  readonly shards: readonly ShardAnswer<readonly ConfigValue[]>[]
}

/** Names, ids and keys are bytes to the server; these are what one line of text can say. */
const line = z.string().max(4 * KB, 'must be at most 4,096 characters')

export const submitBody = z.object({
  script: scriptText,
  requirements: z
    .array(
      z
        .string()
        .min(1, 'must not be empty')
        .max(MAX_REQUIREMENT_CHARS, 'must be at most 2,048 characters')
        .regex(/^[^\s\0][^\0\r\n]*$/, 'must be one requirement on one line')
        .regex(
          /^[^-]/,
          'must be a requirement; RedisGears hands it to pip as one argument, and an option has no effect there',
        ),
    )
    .max(100, 'must be at most 100 requirements')
    .default([]),
  blocking: z.boolean().default(false),
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/, 'must consist of letters, digits, - and _')
    .max(256, 'must be at most 256 characters')
    .optional(),
  description: line.min(1, 'must not be empty').optional(),
  upgrade: z.boolean().default(false),
  replaceWith: line.min(1, 'must not be empty').optional(),
  forceReinstallRequirements: z.boolean().default(false),
  /** Steps are timed: ProfileExecutions is on, on every shard, for the length of this run. It is sent UNBLOCKING, since a blocking one is dropped. */
  profiled: z.boolean().optional(),
  /**
   * Hazards that the script is sent in spite of, by name; what else would crash, hang or end the server, or is not known not to, is refused.
   * So is a registration or a requirement while a shard is silent: `silent-shard`.
   */
  override: z
    .array(
      z.enum(SUBMIT_OVERRIDES, {
        error: ({ input }) => `${overrideProblem([String(input)], HAZARD_NAMES)}; or ${SILENT_OVERRIDE}`,
      }),
    )
    .max(SUBMIT_OVERRIDES.length, `must be at most ${SUBMIT_OVERRIDES.length} names`)
    .optional(),
})

export const triggerBody = z.object({
  args: z.array(argument).max(1000, 'must be at most 1,000 arguments').default([]),
  /** Sends RG.TRIGGERONKEY: it goes to the shard that holds this key. */
  key: line.optional(),
  override: triggerOverrides,
})

export const contract = {
  health: endpoint({
    method: 'GET',
    path: '/api/health',
    access: 'open',
    summary: 'That Gearboard itself runs',
    reply: answers<HealthReply>(),
  }),
  me: endpoint({
    method: 'GET',
    path: '/api/me',
    access: 'open',
    summary: 'Who is signed in',
    reply: answers<MeReply>(),
  }),
  signIn: endpoint({
    method: 'POST',
    path: '/api/session',
    access: 'open',
    summary: 'Sign in with the password',
    body: z.object({ password: z.string().min(1, 'must not be empty').max(1024) }),
    reply: answers<MeReply>(),
  }),
  signOut: endpoint({
    method: 'DELETE',
    path: '/api/session',
    access: 'open',
    summary: 'Sign out',
    reply: answers<MeReply>(),
  }),
  connections: endpoint({
    method: 'GET',
    path: '/api/connections',
    access: 'read',
    summary: 'The connections and their state',
    /** `at`: the time by which Gearboard counts, ms since the epoch. */
    reply: answers<{ readonly connections: readonly ConnectionState[]; readonly at: number }>(),
  }),
  executions: endpoint({
    method: 'GET',
    path: '/api/{connection}/executions',
    access: 'read',
    summary: 'Executions of all shards, merged',
    query: since,
    reply: answers<ExecutionsReply>(),
  }),
  execution: endpoint({
    method: 'GET',
    path: '/api/{connection}/executions/{id}',
    access: 'read',
    summary: 'One execution: plan, timings, results and errors of every shard, or what is remembered of it',
    query: z.object({
      /** An earlier execution under this id, from before a restart of the server. */
      epoch: z.coerce.number().int().positive().optional(),
    }),
    reply: answers<ExecutionDetail | RememberedDetail>(),
  }),
  executionResults: endpoint({
    method: 'GET',
    path: '/api/{connection}/executions/{id}/results',
    access: 'read',
    summary:
      'All results of an execution that ended and that its server still holds (RG.GETRESULTS), where its plan makes them text: at most 200,000, and 64 MB of them; `total` counts those beyond, too',
    reply: answers<{ readonly results: readonly ResultValue[]; readonly total: number }>(),
  }),
  readUnprovenResults: endpoint({
    method: 'POST',
    path: '/api/{connection}/executions/{id}/results',
    access: 'operate',
    summary:
      'Read the results of an execution though nothing proves that they are text (RG.GETRESULTS): this may crash the server, and is on record',
    query: z.object({ seen }),
    body: z.object({
      /** That it may crash the server is known. */
      override: z
        .array(z.literal(UNPROVEN_OVERRIDE, `must be ${UNPROVEN_OVERRIDE}`))
        .min(1, `must name ${UNPROVEN_OVERRIDE}`)
        .max(1),
    }),
    reply: answers<{ readonly results: readonly ResultValue[]; readonly total: number }>(),
  }),
  abortExecution: endpoint({
    method: 'POST',
    path: '/api/{connection}/executions/{id}/abort',
    access: 'operate',
    summary: 'Abort an execution on every shard (RG.ABORTEXECUTION)',
    query: z.object({ seen, override: overrides }),
    reply: answers<TargetReply>(),
  }),
  dropExecution: endpoint({
    method: 'DELETE',
    path: '/api/{connection}/executions/{id}',
    access: 'operate',
    summary: 'Drop a finished execution on every shard (RG.DROPEXECUTION)',
    query: z.object({ seen }),
    reply: answers<TargetReply>(),
  }),
  registrations: endpoint({
    method: 'GET',
    path: '/api/{connection}/registrations',
    access: 'read',
    summary: 'Registrations of all shards, merged, with summed counters',
    query: since,
    reply: answers<RegistrationsReply>(),
  }),
  registration: endpoint({
    method: 'GET',
    path: '/api/{connection}/registrations/{id}',
    access: 'read',
    summary: 'One registration',
    reply: answers<Registration>(),
  }),
  unregister: endpoint({
    method: 'DELETE',
    path: '/api/{connection}/registrations/{id}',
    access: 'operate',
    summary: 'Unregister on every shard (RG.UNREGISTER)',
    query: z.object({ seen, abortPending: z.stringbool().default(false) }),
    reply: answers<TargetReply>(),
  }),
  submit: endpoint({
    method: 'POST',
    path: '/api/{connection}/functions',
    access: 'develop',
    summary: 'Run a script in the server (RG.PYEXECUTE)',
    body: submitBody,
    maxBodyBytes: MAX_SCRIPT_BODY_BYTES,
    reply: answers<SubmitReply>(),
  }),
  trigger: endpoint({
    method: 'POST',
    path: '/api/{connection}/triggers/{name}',
    access: 'operate',
    summary: 'Fire a CommandReader registration (RG.TRIGGER, RG.TRIGGERONKEY)',
    body: triggerBody,
    maxBodyBytes: 2 * 1024 * KB,
    reply: answers<TriggerReply>(),
  }),
  memory: endpoint({
    method: 'GET',
    path: '/api/{connection}/memory',
    access: 'read',
    summary: 'Python memory of every shard, now and over the kept samples (RG.PYSTATS)',
    reply: answers<MemoryReply>(),
  }),
  cluster: endpoint({
    method: 'GET',
    path: '/api/{connection}/cluster',
    access: 'read',
    summary: 'The shards and how each sees the cluster (RG.INFOCLUSTER)',
    reply: answers<ClusterReply>(),
  }),
  refreshCluster: endpoint({
    method: 'POST',
    path: '/api/{connection}/cluster/refresh',
    access: 'operate',
    summary: 'Send RG.REFRESHCLUSTER to every master',
    reply: answers<ActionReply>(),
  }),
  config: endpoint({
    method: 'GET',
    path: '/api/{connection}/config',
    access: 'read',
    summary: 'Configuration of every shard (RG.CONFIGGET)',
    query: z.object({
      /** User-defined keys to ask for besides the module's own, comma-separated. */
      keys: z
        .string()
        .max(4 * KB)
        .optional(),
    }),
    reply: answers<ConfigReply>(),
  }),
  setConfig: endpoint({
    method: 'PUT',
    path: '/api/{connection}/config/{key}',
    access: 'admin',
    summary: 'Set a configuration key on every shard (RG.CONFIGSET)',
    body: z.object({
      value: z.union([z.string().max(64 * KB), z.number()]).transform(String),
      /** A key that the module does not know is stored silently as a user key: only when this says so. */
      userKey: z.boolean().default(false),
      /** Only the shard of this key, to undo what differed between shards. */
      shard: line.optional(),
    }),
    reply: answers<{ readonly shards: readonly ShardAnswer<ConfigSetResult>[] }>(),
  }),
  requirements: endpoint({
    method: 'GET',
    path: '/api/{connection}/requirements',
    access: 'read',
    summary: 'Requirements of every shard (RG.PYDUMPREQS)',
    reply: answers<RequirementsReply>(),
  }),
  exportRequirement: endpoint({
    method: 'GET',
    path: '/api/{connection}/requirements/{name}',
    access: 'develop',
    summary: 'A requirement with its wheels as a bundle (RG.PYEXPORTREQ): application/octet-stream',
    reply: answers<never>(),
  }),
  importRequirement: endpoint({
    method: 'POST',
    path: '/api/{connection}/requirements',
    access: 'develop',
    summary: 'Install a bundle on every shard (RG.PYIMPORTREQ); the body is application/octet-stream',
    query: z.object({ override: overrides }),
    maxBodyBytes: MAX_BUNDLE_BYTES,
    reply: answers<ImportReply>(),
  }),
  sessions: endpoint({
    method: 'GET',
    path: '/api/{connection}/sessions',
    access: 'read',
    summary: 'Sessions of every shard, the dead ones too (RG.PYDUMPSESSIONS)',
    reply: answers<SessionsReply>(),
  }),
  profile: endpoint({
    method: 'GET',
    path: '/api/{connection}/profile',
    access: 'read',
    summary: 'The slowest functions and steps among the executions that are still known',
    reply: answers<Profile>(),
  }),
  sessionProfile: endpoint({
    method: 'GET',
    path: '/api/{connection}/profile/{id}',
    access: 'read',
    summary: 'cProfile’s text of a session on every shard (RG.PYPROFILE STATS)',
    reply: answers<{ readonly shards: readonly ShardAnswer<SessionProfile>[] }>(),
  }),
  resetProfile: endpoint({
    method: 'DELETE',
    path: '/api/{connection}/profile/{id}',
    access: 'operate',
    summary: 'Forget a session’s profile on every shard (RG.PYPROFILE RESET)',
    reply: answers<ActionReply>(),
  }),
  ...registrationEndpoints,
  ...historyEndpoints,
  ...viewEndpoints,
  ...memoryEndpoints,
  ...developEndpoints,
  live: endpoint({
    method: 'GET',
    path: '/api/{connection}/live',
    access: 'read',
    summary:
      'Server-sent events: `delta` carries a LiveDelta, its id is the version; `beat`, every 5 s, the server’s time (ms since the epoch)',
    query: since,
    reply: answers<LiveDelta>(),
  }),
} as const

export type Contract = typeof contract
