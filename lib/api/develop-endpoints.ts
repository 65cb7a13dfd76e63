import { z } from 'zod'
import type { ScriptVerdict } from '@/lib/functions/python/verdict'
import { MAX_SCRIPT_BYTES } from '@/lib/functions/submission'
import type { ProfiledRunState } from '@/lib/model/profile/profile'
import { EVENT_TYPES, type InjectionReport } from '@/lib/model/trigger/injection'
import { answers, endpoint } from './endpoint'

/** A script as RG.PYEXECUTE takes it. */
export const scriptText = z
  .string()
  .min(1, 'must not be empty')
  .refine((s) => new TextEncoder().encode(s).length <= MAX_SCRIPT_BYTES, 'must be at most 1,000,000 bytes')
  .refine((s) => !s.includes('\0'), 'must not contain NUL characters')

/** JSON may write a byte of the script as six characters. */
export const MAX_SCRIPT_BODY_BYTES = 6 * MAX_SCRIPT_BYTES + 256 * 1024

const MB = 1024 * 1024

/** An argument of any bytes: text, or base64 of bytes that are no UTF-8, marked as in `ResultValue`. */
export const argument = z.union([
  z.string().max(MB, 'must be at most 1 MB'),
  z.object({ base64: z.base64('must be base64').max((MB / 3) * 4 + 4, 'must be at most 1 MB') }),
])

export const eventBody = z.object({
  key: z.string().min(1, 'must not be empty').max(4096, 'must be at most 4,096 characters'),
  /** What is written: SET, HSET, RPUSH, SADD, XADD; or DEL. */
  type: z.enum(EVENT_TYPES),
  /** What stands after the key: the value, or fields and values. */
  words: z.array(argument).max(1000, 'must be at most 1,000').default([]),
  /** Writes outside `gearboard:test:` as well; a key that is there is left alone, only a stream gets an entry more. */
  foreign: z.boolean().default(false),
  /** How long is watched at most what fires, ms. */
  watchMs: z.number().int().min(200).max(10_000, 'must be at most 10,000 ms').default(3000),
  /** A key that was not there before goes after so many seconds. */
  expireS: z.number().int().min(1).max(3600, 'must be at most 3,600 s').default(60),
})

/** What the editor and the trigger page need besides sending scripts and calls. */
export const developEndpoints = {
  profiledRun: endpoint({
    method: 'GET',
    path: '/api/{connection}/profiled-run',
    access: 'read',
    summary: 'The profiled run under way, and shards where ProfileExecutions is still to be switched back',
    reply: answers<ProfiledRunState>(),
  }),
  checkScript: endpoint({
    method: 'POST',
    path: '/api/{connection}/functions/check',
    access: 'develop',
    summary: 'Have the connected Python compile a script without running it (RG.PYEXECUTE of compile)',
    body: z.object({ script: scriptText }),
    maxBodyBytes: MAX_SCRIPT_BODY_BYTES,
    reply: answers<ScriptVerdict>(),
  }),
  injectEvent: endpoint({
    method: 'POST',
    path: '/api/{connection}/events',
    access: 'develop',
    summary: 'Write a test key or stream entry, and see which registrations fire',
    body: eventBody,
    maxBodyBytes: 2 * MB,
    reply: answers<InjectionReport>(),
  }),
} as const
