import type { AlertSeverity } from './kinds'

/** Alerts that have not ended. */
export interface AlertCounts {
  readonly firing: Readonly<Record<AlertSeverity, number>>
  readonly pending: number
}

/** Apart from the table of kinds, which is long: every page shows this count. */
export const firingCount = ({ firing }: Pick<AlertCounts, 'firing'>): number =>
  Object.values(firing).reduce((sum, count) => sum + count, 0)
