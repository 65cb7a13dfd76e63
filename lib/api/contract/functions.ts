import { overrideProblem } from '@gearboard/gears/script/hazard'
import type { Outcome } from '@gearboard/gears/vocabulary/execution'
import type { ResultValue } from '@gearboard/gears/vocabulary/value'
import { z } from 'zod'
import { HAZARD_NAMES } from '@/lib/functions/python/refusal'
import type { ScriptVerdict } from '@/lib/functions/python/verdict'
import { MAX_SCRIPT_BYTES } from '@/lib/functions/submission'
import { SILENT_OVERRIDE } from '@/lib/model/cluster/silence'
import { MAX_REQUIREMENT_CHARS } from '@/lib/model/environment/pep508'
import type { ProfiledRunState } from '@/lib/model/profile/profile'
import { EVENT_TYPES, type InjectionReport } from '@/lib/model/trigger/injection'
import { answers, endpoint } from '../endpoint'
import { SUBMIT_OVERRIDES, triggerOverrides } from '../override'
import { KB, line } from './line'

/** A script as RG.PYEXECUTE takes it. */
const scriptText = z
  .string()
  .min(1, 'must not be empty')
  .refine((s) => new TextEncoder().encode(s).length <= MAX_SCRIPT_BYTES, 'must be at most 1,000,000 bytes')
  .refine((s) => !s.includes('\0'), 'must not contain NUL characters')

/** JSON may write a byte of the script as six characters. */
const MAX_SCRIPT_BODY_BYTES = 6 * MAX_SCRIPT_BYTES + 256 * 1024

const MB = 1024 * 1024

/** An argument of any bytes: text, or base64 of bytes that are no UTF-8, marked as in `ResultValue`. */
const argument = z.union([
  z.string().max(MB, 'must be at most 1 MB'),
  z.object({ base64: z.base64('must be base64').max((MB / 3) * 4 + 4, 'must be at most 1 MB') }),
])

export const eventBody = z.object({
  key: z.string().min(1, 'must not be empty').max(4096, 'must be at most 4,096 characters'),
  /** What is written: SET, HSET, RPUSH, SADD, XADD; or DEL. */
  type: z.enum(EVENT_TYPES),
  /** The words after the key: the value, or fields and values. */
  words: z.array(argument).max(1000, 'must be at most 1,000').default([]),
  /** Writes outside `gearboard:test:` as well; an existing key is left unchanged, except that a stream gets one more entry. */
  foreign: z.boolean().default(false),
  /** How long is watched at most what fires, ms. */
  watchMs: z.number().int().min(200).max(10_000, 'must be at most 10,000 ms').default(3000),
  /** A new key expires after this many seconds. */
  expireS: z.number().int().min(1).max(3600, 'must be at most 3,600 s').default(60),
})

/** The four shapes of RG.PYEXECUTE's reply (protocol 1.3). */
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
  /** `unblocking` run: it continues under this id. */
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
          'must be a requirement; RedisGears passes it to pip as one argument, so options have no effect',
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

/** What the editor and the trigger page need besides sending scripts and calls. */
export const functionsEndpoints = {
  submit: endpoint({
    method: 'POST',
    action: 'Submit',
    confirm: 'connection',
    path: '/api/{connection}/functions',
    access: 'develop',
    summary: 'Run a script in the server (RG.PYEXECUTE)',
    body: submitBody,
    maxBodyBytes: MAX_SCRIPT_BODY_BYTES,
    reply: answers<SubmitReply>(),
  }),
  trigger: endpoint({
    method: 'POST',
    action: 'Trigger',
    confirm: 'connection',
    path: '/api/{connection}/triggers/{name}',
    access: 'operate',
    summary: 'Fire a CommandReader registration (RG.TRIGGER, RG.TRIGGERONKEY)',
    body: triggerBody,
    maxBodyBytes: 2 * 1024 * KB,
    reply: answers<TriggerReply>(),
  }),
  profiledRun: endpoint({
    method: 'GET',
    path: '/api/{connection}/profiled-run',
    access: 'read',
    summary: 'The profiled run in progress, and shards where ProfileExecutions is not restored yet',
    reply: answers<ProfiledRunState>(),
  }),
  checkScript: endpoint({
    method: 'POST',
    action: 'Check script',
    confirm: null,
    path: '/api/{connection}/functions/check',
    access: 'develop',
    summary: 'Let the server’s Python compile a script without running it (RG.PYEXECUTE of compile)',
    body: z.object({ script: scriptText }),
    maxBodyBytes: MAX_SCRIPT_BODY_BYTES,
    reply: answers<ScriptVerdict>(),
  }),
  injectEvent: endpoint({
    method: 'POST',
    action: 'Inject event',
    confirm: 'connection',
    path: '/api/{connection}/events',
    access: 'develop',
    summary: 'Write a test key or stream entry and report which registrations fire',
    body: eventBody,
    maxBodyBytes: 2 * MB,
    reply: answers<InjectionReport>(),
  }),
} as const
