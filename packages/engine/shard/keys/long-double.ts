/**
 * INCRBYFLOAT and HINCRBYFLOAT compute in x87 `long double` and print `%.17Lf`. Replies show the difference from doubles (5000 + 0.1), so
 * this file computes the 64-bit mantissa with integers.
 */

import { withoutEndZeros } from './numbers'

/** mantissa × 2^exponent, with |mantissa| < 2^64. An infinite exponent is infinity with the mantissa's sign. */
export interface LongDouble {
  readonly mantissa: bigint
  readonly exponent: number
}

const BITS = 64
const MAX_EXPONENT = 16384
const DECIMALS = 17n

const size = (value: bigint): number => (value < 0n ? -value : value).toString(2).length

const DECIMAL = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,5}))?$/

const INFINITY = /^([+-]?)inf(?:inity)?$/i

export const isInfinite = ({ exponent }: LongDouble): boolean => exponent === Number.POSITIVE_INFINITY

/** Like `strtold` for a whole decimal text; undefined for anything else, including numbers that are too large. */
export function parseLongDouble(text: string): LongDouble | undefined {
  const infinity = INFINITY.exec(text)
  if (infinity) return { mantissa: infinity[1] === '-' ? -1n : 1n, exponent: Number.POSITIVE_INFINITY }
  const match = DECIMAL.exec(text)
  if (!match) return undefined
  const [, sign, whole = '', fraction = '', power = '0'] = match
  if (whole === '' && fraction === '') return undefined
  const digits = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n)
  const ten = Number(power) - fraction.length
  if (Math.abs(ten) > 5000) return digits === 0n || ten < 0 ? { mantissa: 0n, exponent: 0 } : undefined
  const value = ten >= 0 ? round(digits * 10n ** BigInt(ten), 1n, 0) : round(digits, 10n ** BigInt(-ten), 0)
  return finite(value) ? value : undefined
}

/** numerator × 2^exponent / denominator, rounded half to even to 64 bits. */
function round(numerator: bigint, denominator: bigint, exponent: number): LongDouble {
  if (numerator === 0n) return { mantissa: 0n, exponent: 0 }
  const negative = numerator < 0n
  let top = negative ? -numerator : numerator
  let bottom = denominator
  const shift = BITS + size(bottom) - size(top)
  if (shift > 0) top <<= BigInt(shift)
  else bottom <<= BigInt(-shift)
  let power = exponent - shift
  const extra = size(top / bottom) - BITS
  if (extra > 0) {
    bottom <<= BigInt(extra)
    power += extra
  }
  let quotient = top / bottom
  const rest = 2n * (top - quotient * bottom)
  if (rest > bottom || (rest === bottom && quotient % 2n === 1n)) quotient += 1n
  return { mantissa: negative ? -quotient : quotient, exponent: power }
}

/** Undefined if the sum is not finite. */
export function addLongDouble(a: LongDouble, b: LongDouble): LongDouble | undefined {
  if (isInfinite(a) || isInfinite(b)) return undefined
  const least = Math.min(a.exponent, b.exponent)
  const sum = (a.mantissa << BigInt(a.exponent - least)) + (b.mantissa << BigInt(b.exponent - least))
  const value = round(sum, 1n, least)
  return finite(value) ? value : undefined
}

const finite = ({ mantissa, exponent }: LongDouble): boolean =>
  mantissa === 0n || exponent + size(mantissa) <= MAX_EXPONENT

/** `%.17Lf` without trailing zeros. */
export function formatLongDouble({ mantissa, exponent }: LongDouble): string {
  const negative = mantissa < 0n
  const scaled = (negative ? -mantissa : mantissa) * 10n ** DECIMALS
  const units = exponent >= 0 ? scaled << BigInt(exponent) : halfEven(scaled, BigInt(-exponent))
  const digits = units.toString().padStart(Number(DECIMALS) + 1, '0')
  const point = digits.length - Number(DECIMALS)
  const text = withoutEndZeros(`${digits.slice(0, point)}.${digits.slice(point)}`)
  return negative && text !== '0' ? `-${text}` : text
}

function halfEven(value: bigint, shift: bigint): bigint {
  const quotient = value >> shift
  const rest = value - (quotient << shift)
  const half = 1n << (shift - 1n)
  return rest > half || (rest === half && quotient % 2n === 1n) ? quotient + 1n : quotient
}
