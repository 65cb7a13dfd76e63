import { random } from '@gearboard/gears/testing/random'
import { describe, expect, test } from 'vitest'
import { DEFAULT_RULES } from './defaults'
import { type Judgement, judge, MOST_OPEN, type OpenIncidents } from './judge'
import { ALERT_KIND, ALERT_KINDS } from './kinds'
import type { AlertRule } from './rule'
import type { AlertSignal } from './signals'
import { aRule } from './testing'
import { valueInWords } from './values'

const NOTHING: OpenIncidents = new Map()

const signal = (value: number | null, changes: Partial<AlertSignal> = {}): AlertSignal => ({
  subject: { kind: 'registration', key: 'k1', name: 'reserve' },
  value,
  words: () => ({ title: 'reserve fails', detail: 'It fails.', path: '/orders' }),
  ...changes,
})

/** Looks one after the other, each 5 s after the one before. */
function watching(rule: AlertRule) {
  let open = NOTHING
  let at = 0
  let ids = 0
  return (signals: readonly AlertSignal[], complete = true, sinceMs = 5000): Judgement => {
    at += sinceMs
    const judgement = judge(
      open,
      { rule, connection: 'orders' },
      { signals, complete },
      { at, sinceMs },
      () => `i${ids++}`,
    )
    open = judgement.open
    return judgement
  }
}

const states = ({ open }: Judgement) => [...open.values()].map(({ incident }) => incident.state)

describe('a rule with a threshold', () => {
  test('fires once it has applied for long enough, and ends beyond the clear threshold only', () => {
    const look = watching(aRule('failure-rate', { forS: 10 }))
    expect(states(look([signal(10)]))).toEqual(['pending'])
    expect(states(look([signal(50)]))).toEqual(['pending'])
    const { fired, open } = look([signal(12)])
    expect(fired).toMatchObject([{ id: 'i0', state: 'firing', value: 12, firedAt: 15_000 }])
    expect(open.size).toBe(1)
    // Between 8 and 10 %.
    for (const value of [9, 8.5, 11, 9]) expect(look([signal(value)])).toMatchObject({ fired: [], ended: [] })
    expect(look([signal(8)]).ended).toMatchObject([{ id: 'i0', state: 'resolved', ended: 'cleared', value: 11 }])
    expect(look([signal(0)])).toMatchObject({ fired: [], ended: [] })
  })

  test('that wavers before it fires begins again', () => {
    const look = watching(aRule('failure-rate', { forS: 10 }))
    look([signal(20)])
    look([signal(20)])
    expect(look([signal(9)]).open.size).toBe(0)
    look([signal(20)])
    expect(look([signal(20)]).fired).toEqual([])
    expect(look([signal(20)]).fired).toHaveLength(1)
  })

  test('below which it fires ends above it', () => {
    const look = watching(aRule('certificate-expiring', { threshold: 30 }))
    expect(look([signal(30)]).open.size).toBe(0)
    expect(look([signal(29.9)]).fired).toHaveLength(1)
    expect(look([signal(30.5)]).ended).toEqual([])
    expect(look([signal(90)]).ended).toHaveLength(1)
  })

  test('a lower bound fires and never ends, an upper bound ends and never fires', () => {
    const look = watching(aRule('stream-lag', { threshold: 100 }))
    expect(look([signal(500, { bound: 'atMost' })]).fired).toEqual([])
    expect(look([signal(500, { bound: 'atLeast' })]).fired).toHaveLength(1)
    expect(look([signal(0, { bound: 'atLeast' })]).ended).toEqual([])
    expect(look([signal(0, { bound: 'atMost' })]).ended).toHaveLength(1)
  })
})

describe('what is unknown', () => {
  test('neither fires nor ends, and says when it was last seen', () => {
    const look = watching(aRule('failure-rate'))
    expect(look([signal(null)]).open.size).toBe(0)
    look([signal(50)])
    const [incident] = [...look([signal(null)]).open.values()]
    expect(incident?.incident).toMatchObject({ state: 'firing', unknown: true, seenAt: 10_000, value: 50 })
    for (const judgement of [look([], false), look([signal(null)]), look([], false)])
      expect(judgement).toMatchObject({ fired: [], ended: [] })
    expect(look([signal(3)]).ended).toHaveLength(1)
  })

  test('does not count towards the time that it has to apply', () => {
    const look = watching(aRule('failure-rate', { forS: 10 }))
    look([signal(50)])
    for (let i = 0; i < 9; i++) expect(look([signal(null)]).fired).toEqual([])
    expect(look([signal(50)]).fired).toEqual([])
    expect(look([signal(50)]).fired).toEqual([])
    expect(look([signal(50)]).fired).toHaveLength(1)
  })

  test('a subject that is gone ends its incident where everything was seen, and silently if it was pending', () => {
    const look = watching(aRule('failure-rate', { forS: 5 }))
    look([signal(50)])
    expect(look([]).open.size).toBe(0)
    look([signal(50)])
    look([signal(50)])
    expect(look([], false).ended).toEqual([])
    expect(look([]).ended).toMatchObject([{ ended: 'gone' }])
  })
})

