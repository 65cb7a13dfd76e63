import { randomUUID } from 'node:crypto'
import { INCIDENT_STATES, type Incident, type IncidentEnd } from '@/lib/model/alerts/incident'
import { endOf, incidentKey, judge, type OpenIncident, type OpenIncidents } from '@/lib/model/alerts/judge'
import { ALERT_KIND, ALERT_SEVERITIES, type AlertKind } from '@/lib/model/alerts/kinds'
import type { AlertDelivery } from '@/lib/model/alerts/notification'
import type { AlertRule } from '@/lib/model/alerts/rule'
import { type AlertLook, lookAt, lookAtHistory } from '@/lib/model/alerts/signals'
import { selects } from '@/lib/model/people/grant'
import type { Connection } from '../connection/connection'
import { ApiRefusal } from '../errors'
import type { History } from '../history/history'
import { InTurn } from '../in-turn'
import { log } from '../log'
import type { AlertReceivers } from './alert-receivers'
import type { AlertRules } from './alert-rules'
import { type AlertClocks, OWN_CLOCKS } from './clocks'
import { FactsOfConnection } from './connection-facts'
import { deliveriesOf } from './deliveries-of'
import { IncidentLog } from './incident-log'
import type { AlertMutes } from './mutes'

/** From one look to the next, ms: as the hub polls while nobody looks. */
const LOOK_MS = 5000
/** A look that comes later counts as one that came after this, ms. */
const MOST_BETWEEN_MS = 3 * LOOK_MS

interface AlertParts {
  /** Those that are open, by name. */
  readonly connections: ReadonlyMap<string, Connection>
  /** Whether a connection of this name is declared, be it open or not. */
  readonly isDeclared: (name: string) => boolean
  readonly history: History
  readonly rules: Pick<AlertRules, 'all'>
  readonly receivers: Pick<AlertReceivers, 'ids'>
  readonly mutes: AlertMutes
  /** Takes what is to be sent; it may know some of it already, by its id. */
  readonly send: (deliveries: readonly AlertDelivery[]) => void
  readonly clocks?: AlertClocks
}

/** What one rule has open on one connection. */
interface OpenOf {
  readonly rule: AlertRule
  /** Null: Gearboard itself. */
  readonly connection: string | null
  readonly incidents: OpenIncidents
}

/**
 * Judges every rule on every connection that it selects, again and again, by what the hubs know; keeps what fires in the history, and passes on
 * what is to be sent: each start and each end once, over restarts too. No look waits for a server or for the disk.
 */
export class AlertWatch {
  private readonly timer: NodeJS.Timeout
  private readonly clocks: AlertClocks
  private readonly incidents: IncidentLog
  /** Readings that block everything else for a while come one after the other. */
  private readonly costly = new InTurn()
  private readonly facts = new WeakMap<Connection, FactsOfConnection>()
  /** By rule and connection. */
  private open = new Map<string, OpenOf>()
  private lastLook: number | undefined
  /** What fired before Gearboard started, or while another one watched, is read. */
  private isLoaded = false

  constructor(private readonly parts: AlertParts) {
    this.clocks = parts.clocks ?? OWN_CLOCKS
    this.incidents = new IncidentLog(parts.history, parts.send)
    this.timer = setInterval(() => this.look(), LOOK_MS)
    this.timer.unref()
  }

  /** Why this Gearboard judges no rule; null: it does. */
  get standsBy(): string | null {
    const { state, isFailing } = this.parts.history
    return state.role === 'reader' && !isFailing
      ? 'Another Gearboard writes to the data directory. It watches, and sends notifications.'
      : null
  }

  /** Those that have not ended, the worst first, and those that have but could not be written. */
  get current(): readonly Incident[] {
    if (this.standsBy !== null)
      return this.parts.history.readIfPossible((store) => store.alerts.incidents.firing()) ?? []
    const open = [...this.open.values()].flatMap(({ incidents }) =>
      [...incidents.values()].map(({ incident }) => this.withMute(incident)),
    )
    return [...open, ...this.incidents.unwrittenEnds].sort(
      (a, b) =>
        INCIDENT_STATES.indexOf(a.state) - INCIDENT_STATES.indexOf(b.state) ||
        ALERT_SEVERITIES.indexOf(a.severity) - ALERT_SEVERITIES.indexOf(b.severity) ||
        b.startedAt - a.startedAt,
    )
  }

