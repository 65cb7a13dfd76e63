import { EVENT_COMMAND, firedInWords } from '@/lib/model/trigger/injection'
import { overriddenInWords } from '../actions/override'
import type { Handlers } from '../route'
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
    const reply = await connection.submit(body, who)
    const became = reply.kind === 'finished' ? `finished: ${reply.outcome}` : reply.kind
    const profiled = body.profiled ? ['ProfileExecutions on for it'] : []
    audit({ after: [became, ...profiled, ...overridden].join(', ') })
    return reply
  },

  checkScript: async ({ runtime, params, body, audit }) => {
    const verdict = await connectionNamed(runtime, params.connection).checkScript(body.script)
    audit({ after: verdict.kind === 'ok' ? 'Python reads it' : `${verdict.type}: ${verdict.message}` })
    return verdict
  },

  trigger: async ({ runtime, params, body, audit }) => {
    const [overridden] = overriddenInWords(body.override)
    if (overridden !== undefined) audit({ after: overridden })
    const reply = await connectionNamed(runtime, params.connection).trigger(params.name, body)
    if ('error' in reply) audit({ outcome: 'failed', error: reply.error })
    return reply
  },

  injectEvent: async ({ runtime, params, body, audit }) => {
    audit({ target: body.key, before: EVENT_COMMAND[body.type] })
    const report = await connectionNamed(runtime, params.connection).injectEvent(body)
    audit({ after: firedInWords(report) })
    return report
  },

  profiledRun: async ({ runtime, params }) => connectionNamed(runtime, params.connection).profiling.state,

  sources: async ({ runtime, params, query }) => {
    const { name, history } = connectionNamed(runtime, params.connection)
    const { store } = history
    // What was submitted a moment ago is on the list too.
    await store.flush()
    return store.sources({ connection: name, ...query })
  },

  source: async ({ runtime, params }) => connectionNamed(runtime, params.connection).source(params.id),

  sourceFindings: async ({ runtime, params }) => {
    const connection = connectionNamed(runtime, params.connection)
    await connection.known()
    return { findings: connection.sourceFindings() }
  },
}
