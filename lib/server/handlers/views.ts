import { Tally } from '../history'
import type { Handlers } from '../http/route'
import { changeView, deleteView, saveView, viewInWords, viewOf } from '../operations/views'
import { connectionNamed } from '../runtime'

export const viewHandlers: Pick<Handlers, 'views' | 'saveView' | 'changeView' | 'deleteView'> = {
  views: async ({ runtime, params, query }) => {
    const { name, history } = connectionNamed(runtime, params.connection)
    const tally = new Tally()
    return { views: history.store.views.all(name, query.page, tally), ...tally.told }
  },

  saveView: async ({ runtime, params, body, who, audit }) => {
    audit({ target: body.name, after: `${body.page}?${body.query}` })
    return saveView(connectionNamed(runtime, params.connection), body, who)
  },

  changeView: async ({ runtime, params, body, who, audit }) => {
    const connection = connectionNamed(runtime, params.connection)
    const before = viewOf(connection, params.id)
    audit({ target: before.name, before: viewInWords(before), after: viewInWords({ ...before, ...body }) })
    return changeView(connection, before, body, who)
  },

  deleteView: async ({ runtime, params, audit }) => {
    const connection = connectionNamed(runtime, params.connection)
    const before = viewOf(connection, params.id)
    audit({ target: before.name, before: viewInWords(before) })
    return deleteView(connection, before)
  },
}
