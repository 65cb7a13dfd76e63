import type { ResultValue } from '@gearboard/gears/vocabulary/value'
import { z } from 'zod'
import type { Execution, ExecutionDetail } from '@/lib/model/executions/execution'
import { UNPROVEN_OVERRIDE } from '@/lib/model/executions/withheld'
import type { RememberedDetail } from '@/lib/model/record/history'
import type { TargetReply } from '../action-reply'
import { answers, endpoint } from '../endpoint'
import { overrides } from '../override'
import { seen } from '../seen'
import { type Changes, since } from './changes'

/** The most result values in one reply; counts cover the rest. */
export const RESULT_PAGE = 1000

/**
 * Of these, the first ones whose texts and bytes have together at most this many characters: the reply of a run is one object, in memory as
 * a whole.
 */
export const RESULT_PAGE_BYTES = 16_000_000

export interface ExecutionsReply extends Changes {
  readonly executions: readonly Execution[]
}

/** Executions, live and in history, with their results. */
export const executionsEndpoints = {
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
    contains: ['results', 'sources'],
    summary: 'One execution: plan, timings, results and errors of every shard, or its history',
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
    reveals: ['results'],
    summary:
      'All results of a finished execution that is still on the server (RG.GETRESULTS), if its plan makes them text: at most 200,000 and 64 MB; `total` counts all',
    reply: answers<{ readonly results: readonly ResultValue[]; readonly total: number }>(),
  }),
  readUnprovenResults: endpoint({
    method: 'POST',
    action: 'Read results',
    confirm: 'connection',
    path: '/api/{connection}/executions/{id}/results',
    access: 'operate',
    reveals: ['results'],
    summary:
      'Read the results of an execution that may not be text (RG.GETRESULTS): this may crash the server, and is audited',
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
    action: 'Abort',
    confirm: 'connection',
    path: '/api/{connection}/executions/{id}/abort',
    access: 'operate',
    summary: 'Abort an execution on every shard (RG.ABORTEXECUTION)',
    query: z.object({ seen, override: overrides }),
    reply: answers<TargetReply>(),
  }),
  dropExecution: endpoint({
    method: 'DELETE',
    action: 'Drop',
    confirm: 'connection',
    path: '/api/{connection}/executions/{id}',
    access: 'operate',
    summary: 'Drop a finished execution on every shard (RG.DROPEXECUTION)',
    query: z.object({ seen }),
    reply: answers<TargetReply>(),
  }),
} as const
