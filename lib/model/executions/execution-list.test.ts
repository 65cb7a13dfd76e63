import { random } from '@gearboard/gears/testing/random'
import { describe, expect, test } from 'vitest'
import { Derived, filtered, patched, type RowList, rowList, stepped } from '../list/row-list'
import { execution as one } from '../testing'
import { endsPer } from './ends'
import type { Execution } from './execution'
import { byStart, inFlight, rowKeyOf, withRemembered } from './execution-list'

const execution = (key: string, changes: Partial<Execution> = {}) =>
  one({ key, id: key, firstSeen: 1000, lastSeen: 2000, endSeen: 2000, ...changes })

const record = (key: string, epoch: number, changes: Partial<Execution> = {}) => ({
  ...execution(key, { live: false, ...changes }),
  epoch,
})

const joined = (held: readonly Execution[], remembered: Parameters<typeof withRemembered>[0]) =>
  withRemembered(remembered).start(held).rows

const heldKey = (key: string): string => `${key} aaaaaaaaaaaa`

describe('one list over held and remembered executions', () => {
  test('the record of one that is held is left out, that of another is not', () => {
    const list = joined([execution('a')], [record('a', 1), record('b', 1)])
    expect(list.map(rowKeyOf)).toEqual([heldKey('a'), 'b 1'])
  })

  test('what had the same id before a restart stays, under a key of its own', () => {
    const held = execution('a', { firstSeen: 9000, lastSeen: 9500 })
    const list = joined([held], [record('a', 2, { firstSeen: 9000, lastSeen: 9000 }), record('a', 1)])
    expect(list.map(rowKeyOf)).toEqual(['a 1', heldKey('a')])
  })

  test('on record as running and held by nobody: its outcome is unknown', () => {
    const list = joined([], [record('a', 1, { outcome: 'running', status: 'running' }), record('b', 1)])
    expect(list.map(({ outcome }) => outcome)).toEqual(['unknown', 'ok'])
  })

  test('they stand as they were first seen, of those seen at once the lower number first', () => {
    const list = joined(
      [execution('x-10'), execution('x-9'), execution('x-1', { firstSeen: 1500 })],
      [record('w-3', 1, { firstSeen: 500 })],
    )
    expect(list.map(rowKeyOf)).toEqual(['w-3 1', heldKey('x-9'), heldKey('x-10'), heldKey('x-1')])
  })
})

describe('a live list and what the page tells of it', () => {
  const OUTCOMES = ['running', 'waiting', 'ok', 'failed', 'unknown'] as const

  /** Executions come, change their outcome, leave, and come back under an old key, as after a restart of the server. */
  function delta(list: RowList<Execution>, upTo: (n: number) => number): RowList<Execution> {
    const rows = new Map(list.rows.map((each) => [each.key, each]))
    const left: Execution[] = []
    const came: Execution[] = []
    for (const key of new Set(Array.from({ length: 1 + upTo(8) }, () => `k-${upTo(90)}`))) {
      const before = rows.get(key)
      if (before) left.push(before)
      if (before && upTo(4) === 0) continue
      const firstSeen = before && upTo(3) > 0 ? before.firstSeen : 1000 + upTo(5000)
      const endSeen = firstSeen + upTo(3000)
      came.push(execution(key, { firstSeen, endSeen, outcome: OUTCOMES[upTo(5)], precisionMs: upTo(9) ? 500 : null }))
    }
    const step = { left, came }
    return stepped(list, step, patched(list.rows, step, byStart))
  }

  test('delta by delta they are what they are from scratch', () => {
    for (let seed = 1; seed <= 4; seed++) {
      const next = random(seed)
      const upTo = (n: number): number => Math.floor(next() * n)
      const remembered = Array.from({ length: 60 }, (_, n) =>
        record(`k-${n % 45}`, 1 + Math.floor(n / 45), { firstSeen: n * 50, lastSeen: 900 + upTo(5000) }),
      )
      const joining = withRemembered(remembered)
      const finding = filtered((e: Execution) => e.outcome === 'ok' || e.outcome === 'running', byStart)
      const perSpan = endsPer(250)
      const [list, found] = [new Derived(joining), new Derived(finding)]
      const [flying, ends] = [new Derived(inFlight), new Derived(perSpan)]
      let held = rowList<Execution>([], byStart)
      for (let at = 0; at < 200; at++) {
        held = delta(held, upTo)
        const rows = joining.start(held.rows).rows
        const all = list.of(held)
        expect(all.rows).toEqual(rows)
        expect(found.of(all).rows).toEqual(finding.start(rows).rows)
        expect(flying.of(all).rows).toEqual(inFlight.start(rows).rows)
        expect(new Map([...ends.of(found.of(all))].sort())).toEqual(
          new Map([...perSpan.start(finding.start(rows).rows)].sort()),
        )
      }
    }
  })
})
