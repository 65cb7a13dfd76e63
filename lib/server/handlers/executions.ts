import { endedByItself } from '@/lib/model/executions/execution-view'
import { withoutHidden } from '@/lib/model/executions/hide'
import { resultsResponse } from '../http/results-response'
import type { Handlers } from '../http/route'
import { allResults, executionDetail, unprovenResults } from '../operations/execution-detail'
import { abortExecution, dropExecution } from '../operations/executions'
import { executionsInWords } from '../operations/seen'
import { connectionNamed } from '../runtime'

export const executionHandlers: Pick<
  Handlers,
  'executions' | 'execution' | 'executionResults' | 'readUnprovenResults' | 'abortExecution' | 'dropExecution'
> = {
  executions: async ({ runtime, params, query }) => {
    const connection = connectionNamed(runtime, params.connection)
    await connection.known()
    const { version, full, shards, executions } = connection.hub.feed.since(query.since)
    return { version, full, shards, executions: executions.upserts, removed: executions.removed }
  },

  execution: async ({ runtime, params, query, admission }) => {
    const detail = await executionDetail(connectionNamed(runtime, params.connection), params.id, query.epoch)
    return withoutHidden(detail, admission?.hides ?? new Set())
  },

  executionResults: async ({ runtime, params, headers, isAllowed }) =>
    resultsResponse(await allResults(connectionNamed(runtime, params.connection), params.id), headers, isAllowed),

  readUnprovenResults: async ({ runtime, params, query, headers, isAllowed, audit }) => {
    const connection = connectionNamed(runtime, params.connection)
    audit({ before: await executionsInWords(connection, params.id) })
    return resultsResponse(await unprovenResults(connection, params.id, query.seen), headers, isAllowed)
  },

  abortExecution: async ({ runtime, params, query, audit }) => {
    const connection = connectionNamed(runtime, params.connection)
    audit({ before: await executionsInWords(connection, params.id) })
    const reply = await abortExecution(connection, params.id, query.seen, query.override)
    audit({ after: endedByItself(reply.reached) ?? null })
    return reply
  },

  dropExecution: async ({ runtime, params, query, who, audit }) => {
    const connection = connectionNamed(runtime, params.connection)
    audit({ before: await executionsInWords(connection, params.id) })
    return dropExecution(connection, params.id, query.seen, who)
  },
}
