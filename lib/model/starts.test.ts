import { expect, it } from 'vitest'
import { startsByOutcome } from './starts'

const seen = (firstSeen: number, precisionMs: number | null = 500) => ({
  firstSeen,
  precisionMs,
  outcome: 'ok' as const,
})

it('counts starts in aligned spans and leaves out what has no start', () => {
  const starts = startsByOutcome(
    [seen(60_000), seen(89_999), seen(90_000), seen(59_999), seen(119_999), seen(100_000, null)],
    { spanMs: 30_000, buckets: 2 },
    119_000,
  )
  expect(starts.map(({ at, counts }) => [at, counts.ok])).toEqual([
    [60_000, 2],
    [90_000, 2],
  ])
})
