import { type Library, type LuaValue, numberArgument } from './values'

/** Lua BitOp: signed 32-bit integers. Fractions are rounded to the nearest even number. */
function bits(args: readonly LuaValue[], at: number, name: string): number {
  const value = numberArgument(args, at, name)
  const whole = Math.round(value)
  return (whole - value === 0.5 && whole % 2 !== 0 ? whole - 1 : whole) | 0
}

const unary =
  (name: string, apply: (value: number) => number) =>
  (args: readonly LuaValue[]): LuaValue[] => [apply(bits(args, 1, name)) | 0]

const all =
  (name: string, apply: (a: number, b: number) => number) =>
  (args: readonly LuaValue[]): LuaValue[] => {
    let value = bits(args, 1, name)
    for (let at = 2; at <= args.length; at++) value = apply(value, bits(args, at, name)) | 0
    return [value]
  }

const shift =
  (name: string, apply: (value: number, by: number) => number) =>
  (args: readonly LuaValue[]): LuaValue[] => [apply(bits(args, 1, name), bits(args, 2, name) & 31) | 0]

function swapBytes(value: number): number {
  return (value >>> 24) | ((value >>> 8) & 0xff00) | ((value & 0xff00) << 8) | (value << 24)
}

function toHex(args: readonly LuaValue[]): LuaValue[] {
  const value = bits(args, 1, 'tohex') >>> 0
  const digits = args.length > 1 ? bits(args, 2, 'tohex') : 8
  const text = value
    .toString(16)
    .padStart(8, '0')
    .slice(-Math.min(8, Math.abs(digits)))
  if (digits === 0) return [Buffer.alloc(0)]
  return [Buffer.from(digits < 0 ? text.toUpperCase() : text)]
}

export const bit: Library = {
  functions: {
    tobit: unary('tobit', (value) => value),
    bnot: unary('bnot', (value) => ~value),
    bswap: unary('bswap', swapBytes),
    band: all('band', (a, b) => a & b),
    bor: all('bor', (a, b) => a | b),
    bxor: all('bxor', (a, b) => a ^ b),
    lshift: shift('lshift', (value, by) => value << by),
    rshift: shift('rshift', (value, by) => value >>> by),
    arshift: shift('arshift', (value, by) => value >> by),
    rol: shift('rol', (value, by) => (value << by) | (value >>> ((32 - by) & 31))),
    ror: shift('ror', (value, by) => (value >>> by) | (value << ((32 - by) & 31))),
    tohex: toHex,
  },
}
