import { testConnection } from '@gearboard/gears'
import type { ConnectionStep } from '@gearboard/gears/vocabulary/connection-test'
import { targetOf } from '../connections/definition'
import type { Handlers } from '../http/route'

type Names = 'connectionSettings' | 'addConnection' | 'testConnection' | 'changeConnection' | 'removeConnection'

export const connectionSettingsHandlers: Pick<Handlers, Names> = {
  connectionSettings: async ({ runtime }) => runtime.connectionSettings.list(),

  addConnection: async ({ runtime: { connectionSettings }, body, who, audit }) => {
    audit({ target: body.name })
    const added = await connectionSettings.add(body, who)
    audit({ after: connectionSettings.inWords(body.name) ?? null })
    return added
  },

  testConnection: async ({ runtime: { connectionSettings, ending }, request, body, audit }) => {
    audit({ target: body.name })
    const definition = connectionSettings.definitionOf(body)
    const options = {
      signal: AbortSignal.any([request.signal, ending]),
      level: definition.readOnly ? 'watch' : 'develop',
      ...(definition.cluster !== 'auto' && { cluster: definition.cluster === 'yes' }),
    } as const
    const steps: ConnectionStep[] = []
    for await (const step of testConnection(targetOf(definition), options)) steps.push(step)
    const failed = steps.find(({ state }) => state === 'failed')
    audit({ after: failed ? `${failed.step} failed: ${failed.detail}` : 'no step failed' })
    return { steps }
  },

  changeConnection: async ({ runtime: { connectionSettings }, params, body, who, audit }) => {
    audit({ before: connectionSettings.inWords(params.name) ?? null })
    const changed = await connectionSettings.change(params.name, body, who)
    audit({ after: connectionSettings.inWords(params.name) ?? null })
    return changed
  },

  removeConnection: async ({ runtime: { connectionSettings }, params, audit }) => {
    audit({ before: connectionSettings.inWords(params.name) ?? null })
    await connectionSettings.remove(params.name)
    return { removed: params.name }
  },
}
