import type { Incident, IncidentEnd } from './incident'
import { ALERT_KIND, type AlertKind } from './kinds'
import type { AlertRule } from './rule'
import type { AlertLook, AlertSignal } from './signals'
import { valueInWords } from './values'

/** An incident that has not ended, and what its for-duration needs. */
export interface OpenIncident {
  readonly incident: Incident
  /** How long it was seen to apply, ms. Time in which nobody looked, or could not see it, does not count. */
  readonly appliedMs: number
  /** The last look saw that it applies. */
  readonly applied: boolean
}

export interface AlertMoment {
  /** Our clock, ms: for stamps. */
  readonly at: number
  /** Since the look before on the steady clock, ms; 0 at the first one. */
  readonly sinceMs: number
}

/** What a rule has open on a connection, by `incidentKey`. */
export type OpenIncidents = ReadonlyMap<string, OpenIncident>

export interface Judgement {
  readonly open: OpenIncidents
  /** Those that have just ended; pending ones end silently and are left out. */
  readonly ended: readonly Incident[]
  /** Those that have just begun to fire. */
  readonly fired: readonly Incident[]
}

/** Open incidents of a rule on a connection; what applies beyond them is left out: so many have one cause. */
export const MOST_OPEN = 1000

export const incidentKey = ({ subject }: Pick<Incident, 'subject'>): string => `${subject.kind} ${subject.key}`

type LookVerdict = 'applies' | 'between' | 'clear' | 'unknown'

/** Beyond the threshold, beyond the one that clears it, or between both. */
function verdictOn(kind: AlertKind, threshold: number | null, { value, bound }: AlertSignal): LookVerdict {
  if (value === null) return 'unknown'
  const { threshold: facts } = ALERT_KIND[kind]
  const [from, clears, below] =
    facts && threshold !== null ? [threshold, facts.clearsAt(threshold), facts.fires === 'below'] : [1, 1, false]
  if (below ? value < from : value >= from) return bound === 'atMost' ? 'unknown' : 'applies'
  if (bound === 'atLeast') return 'unknown'
  return (below ? value >= clears : value <= clears) ? 'clear' : 'between'
}

/**
 * What a rule has open on a connection after another look: pure, so that it can be tried with every order of events.
 * @param newId of an incident that begins
 */
export function judge(
  before: OpenIncidents,
  { rule, connection }: { readonly rule: AlertRule; readonly connection: string | null },
  look: AlertLook,
  now: AlertMoment,
  newId: () => string,
): Judgement {
  const open = new Map<string, OpenIncident>()
  const ended: Incident[] = []
  const fired: Incident[] = []
  const seen = new Set<string>()
  let room = MOST_OPEN - before.size
  for (const signal of look.signals) {
    const key = incidentKey(signal)
    seen.add(key)
    const known = before.get(key)
    const verdict = verdictOn(rule.kind, rule.threshold, signal)
    if (!known && (verdict !== 'applies' || room-- <= 0)) continue
    const next = known
      ? afterLook(known, rule, signal, verdict, now)
      : { incident: begun({ rule, connection }, signal, now, newId()), appliedMs: 0, applied: true }
    if (!next) continue
    if (next.incident.state === 'resolved') ended.push(next.incident)
    else if (next.incident.state === 'pending' && next.appliedMs >= 1000 * rule.forS) {
      const incident = { ...next.incident, state: 'firing' as const, firedAt: now.at }
      fired.push(incident)
      open.set(key, { ...next, incident })
    } else open.set(key, next)
  }
  for (const [key, known] of before) {
    if (seen.has(key)) continue
    if (!look.complete) open.set(key, { ...unseen(known), applied: false })
    else if (known.incident.state === 'firing') ended.push(endOf(known.incident, 'gone', now.at))
  }
  return { open, ended, fired }
}

const unseen = (known: OpenIncident): OpenIncident => ({ ...known, incident: { ...known.incident, unknown: true } })

/** Undefined: it was pending, and no longer applies. */
function afterLook(
  { incident, appliedMs, applied }: OpenIncident,
  rule: AlertRule,
  signal: AlertSignal,
  verdict: LookVerdict,
  { at, sinceMs }: AlertMoment,
): OpenIncident | undefined {
  const named = { ...incident, ...ofRule(rule) }
  switch (verdict) {
    case 'unknown':
      return { incident: { ...named, unknown: true }, appliedMs, applied: false }
    case 'applies':
      return {
        incident: { ...named, ...seenIn(rule, signal), seenAt: at, unknown: false },
        appliedMs: appliedMs + (applied ? sinceMs : 0),
        applied: true,
      }
    case 'between':
      if (incident.state === 'pending') return undefined
      return { incident: { ...named, seenAt: at, unknown: false }, appliedMs, applied: false }
    case 'clear':
      if (incident.state === 'pending') return undefined
      return {
        incident: { ...endOf(named, 'cleared', at, signal), seenAt: at, unknown: false },
        appliedMs,
        applied: false,
      }
  }
}

const ofRule = ({ id, name, kind, severity, threshold }: AlertRule) => ({
  rule: { id, name, kind },
  severity,
  threshold,
})

function seenIn({ kind, threshold }: AlertRule, signal: AlertSignal) {
  const { title, detail, path } = signal.words()
  const text = `${detail} ${thresholdInWords(kind, threshold)}`.trim()
  return { value: threshold === null ? null : signal.value, title, text, path }
}

function begun(
  { rule, connection }: { readonly rule: AlertRule; readonly connection: string | null },
  signal: AlertSignal,
  { at }: AlertMoment,
  id: string,
): Incident {
  return {
    id,
    ...ofRule(rule),
    connection,
    subject: signal.subject,
    state: 'pending',
    ...seenIn(rule, signal),
    startedAt: at,
    firedAt: null,
    endedAt: null,
    ended: null,
    seenAt: at,
    unknown: false,
    notified: [],
    acknowledged: null,
    mutedUntil: null,
  }
}

/** An incident as it has ended. @param signal what was seen then */
export function endOf(incident: Incident, ended: IncidentEnd, at: number, signal?: AlertSignal): Incident {
  const { kind } = incident.rule
  // No time at all needs no words.
  const isWorthy =
    signal && incident.threshold !== null && !(signal.value === 0 && ALERT_KIND[kind].threshold?.unit === 'seconds')
  const now = isWorthy ? ` Now: ${valueInWords(kind, signal.value)}.` : ''
  return { ...incident, state: 'resolved', ended, endedAt: at, text: `${END_WORDS[ended]}${now}` }
}

/** Why an incident ended, as a sentence. */
const END_WORDS: Readonly<Record<IncidentEnd, string>> = {
  cleared: 'It no longer applies.',
  gone: 'What it concerned is no longer there.',
  'connection-removed': 'Its connection was removed. Whether it still applies is unknown.',
  'rule-changed': 'Its rule was switched off, or no longer covers it. Whether it still applies is unknown.',
  'rule-removed': 'Its rule was removed. Whether it still applies is unknown.',
}

function thresholdInWords(kind: AlertKind, threshold: number | null): string {
  const facts = ALERT_KIND[kind].threshold
  if (!facts || threshold === null) return ''
  return `The threshold is ${facts.fires === 'below' ? 'fewer than ' : ''}${valueInWords(kind, threshold)}.`
}
