import { wallMs } from '../../clock'
import { CommandError, NOT_INTEGER } from '../command-error'
import { INT64_MAX, parseInt64 } from '../keys/numbers'
import { name } from './arguments'

export type ExpiryUnit = 'ex' | 'px' | 'exat' | 'pxat'

const isUnit = (text: string): text is ExpiryUnit => ['ex', 'px', 'exat', 'pxat'].includes(text)
export const expiryUnit = (text: string): ExpiryUnit | undefined => (isUnit(text) ? text : undefined)

/** When a key expires, ms since the epoch. Errors name `command`. */
export function expiryTime(arg: Buffer | undefined, unit: ExpiryUnit, command: string, allowPast = false): number {
  let value = parseInt64(name(arg))
  if (value === undefined) throw new CommandError(NOT_INTEGER)
  const invalid = (): never => {
    throw new CommandError(`ERR invalid expire time in '${command}' command`)
  }
  if (value <= 0n && !allowPast) invalid()
  if (unit === 'ex' || unit === 'exat') {
    if (value > INT64_MAX / 1000n || value < -INT64_MAX / 1000n) invalid()
    value *= 1000n
  }
  if (unit === 'ex' || unit === 'px') {
    if (value > INT64_MAX - BigInt(wallMs())) invalid()
    value += BigInt(wallMs())
  }
  return Number(value)
}
