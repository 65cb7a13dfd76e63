import { groupBy } from '@/lib/model/list/group-by'
import type { ProfiledCall, ProfileStats } from './pstats'

/** A box of the flame graph. Starts and widths are shares of the whole, 0 to 1. */
export interface CallBox {
  /** Path of labels from the root: unique. */
  readonly key: string
  readonly label: string
  readonly depth: number
  readonly start: number
  readonly width: number
  /** s, of this call path. */
  readonly totalS: number
  /**
   * cProfile remembers pairs of caller and callee, not whole paths: below a function with several callers its time is shared out in
   * proportion, and no longer measured.
   */
  readonly measured: boolean
}

/** Thinner boxes are not worth a pixel. */
const MIN_WIDTH = 0.001
const MAX_DEPTH = 40
const MAX_BOXES = 1500

/** Lays out the call tree, callers above callees. Empty if no callers are listed, or every time is below the text's half millisecond. */
export function callTree({ functions, callers }: ProfileStats): readonly CallBox[] {
  if (!callers) return []
  const byCaller = groupBy(callers, (call) => call.caller)
  const byCallee = groupBy(callers, (call) => call.callee)
  const total = new Map(functions.map(({ label, totalS }) => [label, totalS]))
  const roots = functions
    .map((each) => ({
      label: each.label,
      totalS: calledFromOutside(each.calls, each.totalS, byCallee.get(each.label)),
    }))
    .filter(({ totalS }) => totalS > 0)
    .toSorted((a, b) => b.totalS - a.totalS)
  const whole = roots.reduce((sum, { totalS }) => sum + totalS, 0)
  const boxes: CallBox[] = []

  const place = (label: string, totalS: number, start: number, path: readonly string[], measured: boolean): void => {
    const width = totalS / whole
    if (width < MIN_WIDTH || path.length >= MAX_DEPTH || boxes.length >= MAX_BOXES) return
    const here = [...path, label]
    boxes.push({ key: here.join('\n'), label, depth: path.length, start, width, totalS, measured })
    const ofAll = total.get(label) ?? 0
    const share = ofAll > 0 ? Math.min(1, totalS / ofAll) : 0
    // Recursion is inside the function's own box.
    const calls = (byCaller.get(label) ?? []).filter(({ callee }) => !here.includes(callee))
    const sum = calls.reduce((s, call) => s + call.totalS, 0) * share
    // Rounded to milliseconds each, children may exceed their parent.
    const fit = sum > totalS ? totalS / sum : 1
    let at = start
    for (const call of calls.toSorted((a, b) => b.totalS - a.totalS)) {
      const childS = call.totalS * share * fit
      place(call.callee, childS, at, here, measured && share > 0.999)
      at += childS / whole
    }
  }

  let start = 0
  for (const { label, totalS } of roots) {
    place(label, totalS, start, [], true)
    start += totalS / whole
  }
  return boxes
}

/** Functions without a caller in the profile: the profiler was switched on inside them. */
function calledFromOutside(calls: number, totalS: number, callers: readonly ProfiledCall[] = []): number {
  const others = callers.filter(({ caller, callee }) => caller !== callee)
  const itself = callers.filter(({ caller, callee }) => caller === callee)
  const known = [...others, ...itself].reduce((sum, call) => sum + call.calls, 0)
  if (known >= calls) return 0
  return Math.max(0, totalS - others.reduce((sum, call) => sum + call.totalS, 0))
}

/** Time of all roots with what they call, s. */
export const wholeS = (boxes: readonly CallBox[]): number =>
  boxes.reduce((sum, { depth, totalS }) => (depth === 0 ? sum + totalS : sum), 0)

const isWithin = (key: string, root: string): boolean => key === root || key.startsWith(`${root}\n`)

/** The boxes of one call path, as wide as the whole; its callers above are as wide. All boxes where the path is not among them. */
export function zoomedTo(boxes: readonly CallBox[], key: string | undefined): readonly CallBox[] {
  const root = key === undefined ? undefined : boxes.find((box) => box.key === key)
  if (!root) return boxes
  return boxes.flatMap((box) => {
    if (isWithin(root.key, box.key) && box.depth < root.depth) return [{ ...box, start: 0, width: 1 }]
    if (!isWithin(box.key, root.key)) return []
    return [{ ...box, start: (box.start - root.start) / root.width, width: box.width / root.width }]
  })
}

/** Time in boxes whose name contains the text, s; what such a box calls counts once, with it. */
export function matchingS(boxes: readonly CallBox[], text: string): number {
  const found = boxes.filter(({ label }) => isMatch(label, text))
  const outermost = found.filter(({ key }) => !found.some((other) => other.key !== key && isWithin(key, other.key)))
  return outermost.reduce((sum, { totalS }) => sum + totalS, 0)
}

export const isMatch = (label: string, text: string): boolean => label.toLowerCase().includes(text.trim().toLowerCase())

/** Whose code a function is: of the script, of Python itself (C code has no place), or of a library's file. */
export type CodeKind = 'script' | 'python' | 'library'

export function codeKindOf(label: string): CodeKind {
  if (label.startsWith('<string>:')) return 'script'
  return /^[^{~].*:\d+\(/.test(label) ? 'library' : 'python'
}

/** One line a call path with its own microseconds: what flame graph tools read (`a;b;c 1200`). */
export function collapsedStacks(boxes: readonly CallBox[]): string {
  const childrenS = new Map<string, number>()
  for (const { key, depth, totalS } of boxes) {
    if (depth === 0) continue
    const parent = key.slice(0, key.lastIndexOf('\n'))
    childrenS.set(parent, (childrenS.get(parent) ?? 0) + totalS)
  }
  return boxes
    .map(({ key, totalS }) => {
      const own = Math.round(1e6 * Math.max(0, totalS - (childrenS.get(key) ?? 0)))
      return own > 0 ? `${key.replaceAll(';', ',').replaceAll('\n', ';')} ${own}\n` : ''
    })
    .join('')
}
