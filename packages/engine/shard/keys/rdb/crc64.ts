/** CRC-64/Jones reflected, the checksum of RDB payloads. It uses two halves because 64-bit integers are slow in JavaScript. */
const POLYNOMIAL = { high: 0x95ac9329, low: 0xac4bc9b5 }

const HIGH = new Uint32Array(256)
const LOW = new Uint32Array(256)
for (let byte = 0; byte < 256; byte++) {
  let high = 0
  let low = byte
  for (let bit = 0; bit < 8; bit++) {
    const odd = low & 1
    low = ((low >>> 1) | (high << 31)) >>> 0
    high >>>= 1
    if (odd === 0) continue
    high ^= POLYNOMIAL.high
    low ^= POLYNOMIAL.low
  }
  HIGH[byte] = high
  LOW[byte] = low
}

/** The eight bytes of the checksum, little-endian. */
export function crc64(bytes: Uint8Array): Buffer {
  let high = 0
  let low = 0
  for (const byte of bytes) {
    const at = (low ^ byte) & 255
    low = (((low >>> 8) | (high << 24)) ^ (LOW[at] ?? 0)) >>> 0
    high = ((high >>> 8) ^ (HIGH[at] ?? 0)) >>> 0
  }
  const sum = Buffer.alloc(8)
  sum.writeUInt32LE(low, 0)
  sum.writeUInt32LE(high, 4)
  return sum
}
