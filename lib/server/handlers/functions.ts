import { EVENT_COMMAND, firedInWords } from '@/lib/model/trigger/injection'
import type { Handlers } from '../http/route'
import { checkScript } from '../operations/check-script'
import { injectEvent } from '../operations/inject-event'
import { overriddenInWords } from '../operations/override'
import { sourceFindings } from '../operations/source-findings'
import { sourceOf } from '../operations/sources'
import { linksOfSubmission, submit } from '../operations/submit'
import { trigger } from '../operations/trigger'
import { connectionNamed } from '../runtime'

export const functionHandlers: Pick<
  Handlers,
  'submit' | 'checkScript' | 'trigger' | 'injectEvent' | 'profiledRun' | 'sources' | 'source' | 'sourceFindings'
> = {
  submit: async ({ runtime, params, body, who, audit }) => {
    const connection = connectionNamed(runtime, params.connection)
    const overridden = overriddenInWords(body.override)
    // Said whatever comes of it.
    audit({ target: body.description ?? body.id ?? null, after: overridden[0] ?? null })
    const reply = await submit(connection, body, who)
    const became = reply.kind === 'finished' ? `finished: ${reply.outcome}` : reply.kind
    const profiled = body.profiled ? ['ProfileExecutions on for it'] : []
    audit({ after: [became, ...profiled, ...overridden].join(', '), links: linksOfSubmission(reply) })
    return reply
  },

  checkScript: async ({ runtime, params, body, audit }) => {
    const verdict = await checkScript(connectionNamed(runtime, params.connection), body.script)
    audit({ after: verdict.kind === 'ok' ? 'Python reads it' : `${verdict.type}: ${verdict.message}` })
    return verdict
  },

  trigger: async ({ runtime, params, body, audit }) => {
    const [overridden] = overriddenInWords(body.override)
    if (overridden !== undefined) audit({ after: overridden })
    const reply = await trigger(connectionNamed(runtime, params.connection), params.name, body)
    if ('error' in reply) audit({ outcome: 'failed', error: reply.error })
    return reply
  },

  injectEvent: async ({ runtime, params, body, audit }) => {
    audit({ target: body.key, before: EVENT_COMMAND[body.type] })
    const report = await injectEvent(connectionNamed(runtime, params.connection), body)
    audit({ after: firedInWords(report) })
    return report
  },

  profiledRun: async ({ runtime, params }) => connectionNamed(runtime, params.connection).profiling.state,

  sources: async ({ runtime, params, query }) => {
    const { name, history } = connectionNamed(runtime, params.connection)
    const { store } = history
    // What was submitted a moment ago is on the list too.
    await store.flush()
    return store.sources.page({ connection: name, ...query })
  },

  source: async ({ runtime, params }) => sourceOf(connectionNamed(runtime, params.connection), params.id),

  sourceFindings: async ({ runtime, params }) => {
    const connection = connectionNamed(runtime, params.connection)
    await connection.known()
    return { findings: sourceFindings(connection) }
  },
}
