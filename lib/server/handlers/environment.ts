import { MAX_BUNDLE_BYTES } from '@/lib/api/limits'
import { bundleResponse } from '../http/bundle-response'
import { readBytes } from '../http/request-body'
import type { Handlers } from '../http/route'
import { memory, requirements, sessions } from '../operations/environment'
import { overriddenInWords } from '../operations/override'
import { exportRequirement, importRequirement, judgeBundle } from '../operations/requirement-bundle'
import { connectionNamed } from '../runtime'

export const environmentHandlers: Pick<
  Handlers,
  'requirements' | 'exportRequirement' | 'importRequirement' | 'sessions' | 'memory'
> = {
  requirements: async ({ runtime, params }) => requirements(connectionNamed(runtime, params.connection)),

  exportRequirement: async ({ runtime, params, headers, isAllowed }) =>
    bundleResponse(
      await exportRequirement(connectionNamed(runtime, params.connection), params.name),
      headers,
      isAllowed,
    ),

  importRequirement: async ({ runtime, params, query, request, audit }) => {
    const connection = connectionNamed(runtime, params.connection)
    const file = await readBytes(request, {
      budget: runtime.bodies,
      maxBytes: MAX_BUNDLE_BYTES,
      contentType: 'application/octet-stream',
      judge: judgeBundle,
    })
    const overridden = overriddenInWords(query.override)
    audit({ after: overridden[0] ?? null })
    const reply = await importRequirement(connection, file, query.override)
    audit({ target: reply.name, after: [`SHA-256 ${reply.sha256}`, ...overridden].join(', ') })
    return reply
  },

  sessions: async ({ runtime, params }) => sessions(connectionNamed(runtime, params.connection)),

  memory: async ({ runtime, params }) => memory(connectionNamed(runtime, params.connection)),
}
