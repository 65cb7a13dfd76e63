/** How many rows to search for the end of one difference: larger blocks that a delta adds or removes are not recognized. */
const REACH = 4096

/** Stands for the place of a row that has none yet. */
export const NEW = -1

/**
 * For every row of `next` its place in `previous`, or NEW where it is new, changed or moved; the places rise.
 * A live list keeps the object of a row that did not change, so one walk along both finds what a delta did. What is not found
 * within some steps a row counts as new: that costs time and is never wrong.
 */
export function alignRows<Row>(
  previous: readonly Row[],
  next: readonly Row[],
  keyOf: (row: Row) => string,
): Int32Array {
  const places = new Int32Array(next.length).fill(NEW)
  let steps = 2 * next.length
  let before = 0
  let now = 0
  while (before < previous.length && now < next.length && steps > 0) {
    if (previous[before] === next[now]) {
      places[now++] = before++
      continue
    }
    const apart = difference(previous, before, next, now, keyOf)
    steps -= apart.steps
    before += apart.gone
    now += apart.come
  }
  return places
}

/** How many rows to leave behind on either side so that both stand at the same row, or past one that was replaced. */
function difference<Row>(
  previous: readonly Row[],
  before: number,
  next: readonly Row[],
  now: number,
  keyOf: (row: Row) => string,
): { readonly gone: number; readonly come: number; readonly steps: number } {
  const keyAt = (rows: readonly Row[], at: number): string | undefined => {
    const row = rows[at]
    return row === undefined ? undefined : keyOf(row)
  }
  const was = keyAt(previous, before)
  const is = keyAt(next, now)
  if (was === is) return { gone: 1, come: 1, steps: 0 }
  const reach = Math.min(REACH, Math.max(previous.length - before, next.length - now))
  for (let steps = 1; steps < reach; steps++) {
    if (keyAt(previous, before + steps) === is) return { gone: steps, come: 0, steps }
    if (keyAt(next, now + steps) === was) return { gone: 0, come: steps, steps }
  }
  return { gone: 1, come: 1, steps: reach }
}
