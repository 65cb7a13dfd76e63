/** CRC16-CCITT (XModem), the hash of Redis Cluster. */
function crc16(bytes: Buffer): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1
  }
  return crc & 0xffff
}

/** The hash slot of a key: of its first `{…}` if that is not empty. */
export function slotOf(key: string | Buffer): number {
  const bytes = Buffer.from(key)
  const open = bytes.indexOf('{')
  const close = open < 0 ? -1 : bytes.indexOf('}', open + 1)
  return crc16(close > open + 1 ? bytes.subarray(open + 1, close) : bytes) % 16384
}
