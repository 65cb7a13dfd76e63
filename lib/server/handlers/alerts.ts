import { selects } from '@/lib/model/people/grant'
import { isDefaultRule } from '../alerts/alert-rules'
import { receiverInWords, ruleInWords } from '../alerts/words'
import { ApiRefusal } from '../errors'
import type { Handlers } from '../http/route'

type AlertEndpoints =
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
