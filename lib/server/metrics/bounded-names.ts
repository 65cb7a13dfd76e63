/** Longest label value, characters. */
const MAX_LABEL = 100
/** What is beyond the bound. */
export const OTHER = 'other'

/**
 * Label values from outside, bounded in number and length: the first `limit` names keep their own series for as long as this process lives,
 * later ones share `other`. A ranking would make counters jump between series.
 */
export class BoundedNames {
  private readonly names = new Set<string>()

  constructor(private readonly limit: number) {}

  of(name: string): string {
    const cut = name.length > MAX_LABEL ? `${name.slice(0, MAX_LABEL - 1)}…` : name
    if (this.names.has(cut)) return cut
    if (this.names.size >= this.limit) return OTHER
    this.names.add(cut)
    return cut
  }
}
