import { z } from 'zod'
import type { ProfiledRunState } from '@/lib/model/profile'
import type { ScriptVerdict } from '@/lib/model/python/verdict'
import { MAX_SCRIPT_BYTES } from '@/lib/model/submission'
import { answers, endpoint } from './endpoint'

/** A script as RG.PYEXECUTE takes it. */
export const scriptText = z
  .string()
  .min(1, 'must not be empty')
  .refine((s) => new TextEncoder().encode(s).length <= MAX_SCRIPT_BYTES, 'must be at most 1,000,000 bytes')
  .refine((s) => !s.includes('\0'), 'must not contain NUL characters')

/** JSON may write a byte of the script as six characters. */
export const MAX_SCRIPT_BODY_BYTES = 6 * MAX_SCRIPT_BYTES + 256 * 1024

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
} as const
