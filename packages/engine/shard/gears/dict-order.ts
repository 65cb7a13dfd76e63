/**
 * The order of a record's fields. RedisGears keeps them in Redis's hash table with SipHash-1-2 under a zero key, so the order depends on
 * the names and the order of insertion. Scripts that print a record show it.
 */

const INITIAL_SIZE = 4
/** Larger records keep their order of insertion, because hashing thousands of fields is not worth its cost. */
const LARGEST = 128

type Chain = readonly number[]

/** The indices of `names`, in the order of the table's buckets. */
export function tableOrder(names: readonly Uint8Array[]): readonly number[] {
  if (names.length < 2 || names.length > LARGEST) return names.map((_, index) => index)
  const hashes = names.map(sipHash)
  let table: Chain[] = emptyTable(INITIAL_SIZE)
  let next: Chain[] | undefined
  let moved = 0
  const insert = (into: Chain[], index: number): void => {
    const slot = (hashes[index] ?? 0) & (into.length - 1)
    into[slot] = [index, ...(into[slot] ?? [])]
  }
  // With every insertion, Redis moves one non-empty bucket to the larger table.
  const step = (): void => {
    if (!next) return
    while (moved < table.length && (table[moved] ?? []).length === 0) moved += 1
    for (const index of table[moved] ?? []) insert(next, index)
    table[moved] = []
    moved += 1
    if (table.every((chain) => chain.length === 0)) {
      table = next
      next = undefined
    }
  }
  names.forEach((_, index) => {
    step()
    if (!next && index >= table.length) {
      next = emptyTable(powerAbove(index * 2))
      moved = 0
    }
    insert(next ?? table, index)
  })
  return [...table.flat(), ...(next ?? []).flat()]
}

/** A record's fields and values in that order. */
export function inTableOrder(pairs: readonly (readonly [Buffer, Buffer])[]): Map<Buffer, Buffer> {
  return new Map(tableOrder(pairs.map(([field]) => field)).flatMap((index) => pairs.slice(index, index + 1)))
}

const emptyTable = (size: number): Chain[] => Array.from({ length: size }, () => [])

function powerAbove(count: number): number {
  let size = INITIAL_SIZE
  while (size < count) size *= 2
  return size
}

const MASK = (1n << 64n) - 1n
const rotate = (value: bigint, bits: bigint): bigint => ((value << bits) | (value >> (64n - bits))) & MASK

const cache = new Map<string, number>()
const CACHED = 4096

/** The low 32 bits of SipHash-1-2 with a zero key. Field names repeat, so the hashes are cached. */
function sipHash(bytes: Uint8Array): number {
  const name = Buffer.from(bytes).toString('latin1')
  const known = cache.get(name)
  if (known !== undefined) return known
  const hash = Number(sip(bytes) & 0xffffffffn)
  if (cache.size >= CACHED) cache.clear()
  cache.set(name, hash)
  return hash
}

function sip(bytes: Uint8Array): bigint {
  let [v0, v1, v2, v3] = [0x736f6d6570736575n, 0x646f72616e646f6dn, 0x6c7967656e657261n, 0x7465646279746573n]
  const round = (): void => {
    v0 = (v0 + v1) & MASK
    v1 = rotate(v1, 13n) ^ v0
    v0 = rotate(v0, 32n)
    v2 = (v2 + v3) & MASK
    v3 = rotate(v3, 16n) ^ v2
    v0 = (v0 + v3) & MASK
    v3 = rotate(v3, 21n) ^ v0
    v2 = (v2 + v1) & MASK
    v1 = rotate(v1, 17n) ^ v2
    v2 = rotate(v2, 32n)
  }
  const absorb = (word: bigint): void => {
    v3 ^= word
    round()
    v0 ^= word
  }
  const whole = bytes.length - (bytes.length % 8)
  for (let at = 0; at < whole; at += 8) absorb(littleEndian(bytes, at, 8))
  absorb((BigInt(bytes.length & 0xff) << 56n) | littleEndian(bytes, whole, bytes.length - whole))
  v2 ^= 0xffn
  round()
  round()
  return v0 ^ v1 ^ v2 ^ v3
}

function littleEndian(bytes: Uint8Array, at: number, count: number): bigint {
  let word = 0n
  for (let i = count - 1; i >= 0; i--) word = (word << 8n) | BigInt(bytes[at + i] ?? 0)
  return word
}
