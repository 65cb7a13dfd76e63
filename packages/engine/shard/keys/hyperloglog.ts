/**
 * Redis's HyperLogLog (hyperloglog.c): 16384 registers of 6 bits after a 16-byte header. It writes the dense form and reads the sparse one
 * too.
 */

const MAGIC = Buffer.from('HYLL')
const HEADER = 16
const REGISTERS = 16384
const BITS = 6
const Q = 50
const DENSE = 0
const SPARSE = 1
/** A flag in the header's last byte: the cached count is invalid. */
const NO_CACHED_COUNT = 0x80
const DENSE_LENGTH = HEADER + (REGISTERS * BITS) / 8
const ALPHA = 0.7213475204444817
const SEED = 0xadc83b19n
const MASK = 2n ** 64n - 1n
const M = 0xc6a4a7935bd1e995n

export type Registers = Uint8Array

export const emptyRegisters = (): Registers => new Uint8Array(REGISTERS)

/** The registers of a value that PFADD wrote; undefined for any other string. */
export function readRegisters(value: Buffer): Registers | undefined {
  if (value.length < HEADER || !value.subarray(0, 4).equals(MAGIC)) return undefined
  if (value[4] === DENSE && value.length === DENSE_LENGTH) return readDense(value)
  return value[4] === SPARSE ? readSparse(value) : undefined
}

/** MurmurHash64A, little-endian. */
function murmur(data: Buffer): bigint {
  const multiply = (a: bigint): bigint => (a * M) & MASK
  let hash = SEED ^ multiply(BigInt(data.length))
  const whole = data.length - (data.length % 8)
  for (let i = 0; i < whole; i += 8) {
    let k = multiply(data.readBigUInt64LE(i))
    k = multiply(k ^ (k >> 47n))
    hash = multiply(hash ^ k)
  }
  for (let i = data.length - 1; i >= whole; i--) hash ^= BigInt(data[i] ?? 0) << BigInt(8 * (i - whole))
  if (data.length > whole) hash = multiply(hash)
  hash = multiply(hash ^ (hash >> 47n))
  return hash ^ (hash >> 47n)
}

/** Runs: `00` of up to 64 empty registers, `01` of up to 16384, `1` of up to 4 with one count. */
function readSparse(value: Buffer): Registers | undefined {
  const registers = emptyRegisters()
  let filled = 0
  for (let at = HEADER; at < value.length; at++) {
    const first = value[at] ?? 0
    if (first < 0x40) filled += first + 1
    else if (first < 0x80) filled += (((first & 63) << 8) | (value[++at] ?? 0)) + 1
    else {
      const end = filled + (first & 3) + 1
      registers.fill(((first >> 2) & 31) + 1, filled, end)
      filled = end
    }
  }
  return filled === REGISTERS ? registers : undefined
}

function readDense(value: Buffer): Registers {
  const registers = emptyRegisters()
  for (let i = 0; i < REGISTERS; i++) {
    const bit = i * BITS
    const byte = HEADER + (bit >> 3)
    const pair = (value[byte] ?? 0) | ((value[byte + 1] ?? 0) << 8)
    registers[i] = (pair >> (bit & 7)) & 63
  }
  return registers
}

export function writeRegisters(registers: Registers): Buffer {
  const value = Buffer.alloc(DENSE_LENGTH)
  MAGIC.copy(value)
  value[HEADER - 1] = NO_CACHED_COUNT
  for (let i = 0; i < REGISTERS; i++) {
    const bit = i * BITS
    const byte = HEADER + (bit >> 3)
    const shifted = (registers[i] ?? 0) << (bit & 7)
    value[byte] = (value[byte] ?? 0) | (shifted & 255)
    if (shifted > 255) value[byte + 1] = (value[byte + 1] ?? 0) | (shifted >> 8)
  }
  return value
}

/** Returns true if the element changed a register. */
export function addElement(registers: Registers, element: Buffer): boolean {
  const hash = murmur(element)
  const index = Number(hash & BigInt(REGISTERS - 1))
  const rest = (hash >> 14n) | (1n << BigInt(Q))
  let count = 1
  for (let bit = 1n; (rest & bit) === 0n; bit <<= 1n) count += 1
  if (count <= (registers[index] ?? 0)) return false
  registers[index] = count
  return true
}

export function mergeRegisters(into: Registers, from: Registers): void {
  for (let i = 0; i < REGISTERS; i++) into[i] = Math.max(into[i] ?? 0, from[i] ?? 0)
}

function tau(start: number): number {
  if (start === 0 || start === 1) return 0
  let x = start
  let y = 1
  let z = 1 - x
  for (let before = Number.NaN; before !== z; ) {
    x = Math.sqrt(x)
    before = z
    y *= 0.5
    z -= (1 - x) ** 2 * y
  }
  return z / 3
}

function sigma(start: number): number {
  if (start === 1) return Number.POSITIVE_INFINITY
  let x = start
  let y = 1
  let z = x
  for (let before = Number.NaN; before !== z; ) {
    x *= x
    before = z
    z += x * y
    y += y
  }
  return z
}

/** The approximate number of different elements, by Ertl's estimator, which Redis uses. */
export function estimate(registers: Registers): number {
  const histogram = new Array<number>(64).fill(0)
  for (const register of registers) histogram[register] = (histogram[register] ?? 0) + 1
  let z = REGISTERS * tau((REGISTERS - (histogram[Q + 1] ?? 0)) / REGISTERS)
  for (let j = Q; j >= 1; j--) z = (z + (histogram[j] ?? 0)) * 0.5
  z += REGISTERS * sigma((histogram[0] ?? 0) / REGISTERS)
  return Math.round((ALPHA * REGISTERS * REGISTERS) / z)
}
