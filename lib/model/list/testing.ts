import { type Compare, type ListStep, type RowList, stepped } from './row-list'

/** Whole numbers below `n`, from numbers below 1. */
export const dice =
  (next: () => number) =>
  (n: number): number =>
    Math.floor(next() * n)

export interface TestRow {
  readonly key: number
  readonly value: number
}

export const row = (key: number, value = 0): TestRow => ({ key, value })
export const byKey: Compare<TestRow> = (a, b) => a.key - b.key

/** The list after some of 200 keys came, changed or left. */
export function edited(list: RowList<TestRow>, roll: (n: number) => number): RowList<TestRow> {
  const keys = new Set(Array.from({ length: roll(12) }, () => roll(200)))
  return withChanges(list, new Map([...keys].map((key) => [key, roll(3) === 0 ? undefined : row(key, roll(10))])))
}

/** The list with these rows by key; undefined: it leaves. */
export function withChanges(
  list: RowList<TestRow>,
  changes: ReadonlyMap<number, TestRow | undefined>,
): RowList<TestRow> {
  const rows = new Map(list.rows.map((each) => [each.key, each]))
  const left: TestRow[] = []
  const came: TestRow[] = []
  for (const [key, after] of changes) {
    const before = rows.get(key)
    if (before) left.push(before)
    if (after) came.push(after)
    rows.delete(key)
    if (after) rows.set(key, after)
  }
  const step: ListStep<TestRow> = { left, came }
  return stepped(list, step, [...rows.values()].sort(list.order))
}
