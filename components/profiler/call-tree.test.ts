import { describe, expect, it } from 'vitest'
import { callTree, codeKindOf, collapsedStacks, isMatch, matchingS, wholeS, zoomedTo } from './call-tree'
import type { ProfiledCall, ProfiledFunction, ProfileStats } from './pstats'

const fn = (label: string, calls: number, ownS: number, totalS: number): ProfiledFunction => ({
  label,
  name: label,
  file: null,
  line: null,
  calls,
  primitiveCalls: calls,
  ownS,
  totalS,
})
const call = (caller: string, callee: string, calls: number, totalS: number): ProfiledCall => ({
  caller,
  callee,
  calls,
  totalS,
})
const stats = (functions: ProfiledFunction[], callers: ProfiledCall[] | null): ProfileStats => ({
  calls: 0,
  seconds: 0,
  functions,
  callers,
  cut: false,
})

describe('callTree', () => {
  // run → parse (0.6) and load (0.4); both → decode, 0.2 and 0.2; decode → lookup 0.1
  const shop = stats(
    [
      fn('run', 1, 0, 1),
      fn('parse', 1, 0.4, 0.6),
      fn('load', 1, 0.2, 0.4),
      fn('decode', 4, 0.3, 0.4),
      fn('lookup', 4, 0.1, 0.1),
    ],
    [
      call('run', 'parse', 1, 0.6),
      call('run', 'load', 1, 0.4),
      call('parse', 'decode', 2, 0.2),
      call('load', 'decode', 2, 0.2),
      call('decode', 'lookup', 4, 0.1),
    ],
  )

  it('puts callees under their caller, and says where time is shared out instead of measured', () => {
    const boxes = callTree(shop)
    expect(boxes.map(({ label, depth, measured }) => [label, depth, measured])).toEqual([
      ['run', 0, true],
      ['parse', 1, true],
      ['decode', 2, true],
      ['lookup', 3, false],
      ['load', 1, true],
      ['decode', 2, true],
      ['lookup', 3, false],
    ])
    const [, , decode, lookup] = boxes
    expect(decode?.width).toBeCloseTo(0.2)
    expect(lookup?.totalS).toBeCloseTo(0.05)
  })

  it('agrees with the table: the boxes of a function add up to its time with callees', () => {
    const boxes = callTree(shop)
    for (const { label, totalS } of shop.functions) {
      const sum = boxes.reduce((all, box) => (box.label === label ? all + box.totalS : all), 0)
      expect(sum).toBeCloseTo(totalS)
    }
    expect(wholeS(boxes)).toBeCloseTo(1)
  })

  it('zooms to one call path: its callers and itself as wide as the whole, others left out', () => {
    const boxes = callTree(shop)
    const decode = boxes.find(({ key }) => key === 'run\nload\ndecode')
    const zoomed = zoomedTo(boxes, decode?.key)
    expect(zoomed.map(({ label, start, width }) => [label, start, Number(width.toFixed(6))])).toEqual([
      ['run', 0, 1],
      ['load', 0, 1],
      ['decode', 0, 1],
      ['lookup', 0, 0.25],
    ])
    expect(zoomed.map(({ totalS }) => totalS)).toContain(decode?.totalS)
    expect(zoomedTo(boxes, undefined)).toBe(boxes)
    expect(zoomedTo(boxes, 'gone')).toBe(boxes)
  })

  it('finds the time of a name once, though its callees have the name too', () => {
    const boxes = callTree(shop)
    expect(matchingS(boxes, 'decode')).toBeCloseTo(0.4)
    expect(matchingS(boxes, 'O')).toBeCloseTo(0.6)
    expect(matchingS(boxes, 'none')).toBe(0)
    expect(isMatch('decode', '  CODE ')).toBe(true)
  })

  it.each([
    ['<string>:19(track_cart)', 'script'],
    ['/opt/python3/lib/python3.7/json/decoder.py:332(decode)', 'library'],
    ["{method 'append' of 'list' objects}", 'python'],
    ['{built-in method builtins.len}', 'python'],
    ['~:0(<built-in>)', 'python'],
    ['<frozen importlib._bootstrap>:978(_find_and_load)', 'library'],
  ])('%s is code of: %s', (label, kind) => expect(codeKindOf(label)).toBe(kind))

  it('keeps every box inside its parent', () => {
    const boxes = callTree(shop)
    for (const box of boxes.filter(({ depth }) => depth > 0)) {
      const parent = boxes.find(({ key }) => key === box.key.slice(0, box.key.lastIndexOf('\n')))
      expect(box.start).toBeGreaterThanOrEqual((parent?.start ?? 1) - 1e-9)
      expect(box.start + box.width).toBeLessThanOrEqual((parent?.start ?? 0) + (parent?.width ?? 0) + 1e-9)
    }
  })

  it('ends at recursion, direct and through others', () => {
    const boxes = callTree(
      stats(
        [fn('a', 3, 0.5, 1), fn('b', 2, 0.5, 0.8)],
        [call('a', 'a', 1, 0.5), call('a', 'b', 2, 0.8), call('b', 'a', 1, 0.6)],
      ),
    )
    expect(boxes.map(({ label }) => label)).toEqual(['a', 'b'])
  })

  it('invents nothing: without callers, and where all times are zero', () => {
    expect(callTree(stats([fn('a', 1, 1, 1)], null))).toEqual([])
    expect(callTree(stats([fn('a', 1, 0, 0)], []))).toEqual([])
  })

  it('collapses to stacks that add up to the whole', () => {
    const lines = collapsedStacks(callTree(shop)).trim().split('\n')
    expect(lines).toContain('run;parse 400000')
    expect(lines).toContain('run;parse;decode;lookup 50000')
    expect(lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)).toBe(1_000_000)
  })
})