test('a change of the rule continues its incidents by the new threshold', () => {
  const rule = aRule('failure-rate')
  const once = (open: OpenIncidents, of: AlertRule, value: number) =>
    judge(
      open,
      { rule: of, connection: 'orders' },
      { signals: [signal(value)], complete: true },
      { at: 1, sinceMs: 1 },
      () => 'i',
    )
  const { open } = once(NOTHING, rule, 20)
  const stricter = once(open, { ...rule, name: 'New', severity: 'critical', threshold: 5 }, 20)
  expect(stricter).toMatchObject({ fired: [], ended: [] })
  expect([...stricter.open.values()][0]?.incident).toMatchObject({
    rule: { name: 'New' },
    severity: 'critical',
    threshold: 5,
  })
  expect(once(open, { ...rule, threshold: 90 }, 20).ended).toHaveLength(1)
})

test('one cause does not open more incidents than can be shown', () => {
  const look = watching(aRule('failure-rate'))
  const many = Array.from({ length: MOST_OPEN + 50 }, (_, i) =>
    signal(50, { subject: { kind: 'registration', key: `k${i}`, name: `k${i}` } }),
  )
  expect(look(many).fired).toHaveLength(MOST_OPEN)
  expect(look(many)).toMatchObject({ fired: [], ended: [] })
  expect(look(many.slice(MOST_OPEN)).ended).toHaveLength(MOST_OPEN)
})

test.each(ALERT_KINDS)('%s: its default threshold is within its bounds, and it ends on the other side', (kind) => {
  const { threshold } = ALERT_KIND[kind]
  expect(DEFAULT_RULES.some((rule) => rule.kind === kind)).toBe(true)
  if (!threshold) return
  for (const at of [threshold.least, threshold.default, threshold.most]) {
    const clears = threshold.clearsAt(at)
    if (threshold.fires === 'above') expect(clears).toBeLessThanOrEqual(at)
    else expect(clears).toBeGreaterThanOrEqual(at)
  }
  expect(valueInWords(kind, threshold.default)).toMatch(/\d/)
})

/** What happened to one subject, told independently: how long it applied since it last did not. */
function expectedOf(rule: AlertRule) {
  let appliedMs: number | undefined
  let applied = false
  let firing = false
  return (value: number | null, isThere: boolean, complete: boolean, sinceMs: number) => {
    const threshold = rule.threshold ?? 1
    const clears = ALERT_KIND[rule.kind].threshold?.clearsAt(threshold) ?? threshold
    if (!isThere && complete) {
      const ends = firing
      appliedMs = undefined
      firing = false
      return { fires: false, ends }
    }
    if (!isThere || value === null) {
      applied = false
      return { fires: false, ends: false }
    }
    if (value >= threshold) {
      appliedMs = appliedMs === undefined ? 0 : appliedMs + (applied ? sinceMs : 0)
      applied = true
      const fires = !firing && appliedMs >= 1000 * rule.forS
      firing ||= fires
      return { fires, ends: false }
    }
    applied = false
    if (firing && value > clears) return { fires: false, ends: false }
    const ends = firing
    appliedMs = undefined
    firing = false
    return { fires: false, ends }
  }
}

test('over any course of events each incident fires once, ends once, and never for what was not seen', () => {
  const next = random(7)
  const pick = <T>(list: readonly T[]): T => {
    const [picked] = list.slice(Math.floor(next() * list.length))
    if (picked === undefined) throw new Error('nothing to pick from')
    return picked
  }
  let firedInAll = 0
  for (let course = 0; course < 300; course++) {
    const rule = aRule(pick(['failure-rate', 'stream-lag', 'retry-loop', 'stuck-execution'] as const), {
      forS: pick([0, 7, 30]),
    })
    const threshold = rule.threshold ?? 1
    const look = watching(rule)
    const expected = expectedOf(rule)
    const fired = new Set<string>()
    const ended = new Set<string>()
    for (let step = 0; step < 60; step++) {
      const value = pick([null, 0, 0.5 * threshold, 0.79 * threshold, 0.9 * threshold, threshold, 3 * threshold])
      const isThere = next() > 0.15
      const complete = next() > 0.3
      const sinceMs = pick([1, 1000, 5000, 15_000])
      const judgement = look(isThere ? [signal(value)] : [], complete, sinceMs)
      expect([judgement.fired.length > 0, judgement.ended.length > 0]).toEqual(
        Object.values(expected(value, isThere, complete, sinceMs)),
      )
      for (const { id } of judgement.fired) {
        expect(fired.has(id)).toBe(false)
        fired.add(id)
      }
      for (const { id, firedAt, endedAt, state } of judgement.ended) {
        expect([fired.has(id), ended.has(id), state]).toEqual([true, false, 'resolved'])
        expect(endedAt).toBeGreaterThanOrEqual(firedAt ?? Number.POSITIVE_INFINITY)
        ended.add(id)
      }
    }
    firedInAll += fired.size
  }
  expect(firedInAll).toBeGreaterThan(500)
})
