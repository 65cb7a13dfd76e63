/** Writes RDB's primitives without integer encodings or compression. */
export class RdbWriter {
  private readonly parts: Uint8Array[] = []

  byte(value: number): void {
    this.parts.push(Uint8Array.of(value))
  }

  raw(bytes: Uint8Array): void {
    this.parts.push(bytes)
  }

  uint64(value: bigint): void {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64LE(value)
    this.parts.push(bytes)
  }

  double(value: number): void {
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleLE(value)
    this.parts.push(bytes)
  }

  length(value: number | bigint): void {
    if (value < 64) {
      this.byte(Number(value))
      return
    }
    const bytes = Buffer.alloc(9, 0x81)
    bytes.writeBigUInt64BE(BigInt(value), 1)
    this.parts.push(bytes)
  }

  string(bytes: Uint8Array): void {
    this.length(bytes.length)
    this.parts.push(bytes)
  }

  done(): Buffer {
    return Buffer.concat(this.parts)
  }
}
