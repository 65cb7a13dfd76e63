import { formatBytes } from '@gearboard/gears/vocabulary/text'
import type { Estimate, Growth } from '@/lib/model/record/growth'

const signed = (bytes: number): string => (bytes > 0 ? `+${formatBytes(bytes)}` : formatBytes(bytes))

/** `+1.2 kB (+1.1 kB to +1.3 kB)` */
export const estimateInWords = ({ value, low, high }: Estimate): string =>
  `${signed(value)} (${signed(low)} to ${signed(high)})`

/** How what Python holds moved in total; no cause is named. */
export function growthInWords({ perHour }: Pick<Growth, 'perHour'>): string {
  if (!perHour) return 'Not enough data yet.'
  const range = `${signed(perHour.low)} to ${signed(perHour.high)} per hour`
  if (perHour.low > 0) return `Python memory grows by about ${formatBytes(perHour.value)} per hour (${range}).`
  if (perHour.high < 0) return `Python memory shrinks by about ${formatBytes(-perHour.value)} per hour (${range}).`
  return `No measurable growth of Python memory (${range}).`
}