  /** Resolves when what is to be written is written, or was refused. */
  async close(): Promise<void> {
    clearInterval(this.timer)
    await this.incidents.flush()
  }

  /** Looks now; also what the timer does. */
  look(): void {
    if (this.standsBy !== null) {
      this.open.clear()
      this.isLoaded = false
      return
    }
    const steady = this.clocks.steady()
    const moment = { at: Math.floor(this.clocks.wall()), sinceMs: this.sinceLastLook(steady) }
    this.lastLook = steady
    this.load()
    const { rules, connections, history } = this.parts
    const all = rules.all
    const active = all.filter(({ enabled }) => enabled)
    this.endUnwatched(all, moment.at)
    for (const [name, connection] of connections) {
      const its = active.filter((rule) => covers(rule, connection))
      if (its.length === 0) continue
      try {
        const facts = this.factsOf(connection).facts(new Set(its.map(({ kind }) => kind)))
        const looks = new Map<AlertKind, AlertLook>()
        for (const rule of its) {
          if (rule.kind === 'not-recording') continue
          const look = looks.get(rule.kind) ?? lookAt(rule.kind, facts)
          looks.set(rule.kind, look)
          this.judge(rule, name, look, moment)
        }
      } catch (error) {
        // A bug of ours: it may keep no other connection from being watched.
        log.error({ err: error, connection: name }, 'judging alerts failed')
      }
    }
    const { role, reason } = history.state
    const problem = history.isFailing || role === 'off' ? (reason ?? 'The history cannot be written.') : null
    for (const rule of active)
      if (ALERT_KIND[rule.kind].of === 'gearboard') this.judge(rule, null, lookAtHistory(problem), moment)
    void this.incidents.flush()
  }

  /** Time in which this process did not run, as while the machine slept, does not count. */
  private sinceLastLook(steady: number): number {
    return this.lastLook === undefined ? 0 : Math.min(steady - this.lastLook, MOST_BETWEEN_MS)
  }

  /** @throws ApiRefusal `not_found` */
  acknowledge(id: string, connection: string | null, by: string | null): Incident {
    return this.change(id, connection, (incident) => ({
      ...incident,
      acknowledged: { by, at: Math.floor(this.clocks.wall()) },
    }))
  }

  /** @param minutes 0 ends it @throws ApiRefusal `not_found`, `no_history` */
  async mute(id: string, connection: string | null, minutes: number, by: string | null): Promise<Incident> {
    await this.parts.mutes.mute(this.one(id, connection).incident, minutes, by)
    return this.change(id, connection, (incident) => this.withMute(incident))
  }

  private change(id: string, connection: string | null, changed: (incident: Incident) => Incident): Incident {
    const { of, key, open, incident } = this.one(id, connection)
    const next = changed(incident)
    this.open.set(placeOf(of), { ...of, incidents: new Map(of.incidents).set(key, { ...open, incident: next }) })
    if (next.state === 'firing') this.incidents.write(next)
    void this.incidents.flush()
    return next
  }

  private one(id: string, connection: string | null) {
    for (const of of this.open.values()) {
      if (of.connection !== connection) continue
      for (const [key, open] of of.incidents)
        if (open.incident.id === id) return { of, key, open, incident: open.incident }
    }
    throw new ApiRefusal('not_found', 'there is no such alert; it may have ended')
  }

  private withMute(incident: Incident): Incident {
    return { ...incident, mutedUntil: this.parts.mutes.until(incident) }
  }

  private factsOf(connection: Connection): FactsOfConnection {
    const known = this.facts.get(connection) ?? new FactsOfConnection(connection, this.clocks, this.costly)
    this.facts.set(connection, known)
    return known
  }

