export const percentile = (values, percent) => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN
}

export const median = (values) => percentile(values, 50)

/** Of the line that fits the points best; times in ms. */
export function slopePerHour(points) {
  const mean = (at) => points.reduce((sum, point) => sum + point[at], 0) / points.length
  const [time, value] = [mean(0), mean(1)]
  const above = points.reduce((sum, [t, v]) => sum + (t - time) * (v - value), 0)
  const below = points.reduce((sum, [t]) => sum + (t - time) ** 2, 0)
  return below === 0 ? 0 : (above / below) * 3_600_000
}
