/** Hash slots of Redis Cluster. */
export const SLOTS = 16_384

/** CRC16-CCITT (XModem), the hash of Redis Cluster. */
function crc16(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1
  }
  return crc & 0xffff
}

/**
 * The part of a key that decides its slot: what is inside its first `{…}`, when that is not empty; else the whole key.
 */
export function hashTag(key: string): string {
  const open = key.indexOf('{')
  const close = open < 0 ? -1 : key.indexOf('}', open + 1)
  return close > open + 1 ? key.slice(open + 1, close) : key
}

/** 0 to 16383. */
export const slotOf = (key: string): number => crc16(new TextEncoder().encode(hashTag(key))) % SLOTS
