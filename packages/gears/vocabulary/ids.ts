/** Shard part of an id outside cluster mode, and before RG.REFRESHCLUSTER on a cluster: forty zeros (protocol 2.1). */
export const NO_SHARD = '0'.repeat(40)

/**
 * `<40 characters of the shard>-<decimal sequence>`: the id of an execution or of a registration.
 * The two have separate counters, so equal ids of the two kinds are unrelated (protocol 2.1).
 */
export class GearsId {
  private constructor(
    readonly shard: string,
    readonly sequence: number,
  ) {}

  /** The id, or undefined when `text` is none. The module tolerates trailing garbage; we do not. */
  static parse(text: string): GearsId | undefined {
    const match = /^([\x21-\x7e]{40})-(\d{1,16})$/.exec(text)
    const [, shard, sequence] = match ?? []
    if (shard === undefined || sequence === undefined || !Number.isSafeInteger(Number(sequence))) return undefined
    return new GearsId(shard, Number(sequence))
  }

  static of(shard: string, sequence: number): GearsId {
    const id = GearsId.parse(`${shard}-${sequence}`)
    if (!id) throw new RangeError(`no Gears id: shard ${JSON.stringify(shard)}, sequence ${sequence}`)
    return id
  }

  /** By shard, then by sequence as a number: `…-9` before `…-10`. */
  static compare(a: GearsId, b: GearsId): number {
    if (a.shard !== b.shard) return a.shard < b.shard ? -1 : 1
    return a.sequence - b.sequence
  }

  equals(other: GearsId): boolean {
    return GearsId.compare(this, other) === 0
  }

  toString(): string {
    return `${this.shard}-${this.sequence}`
  }

  toJSON(): string {
    return this.toString()
  }
}
