import { contract } from '@/lib/api/contract'
import { resultsResponse } from '@/lib/server/results-response'
import { guarded } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const GET = guarded(contract.executionResults, async ({ runtime, params, headers, session }) =>
  resultsResponse(await connectionNamed(runtime, params.connection).results(params.id), headers, session?.ended),
)

export const POST = guarded(
  contract.readUnprovenResults,
  async ({ runtime, params, query, headers, session, audit }) => {
    const connection = connectionNamed(runtime, params.connection)
    audit({ before: await connection.executionsInWords(params.id) })
    return resultsResponse(await connection.unprovenResults(params.id, query.seen), headers, session?.ended)
  },
)
