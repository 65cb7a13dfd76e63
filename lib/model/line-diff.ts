export interface DiffLine {
  readonly kind: 'same' | 'gone' | 'new'
  readonly text: string
  /** 1-based; of the new text, or of the old one for lines that are gone. */
  readonly line: number
}

/** Cells of the table that compares the middle parts; beyond it they count as wholly replaced. */
const MOST_CELLS = 4_000_000

/** What changed between two texts, line by line: the longest common subsequence after cutting equal ends. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const a = before.split('\n')
  const b = after.split('\n')
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  const same = (line: string, i: number): DiffLine => ({ kind: 'same', text: line, line: i + 1 })
  return [
    ...b.slice(0, start).map(same),
    ...diffMiddle(a.slice(start, a.length - end), b.slice(start, b.length - end), start),
    ...b.slice(b.length - end).map((line, i) => same(line, b.length - end + i)),
  ]
}

function diffMiddle(a: readonly string[], b: readonly string[], offset: number): DiffLine[] {
  const gone = (i: number): DiffLine => ({ kind: 'gone', text: a[i] ?? '', line: offset + i + 1 })
  const fresh = (j: number): DiffLine => ({ kind: 'new', text: b[j] ?? '', line: offset + j + 1 })
  if (a.length * b.length > MOST_CELLS) return [...a.map((_, i) => gone(i)), ...b.map((_, j) => fresh(j))]
  const width = b.length + 1
  const longest = new Uint32Array((a.length + 1) * width)
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  const lines: DiffLine[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ kind: 'same', text: b[j] ?? '', line: offset + j + 1 })
      i++
      j++
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) lines.push(gone(i++))
    else lines.push(fresh(j++))
  }
  return lines
}

export const changedLines = (diff: readonly DiffLine[]): number => diff.filter((line) => line.kind !== 'same').length

/** The changes with `context` equal lines around each; a gap stands where lines are left out. */
export function hunks(diff: readonly DiffLine[], context: number): readonly (DiffLine | 'gap')[] {
  const shown: (DiffLine | 'gap')[] = []
  const near = (i: number) => diff.slice(Math.max(0, i - context), i + context + 1).some((line) => line.kind !== 'same')
  for (const [i, line] of diff.entries()) {
    if (near(i)) shown.push(line)
    else if (shown.length > 0 && shown.at(-1) !== 'gap') shown.push('gap')
  }
  return shown.at(-1) === 'gap' ? shown.slice(0, -1) : shown
}