  private judge(
    rule: AlertRule,
    connection: string | null,
    look: AlertLook,
    moment: { at: number; sinceMs: number },
  ): void {
    const of = { rule, connection }
    const before = this.open.get(placeOf(of))?.incidents ?? new Map<string, OpenIncident>()
    const { open, ended, fired } = judge(before, of, look, moment, randomUUID)
    const notified = new Map(open)
    const began = new Set(fired.map(({ id }) => id))
    for (const [key, each] of open) {
      const { incident } = each
      if (incident.state !== 'firing') continue
      const told = this.tellOfStart(rule, incident, moment.at)
      if (told !== incident) notified.set(key, { ...each, incident: told })
      else if (began.has(incident.id)) this.incidents.write(incident)
    }
    for (const incident of ended) this.end(incident)
    if (notified.size > 0) this.open.set(placeOf(of), { ...of, incidents: notified })
    else this.open.delete(placeOf(of))
  }

  /** Once for each incident: when it fires, or later where it was muted or there was no receiver yet. */
  private tellOfStart(rule: AlertRule, incident: Incident, at: number): Incident {
    if (incident.notified.length > 0 || this.parts.mutes.until(incident) !== null) return incident
    const { ids } = this.parts.receivers
    const to = rule.receivers === null ? ids : ids.filter((id) => rule.receivers?.includes(id))
    if (to.length === 0) return incident
    const told = { ...incident, notified: to }
    this.incidents.write(told, deliveriesOf(told, 'firing', to, at))
    return told
  }

  /** Who heard of its start hears of its end, even while it is muted: nothing stays open with them for ever. */
  private end(incident: Incident): void {
    const { ids } = this.parts.receivers
    const to = incident.notified.filter((id) => ids.includes(id))
    this.incidents.write(incident, deliveriesOf(incident, 'resolved', to, incident.endedAt ?? 0))
  }

  /** What no rule watches any longer ends, and says so. */
  private endUnwatched(rules: readonly AlertRule[], at: number): void {
    const { connections, isDeclared } = this.parts
    for (const [place, { rule, connection, incidents }] of this.open) {
      const now = rules.find(({ id }) => id === rule.id)
      const opened = connection === null ? null : connections.get(connection)
      // One that is declared and not open may be opened again.
      const why: IncidentEnd | undefined =
        connection !== null && !opened && !isDeclared(connection)
          ? 'connection-removed'
          : !now
            ? 'rule-removed'
            : !now.enabled || now.kind !== rule.kind || (opened && !covers(now, opened))
              ? 'rule-changed'
              : undefined
      if (why === undefined) continue
      this.open.delete(place)
      for (const { incident } of incidents.values()) if (incident.state === 'firing') this.end(endOf(incident, why, at))
    }
  }

  /** What fires according to the history continues, with what it was notified of: until it is seen again, whether it applies is unknown. */
  private load(): void {
    if (this.isLoaded) return
    const firing = this.parts.history.readIfPossible((store) => store.alerts.incidents.firing())
    if (!firing) return
    this.isLoaded = true
    for (const incident of firing) {
      const { connection, rule } = incident
      const kept = this.parts.rules.all.find(({ id }) => id === rule.id)
      const of = { rule: { ...(kept ?? unknownRule(incident)), kind: rule.kind }, connection }
      const before = this.open.get(placeOf(of))?.incidents ?? new Map<string, OpenIncident>()
      const key = incidentKey(incident)
      // It began again while the history could not be read.
      if (before.has(key)) this.incidents.write(endOf(incident, 'gone', incident.seenAt))
      else {
        const known = { incident: { ...incident, unknown: true }, appliedMs: 0, applied: false }
        this.open.set(placeOf(of), { ...of, incidents: new Map(before).set(key, known) })
      }
    }
  }
}

const placeOf = ({ rule, connection }: Pick<OpenOf, 'rule' | 'connection'>): string =>
  JSON.stringify([rule.id, connection])

const covers = ({ kind, connections }: AlertRule, connection: Connection): boolean =>
  ALERT_KIND[kind].of === 'connection' && connections.some((selector) => selects(selector, connection))

/** That of an incident whose rule is gone: it ends at the next look. */
const unknownRule = ({ rule, severity, threshold }: Incident): AlertRule => ({
  ...rule,
  severity,
  threshold,
  connections: [],
  forS: 0,
  receivers: null,
  enabled: false,
})
