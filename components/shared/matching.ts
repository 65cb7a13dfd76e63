/** At most this many matches of each kind where there may be thousands; filters find more. */
const MOST = 8

/** The first `most` whose words contain all of what was typed. */
export function matching<T>(
  items: Iterable<T>,
  search: string,
  wordsOf: (item: T) => string,
  most = MOST,
): readonly T[] {
  const terms = search.toLowerCase().split(/\s+/).filter(Boolean)
  const found: T[] = []
  for (const item of items) {
    const words = wordsOf(item).toLowerCase()
    if (terms.every((term) => words.includes(term))) found.push(item)
    if (found.length === most) break
  }
  return found
}
