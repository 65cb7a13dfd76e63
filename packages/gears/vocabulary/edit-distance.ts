/** Levenshtein distance: how many letters to insert, delete or replace to make `b` of `a`. */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, substitution))
    }
    previous = row
  }
  return previous[b.length] ?? 0
}

/** The candidate that `word` probably meant: at most two edits away, whatever the case. */
export const nearest = (word: string, candidates: readonly string[]): string | undefined =>
  candidates
    .map((candidate) => ({ candidate, edits: editDistance(candidate.toLowerCase(), word.toLowerCase()) }))
    .filter(({ edits, candidate }) => edits <= 2 && edits < candidate.length)
    .toSorted((a, b) => a.edits - b.edits)[0]?.candidate
