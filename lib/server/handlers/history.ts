import { mayAuditGearboard } from '@/lib/model/people/grant'
import { Tally } from '../history'
import type { Handlers } from '../http/route'
import { acknowledgeNotice, noticeOf } from '../operations/notices'
import { connectionNamed } from '../runtime'

export const historyHandlers: Pick<
  Handlers,
  | 'historyStats'
  | 'historySeries'
  | 'memoryGrowth'
  | 'historyExecutions'
  | 'historyErrors'
  | 'historyFunctions'
  | 'historyRegistrations'
  | 'lostRegistration'
  | 'deployments'
  | 'acknowledgeNotice'
  | 'audit'
  | 'verifyAudit'
  | 'actionsUnderWay'
> = {
  historyStats: async ({ runtime, params }) => connectionNamed(runtime, params.connection).history.store.stats(),

  historySeries: async ({ runtime, params, query }) => {
    const { name, history } = connectionNamed(runtime, params.connection)
    return history.store.series.read({ connection: name, ...query })
  },

  memoryGrowth: async ({ runtime, params, query }) => {
    const { name, history } = connectionNamed(runtime, params.connection)
    return history.store.series.growth({ connection: name, ...query })
  },

  historyExecutions: async ({ runtime, params, query: { q, ...query } }) => {
    const { name, history } = connectionNamed(runtime, params.connection)
    return history.store.executions.page({ connection: name, ...query, ...(q && { filter: q }) })
  },

  historyErrors: async ({ runtime, params, query }) => {
    const { name, history } = connectionNamed(runtime, params.connection)
    const { limit = 50 } = query
    // One more than requested shows that there are more.
    const tally = new Tally()
    const groups = history.store.registrations.errorGroups({ connection: name, ...query, limit: limit + 1 }, tally)
    return { groups: groups.slice(0, limit), more: groups.length + tally.unreadable > limit, ...tally.told }
  },

  historyFunctions: async ({ runtime, params, query }) => {
    const { name, history } = connectionNamed(runtime, params.connection)
    return history.store.executions.functions({ connection: name, ...query })
  },

  historyRegistrations: async ({ runtime, params }) => {
    const { name, history } = connectionNamed(runtime, params.connection)
    const tally = new Tally()
    return { registrations: history.store.registrations.all(name, tally), ...tally.told }
  },

  lostRegistration: async ({ runtime, params }) => {
    const { name, history } = connectionNamed(runtime, params.connection)
    return history.store.registrations.lost(name, params.id)
  },

  deployments: async ({ runtime, params, query }) => {
    const { name, history } = connectionNamed(runtime, params.connection)
    return { deployments: history.store.sources.deployments({ connection: name, ...query }) }
  },

  acknowledgeNotice: async ({ runtime, params, who, audit }) => {
    const connection = connectionNamed(runtime, params.connection)
    const notice = noticeOf(connection, params.id)
    audit({ target: params.id, before: notice.what })
    await acknowledgeNotice(connection, notice, who)
    return notice
  },

  actionsUnderWay: async ({ runtime, params, principal }) => {
    const { name } = connectionNamed(runtime, params.connection)
    return { actions: runtime.underWay.on(name, mayAuditGearboard(principal)) }
  },

  verifyAudit: async ({ runtime: { history } }) => history.store.audit.verify(),

  audit: async ({ runtime, params, query, principal }) => {
    const { name, history } = connectionNamed(runtime, params.connection)
    return history.store.audit.page({ connection: name, ...query, own: mayAuditGearboard(principal) })
  },
}
