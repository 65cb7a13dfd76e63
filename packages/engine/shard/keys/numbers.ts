/** Redis's number formats and parsers (util.c), with the same restrictions. */

export const INT64_MAX = 2n ** 63n - 1n
export const INT64_MIN = -(2n ** 63n)

const INTEGER = /^(?:0|-?[1-9][0-9]{0,18})$/

/** Like `string2ll`: no plus sign, leading zero or space, and at most 64 bits; otherwise undefined. */
export function parseInt64(text: string): bigint | undefined {
  if (!INTEGER.test(text)) return undefined
  const value = BigInt(text)
  return value >= INT64_MIN && value <= INT64_MAX ? value : undefined
}

/** Like `parseInt64` for counts and indexes; above 2^53 the result is the nearest double. */
export function parseInteger(bytes: Uint8Array): number | undefined {
  if (bytes.length === 0 || bytes.length > 20) return undefined
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  if (text.length < 16) return INTEGER.test(text) ? Number(text) : undefined
  const value = parseInt64(text)
  return value === undefined ? undefined : Number(value)
}

const FLOAT = /^[+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|inf(?:inity)?)$/i
const HEX_FLOAT = /^([+-]?)0x([0-9a-f]+)$/i

/** Like `strtod` over the whole text in `getDoubleFromObject`: no space, nan or overflow to infinity. */
export function parseDouble(text: string): number | undefined {
  const hex = HEX_FLOAT.exec(text)
  if (hex) return Number(`0x${hex[2]}`) * (hex[1] === '-' ? -1 : 1)
  if (!FLOAT.test(text)) return undefined
  const value = /inf/i.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text)
  if (!Number.isFinite(value) && !/inf/i.test(text)) return undefined
  return value
}

/** `%.17g`, with Redis's `inf`, `-inf` and `nan`. */
export function formatDouble(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return Object.is(value, -0) ? '-0' : String(value)
  return formatG(value, 17)
}

/** Removes the zeros at the end of a decimal fraction, and the point if nothing follows it. */
export function withoutEndZeros(digits: string): string {
  if (!digits.includes('.')) return digits
  let end = digits.length
  while (digits[end - 1] === '0') end--
  return digits.slice(0, digits[end - 1] === '.' ? end - 1 : end)
}

/** C's `%.{precision}g`. */
export function formatG(value: number, precision: number): string {
  const [mantissa = '0', power = '0'] = value.toExponential(precision - 1).split('e')
  const exponent = Number(power)
  if (exponent >= -4 && exponent < precision)
    return withoutEndZeros(value.toFixed(Math.max(0, precision - 1 - exponent)))
  const size = String(Math.abs(exponent)).padStart(2, '0')
  return `${withoutEndZeros(mantissa)}e${exponent < 0 ? '-' : '+'}${size}`
}
