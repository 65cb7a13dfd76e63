/** How far a trend reaches back, and how much data it needs, ms. */
const WINDOW_MS = 120_000
const FROM_MS = 8000
const FROM_POINTS = 3

interface BacklogPoint {
  readonly at: number
  readonly waiting: number
  readonly length: number
}

/** How the number of waiting entries of a stream changed over the last polls. */
export class StreamTrend {
  private points: readonly BacklogPoint[] = []

  addPoint(at: number, figures: Omit<BacklogPoint, 'at'>): void {
    this.points = [...this.points.filter((point) => point.at > at - WINDOW_MS), { at, ...figures }]
  }

  get told(): { readonly growthPerS: number | null; readonly lengthPerS: number | null; readonly watchedMs: number } {
    const [first] = this.points
    const last = this.points.at(-1)
    const watchedMs = first && last ? last.at - first.at : 0
    if (!first || !last || watchedMs < FROM_MS || this.points.length < FROM_POINTS)
      return { growthPerS: null, lengthPerS: null, watchedMs }
    const seconds = watchedMs / 1000
    return {
      growthPerS: (last.waiting - first.waiting) / seconds,
      lengthPerS: (last.length - first.length) / seconds,
      watchedMs,
    }
  }
}
