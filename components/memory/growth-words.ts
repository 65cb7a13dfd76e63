import { formatBytes } from '@gearboard/gears/vocabulary/text'
import type { Estimate, Growth } from '@/lib/model/record/growth'
import { formatSpan } from '@/lib/model/text/format'

/** `+1.2 MB`; formatBytes gives its sign to what is below zero. */
export const signedBytes = (bytes: number): string => (bytes > 0 ? `+${formatBytes(bytes)}` : formatBytes(bytes))

/** `+1.2 kB (+1.1 kB to +1.3 kB)` */
export const estimateInWords = ({ value, low, high }: Estimate): string =>
  `${signedBytes(value)} (${signedBytes(low)} to ${signedBytes(high)})`

/** `464 B a run (332 B to 596 B)`, of what surely grows. */
export const intervalInWords = ({ value, low, high }: Estimate, per: string): string =>
  `${formatBytes(value)} ${per} (${formatBytes(low)} to ${formatBytes(high)})`

/** How what Python holds moved in total; no cause is named. */
export function growthInWords({ perHour, missingMs }: Pick<Growth, 'perHour' | 'missingMs'>): string {
  if (!perHour)
    return missingMs === undefined
      ? 'Not enough data.'
      : `Too early to say what grows: about ${formatSpan(missingMs)} more data needed.`
  const range = `${signedBytes(perHour.low)} to ${signedBytes(perHour.high)} per hour`
  if (perHour.low > 0) return `Python memory grows by about ${formatBytes(perHour.value)} per hour (${range}).`
  if (perHour.high < 0) return `Python memory shrinks by about ${formatBytes(-perHour.value)} per hour (${range}).`
  return `No measurable growth of Python memory (${range}).`
}
