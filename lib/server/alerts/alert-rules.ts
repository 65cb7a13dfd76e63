import { randomUUID } from 'node:crypto'
import { steadyMs } from '@gearboard/gears/vocabulary/clock'
import { DEFAULT_RULES } from '@/lib/model/alerts/defaults'
import type { AlertRule } from '@/lib/model/alerts/rule'
import { ApiRefusal, wrongField } from '../errors'
import type { AlertRecordKind } from '../history/store'
import { InTurn } from '../in-turn'
import type { RecordStore } from '../kept-records'
import { AlertRecords } from './alert-records'

const MOST_RULES = 200

/** The rules: the default ones as they are or were changed, and those that people added. */
export class AlertRules {
  private readonly stored: AlertRecords<'rule'>
  private readonly turns = new InTurn()

  constructor(store: RecordStore<AlertRecordKind>, now: () => number = steadyMs) {
    this.stored = new AlertRecords('rule', store, now)
  }

  get all(): readonly AlertRule[] {
    return merged(this.stored.byId)
  }

  one(id: string): AlertRule | undefined {
    return this.all.find((rule) => rule.id === id)
  }

  add(wanted: Omit<AlertRule, 'id'>): Promise<AlertRule> {
    return this.turns.run(async () => {
      const { present } = this.stored
      if (present.size >= MOST_RULES) throw wrongField('name', `there are ${MOST_RULES} rules, which is the most`)
      const rule = { ...wanted, id: randomUUID() }
      await this.stored.write(rule)
      return rule
    })
  }

  /** @throws ApiRefusal `not_found` */
  change(id: string, wanted: Omit<AlertRule, 'id'>): Promise<AlertRule> {
    return this.turns.run(async () => {
      this.present(id)
      const rule = { ...wanted, id }
      await this.stored.write(rule)
      return rule
    })
  }

  /** A default rule is restored, switched off. @throws ApiRefusal `not_found` */
  remove(id: string): Promise<AlertRule> {
    return this.turns.run(async () => {
      const rule = this.present(id)
      await this.stored.remove(rule)
      return rule
    })
  }

  /** Switches on the default rules that were never changed; returns those. */
  enableDefaults(): Promise<readonly AlertRule[]> {
    return this.turns.run(async () => {
      const { present } = this.stored
      const rules = DEFAULT_RULES.filter(({ id }) => !present.has(id)).map((rule) => ({ ...rule, enabled: true }))
      for (const rule of rules) await this.stored.write(rule)
      return rules
    })
  }

  private present(id: string): AlertRule {
    const rule = merged(this.stored.present).find((each) => each.id === id)
    if (!rule) throw new ApiRefusal('not_found', 'there is no such rule; it may have been removed')
    return rule
  }
}

export const isDefaultRule = (id: string): boolean => DEFAULT_RULES.some((rule) => rule.id === id)

function merged(stored: ReadonlyMap<string, AlertRule> = new Map()): readonly AlertRule[] {
  const own = [...stored.values()].filter(({ id }) => !isDefaultRule(id))
  return [...DEFAULT_RULES.map((rule) => stored.get(rule.id) ?? rule), ...own]
}
