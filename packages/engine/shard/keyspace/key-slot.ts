const SLOTS = 16384
const POLYNOMIAL = 0x1021

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ POLYNOMIAL : crc << 1
  return crc
})

/** Redis Cluster's rule: CRC16 (XMODEM) of the key, or of the first `{tag}` in it, modulo 16384. */
export function keySlot(key: Uint8Array): number {
  let from = 0
  let to = key.length
  const open = key.indexOf(123)
  if (open >= 0) {
    const close = key.indexOf(125, open + 1)
    if (close > open + 1) {
      from = open + 1
      to = close
    }
  }
  let crc = 0
  for (let i = from; i < to; i++) crc = ((crc << 8) & 0xffff) ^ (TABLE[(crc >> 8) ^ (key[i] ?? 0)] ?? 0)
  return crc % SLOTS
}
