import { frameInScript, readError } from '@gearboard/gears/vocabulary/traceback'
import type { Registration, RegistrationPart } from './registration'

interface WithErrors {
  readonly perShard: readonly Pick<RegistrationPart, 'lastError'>[]
  readonly observed: Pick<Registration['observed'], 'lastError'>
}

/** The line of its script, from 1, that raised the last error of a registration; undefined where there is none, or none that names a line. */
export function failingLine({ perShard, observed }: WithErrors, script: string): number | undefined {
  for (const error of [observed.lastError?.text, ...perShard.map(({ lastError }) => lastError)]) {
    const frame = error ? frameInScript(readError(error), script) : undefined
    if (frame) return frame.line
  }
  return undefined
}
