import { describe, expect, test } from 'vitest'
import { type AttentionRow, applyingNow, attend, overWord, STAYS_MS } from './attention'
import type { Finding } from './finding'
import type { FindingKind } from './finding-kinds'

const finding = (key: string, kind: FindingKind = 'failing', detail = ''): Finding => ({
  key,
  kind,
  subject: key,
  subjectNote: '',
  detail,
  verbatim: false,
  scale: null,
  since: null,
  target: { kind: 'cluster' },
})

const keys = (rows: readonly AttentionRow[]) => rows.map(({ finding: { key }, over }) => (over ? `(${key})` : key))

/** A list that is looked at again and again; `looks` counts those after which its rows, their order or their states differ. */
function list() {
  let rows: readonly AttentionRow[] = []
  let changed = 0
  return {
    look(now: number, findings: readonly Finding[], held = false) {
      const before = keys(rows).join()
      rows = attend(rows, findings, now, held)
      if (keys(rows).join() !== before) changed++
      return keys(rows)
    },
    rows: () => rows,
    changed: () => changed,
  }
}

describe('a row', () => {
  test('stays for a minute after it last applied, and says that it is over', () => {
    const { look, rows } = list()
    look(1000, [finding('a')])
    look(5000, [finding('a', 'failing', 'newer')])
    expect(look(6000, [])).toEqual(['(a)'])
    expect(rows()[0]).toMatchObject({ finding: { detail: 'newer' }, appliedAt: 5000 })
    expect(applyingNow(rows())).toEqual([])
    expect(look(5000 + STAYS_MS - 1, [])).toEqual(['(a)'])
    expect(look(5000 + STAYS_MS, [])).toEqual([])
  })

  test('that applies again is the same row', () => {
    const { look } = list()
    look(0, [finding('a'), finding('b')])
    expect(look(1000, [finding('b')])).toEqual(['(a)', 'b'])
    expect(look(2000, [finding('b'), finding('a')])).toEqual(['a', 'b'])
  })

  test.each<FindingKind>(['evicted', 'lagging', 'stalled'])(
    'of a rate that hovers at its limit does not flip: %s',
    (kind) => {
      const { changed, look } = list()
      for (let second = 0; second < 600; second++) look(second * 1000, second % 7 < 3 ? [finding('a', kind)] : [])
      expect(changed()).toBe(1)
      expect(look(597_000 + STAYS_MS, [])).toEqual([])
    },
  )

  test('is not kept by a clock that was set back', () => {
    const { look } = list()
    look(1_000_000, [finding('a')])
    expect(look(5000, [])).toEqual([])
  })

  test.each<[FindingKind, boolean, string]>([
    ['failing', false, 'recovered'],
    ['silent', false, 'recovered'],
    ['paused', false, 'resumed'],
    ['long', false, 'ended'],
    ['stuck', true, 'ended'],
    ['flaky', true, 'removed'],
  ])('of %s, gone: %s, is %s', (kind, gone, word) => {
    expect(overWord(kind, gone)).toBe(word)
  })
})

describe('the order', () => {
  test('of one urgency is that in which they came, whatever the order of the findings', () => {
    const { look } = list()
    look(0, [finding('b'), finding('a')])
    expect(look(1000, [finding('a'), finding('b'), finding('c')])).toEqual(['b', 'a', 'c'])
    expect(look(2000, [finding('s', 'silent'), finding('a'), finding('b'), finding('c')])).toEqual(['s', 'b', 'a', 'c'])
  })

  test('while a person reads is that on the screen: new rows come last, and none leaves', () => {
    const { look } = list()
    look(0, [finding('a', 'flaky'), finding('b', 'paused')])
    const worse = [finding('s', 'silent'), finding('b', 'failing')]
    expect(look(1000, worse, true)).toEqual(['(a)', 'b', 's'])
    expect(look(2 * STAYS_MS, worse, true)).toEqual(['(a)', 'b', 's'])
    expect(look(2 * STAYS_MS + 1000, worse)).toEqual(['s', 'b'])
  })
})
