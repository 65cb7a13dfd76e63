import type { Incident } from '@/lib/model/alerts/incident'
import { admissionEverywhereOf, admissionOf, selects } from '@/lib/model/people/grant'
import { isDefaultRule } from '../alerts/alert-rules'
import type { AlertWatch } from '../alerts/alert-watch'
import { alertsOf } from '../alerts/alerts-of'
import { receiverInWords, ruleInWords } from '../alerts/words'
import { ApiRefusal } from '../errors'
import type { Handlers } from '../http/route'

type AlertEndpoints =
  | 'alerts'
  | 'connectionAlerts'
  | 'acknowledgeAlert'
  | 'muteAlert'
  | 'acknowledgeOwnAlert'
  | 'muteOwnAlert'
  | 'alertSettings'
  | 'addAlertRule'
  | 'changeAlertRule'
  | 'removeAlertRule'
  | 'enableDefaultAlertRules'
  | 'addAlertReceiver'
  | 'changeAlertReceiver'
  | 'removeAlertReceiver'
  | 'testAlertReceiver'
  | 'testUnsavedAlertReceiver'
  | 'alertDeliveries'

export const alertHandlers: Pick<Handlers, AlertEndpoints> = {
  alerts: async ({ runtime, principal, query: { connection, ...query } }) => {
    const theirs = [...runtime.connections.values()].filter((each) => principal && admissionOf(principal, each))
    const names = theirs.map(({ name }) => name)
    const everywhere = principal && admissionEverywhereOf(principal)
    // Of a connection that is gone only its name is known: whoever may see all may see its alerts.
    if (connection !== undefined) {
      const asked = everywhere || names.includes(connection) ? [connection] : []
      return alertsOf(runtime, { ...query, connections: asked, own: false })
    }
    const connections = everywhere ? null : names
    return alertsOf(runtime, { ...query, connections, own: everywhere?.role === 'admin' })
  },

  connectionAlerts: async ({ runtime, params, query }) =>
    alertsOf(runtime, { ...query, connections: [params.connection], own: false }),

  acknowledgeAlert: async ({ runtime: { alerts }, params, who, audit }) =>
    acknowledged(alerts.watch, params.id, params.connection, who, audit),

  acknowledgeOwnAlert: async ({ runtime: { alerts }, params, who, audit }) =>
    acknowledged(alerts.watch, params.id, null, who, audit),

  muteAlert: async ({ runtime: { alerts }, params, body, who, audit }) =>
    muted(alerts.watch, params.id, params.connection, { minutes: body.minutes, by: who }, audit),

  muteOwnAlert: async ({ runtime: { alerts }, params, body, who, audit }) =>
    muted(alerts.watch, params.id, null, { minutes: body.minutes, by: who }, audit),

  alertSettings: async ({ runtime }) => {
    const { alerts, connections, history } = runtime
    return {
      rules: alerts.rules.all.map((rule) => ({
        ...rule,
        isDefault: isDefaultRule(rule.id),
        selects: [...connections.values()]
          .filter((connection) => rule.connections.some((selector) => selects(selector, connection)))
          .map(({ name }) => name),
      })),
      receivers: alerts.receivers.list(),
      blocked: history.storingBlocked ?? null,
      sealing: alerts.receivers.sealing,
    }
  },

  addAlertRule: async ({ runtime: { alerts }, body, audit }) => {
    audit({ target: body.name })
    const rule = await alerts.rules.add(body)
    audit({ after: ruleInWords(rule) })
    return { id: rule.id }
  },

  changeAlertRule: async ({ runtime: { alerts }, params, body, audit }) => {
    const before = alerts.rules.one(params.id)
    audit({ target: before?.name ?? params.id, before: before ? ruleInWords(before) : null })
    const rule = await alerts.rules.change(params.id, body)
    audit({ after: ruleInWords(rule) })
    return { id: rule.id }
  },

  removeAlertRule: async ({ runtime: { alerts }, params, audit }) => {
    const removed = await alerts.rules.remove(params.id)
    audit({ target: removed.name, before: ruleInWords(removed) })
    return { removed: removed.id }
  },

  enableDefaultAlertRules: async ({ runtime: { alerts }, audit }) => {
    const rules = await alerts.rules.enableDefaults()
    audit({ after: rules.map(({ name }) => name).join(', ') })
    return { enabled: rules.map(({ id }) => id) }
  },

  addAlertReceiver: async ({ runtime: { alerts }, body, who, audit }) => {
    audit({ target: body.name })
    const added = await alerts.receivers.add(body, who)
    audit({ after: receiverInWords(added) })
    return added
  },

  changeAlertReceiver: async ({ runtime: { alerts }, params, body, who, audit }) => {
    const before = alerts.receivers.list().find(({ id }) => id === params.id)
    audit({ target: body.name, before: before ? receiverInWords(before) : null })
    const changed = await alerts.receivers.change(params.id, body, who)
    audit({ after: receiverInWords(changed) })
    return changed
  },

  removeAlertReceiver: async ({ runtime: { alerts }, params, audit }) => {
    const removed = await alerts.receivers.remove(params.id)
    audit({ target: removed.definition.name, before: receiverInWords(removed) })
    return { removed: removed.id }
  },

  testAlertReceiver: async ({ runtime: { alerts }, params, audit }) => {
    const opened = alerts.receivers.open(params.id)
    if (!opened) throw new ApiRefusal('not_found', 'there is no such receiver; it may have been removed')
    if ('problem' in opened) return { delivered: false, answer: opened.problem }
    const { receiver } = opened
    audit({ target: receiver.name })
    const { outcome, answer } = await alerts.deliveries.test(receiver, params.id)
    audit({ after: answer })
    return { delivered: outcome === 'delivered', answer }
  },

  testUnsavedAlertReceiver: async ({ runtime: { alerts }, body, audit }) => {
    audit({ target: body.receiver.name })
    const { outcome, answer } = await alerts.deliveries.test(
      alerts.receivers.unsaved(body.receiver, body.id),
      undefined,
    )
    audit({ after: answer })
    return { delivered: outcome === 'delivered', answer }
  },

  alertDeliveries: async ({ runtime: { history }, query }) => history.store.alerts.deliveries.page(query),
}

type Audit = (note: { readonly target?: string; readonly after?: string }) => void

function acknowledged(
  watch: AlertWatch,
  id: string,
  connection: string | null,
  by: string | null,
  audit: Audit,
): Incident {
  const incident = watch.acknowledge(id, connection, by)
  audit({ target: incident.title })
  return incident
}

async function muted(
  watch: AlertWatch,
  id: string,
  connection: string | null,
  { minutes, by }: { readonly minutes: number; readonly by: string | null },
  audit: Audit,
): Promise<Incident> {
  const incident = await watch.mute(id, connection, minutes, by)
  audit({ target: incident.title, after: minutes === 0 ? 'not muted' : `muted for ${minutes} min` })
  return incident
}
