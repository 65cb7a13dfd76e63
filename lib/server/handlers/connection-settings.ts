import type { Handlers } from '../http/route'

type Names = 'connectionSettings' | 'addConnection' | 'changeConnection' | 'removeConnection'

export const connectionSettingsHandlers: Pick<Handlers, Names> = {
  connectionSettings: async ({ runtime }) => runtime.connectionSettings.list(),

  addConnection: async ({ runtime: { connectionSettings }, body, who, audit }) => {
    audit({ target: body.name })
    const added = await connectionSettings.add(body, who)
    audit({ after: connectionSettings.inWords(body.name) ?? null })
    return added
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
