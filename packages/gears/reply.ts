/**
 * A reply as ioredis hands it over for `callBuffer`: every text is a Buffer, an error nested in an array is an Error element, nil is null.
 * With ioredis' `stringNumbers` integers and doubles are JS strings, without it numbers; both are understood.
 */
export type Reply =
  | Buffer
  | string
  | number
  | boolean
  | null
  | Error
  | readonly Reply[]
  | { readonly [key: string]: Reply }

/** The one cast of the client: ioredis types its replies as unknown. The decoders below check every value they touch. */
export const asReply = (raw: unknown): Reply => raw as Reply

/** Reads a reply or throws `Mismatch`. */
export type Decoder<T> = (reply: Reply) => T
export type Decoded<D> = D extends Decoder<infer T> ? T : never

/** Thrown by decoders; the path grows outwards, so that a success costs nothing. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch'
  path = ''

  constructor(expected: string, got: string) {
    super(`expected ${expected}, got ${got}`)
  }

  within(segment: string): this {
    this.path = segment + this.path
    return this
  }
}

const mismatch = (expected: string, reply: Reply): never => {
  throw new Mismatch(expected, describe(reply))
}

/** The kind of a reply in words; never its content, which may be long or private. */
export function describe(reply: Reply): string {
  if (reply === null) return 'nil'
  if (reply === undefined) return 'nothing'
  if (Buffer.isBuffer(reply)) return 'text'
  if (reply instanceof Error) return 'an error reply'
  if (isList(reply)) return `an array of ${reply.length}`
  switch (typeof reply) {
    case 'string':
    case 'number':
      return 'a number'
    case 'boolean':
      return 'a boolean'
    default:
      return 'a map'
  }
}

const isList = (reply: Reply): reply is readonly Reply[] => Array.isArray(reply)

export const bytes: Decoder<Buffer> = (reply) => (Buffer.isBuffer(reply) ? reply : mismatch('text', reply))

export const text: Decoder<string> = (reply) => (Buffer.isBuffer(reply) ? reply.toString() : mismatch('text', reply))

/** Between ±2^53: every integer field of the module is a count, a port, a version or ms. */
export const integer: Decoder<number> = (reply) => {
  const value = typeof reply === 'string' && /^-?\d+$/.test(reply) ? Number(reply) : reply
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : mismatch('an integer', reply)
}

/** What C's printf and RESP3 write for a division by nothing. */
const NO_NUMBER = /^[+-]?(nan|inf|infinity)$/i

/** A double: text in RESP2, which has none, and a double in RESP3. Null where the server itself had no number: NaN, infinite. */
export const double: Decoder<number | null> = (reply) => {
  const digits = Buffer.isBuffer(reply) ? reply.toString('latin1') : reply
  if (typeof digits === 'string' && NO_NUMBER.test(digits)) return null
  if (typeof digits === 'number' && !Number.isFinite(digits)) return null
  const value = typeof digits === 'string' && /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(digits) ? Number(digits) : digits
  return typeof value === 'number' && Number.isFinite(value) ? value : mismatch('a number', reply)
}

/** 0 or 1. */
export const flag: Decoder<boolean> = (reply) => {
  const value = integer(reply)
  return value === 0 || value === 1 ? value === 1 : mismatch('0 or 1', reply)
}

/** One of the texts listed; any other text is named in the error. */
export const oneOf = <const T extends string>(...allowed: readonly T[]): Decoder<T> => {
  const byText = new Map<string, T>(allowed.map((word) => [word, word]))
  return (reply) => {
    const word = text(reply)
    const known = byText.get(word)
    if (known === undefined) throw new Mismatch(`one of ${allowed.join(', ')}`, JSON.stringify(word.slice(0, 60)))
    return known
  }
}

export const nullable =
  <T>(decode: Decoder<T>): Decoder<T | null> =>
  (reply) =>
    reply === null ? null : decode(reply)

export const list =
  <T>(decode: (reply: Reply, index: number) => T): Decoder<readonly T[]> =>
  (reply) => {
    if (!isList(reply)) return mismatch('an array', reply)
    const values: T[] = []
    for (let i = 0; i < reply.length; i++) values.push(at(i, decode, reply[i] ?? null))
    return values
  }

/** An array of exactly these elements. */
export const tuple =
  <T extends readonly unknown[]>(...decoders: { readonly [K in keyof T]: Decoder<T[K]> }): Decoder<T> =>
  (reply) => {
    if (!isList(reply)) return mismatch(`an array of ${decoders.length}`, reply)
    if (reply.length !== decoders.length) return mismatch(`an array of ${decoders.length}`, reply)
    return decoders.map((decode, i) => at(i, decode, reply[i] ?? null)) as unknown as T
  }

export const map =
  <A, B>(decode: Decoder<A>, to: (value: A) => B): Decoder<B> =>
  (reply) =>
    to(decode(reply))

/** Decodes the element at `segment` of the reply, so that a failure names it. */
export const within =
  <T>(segment: string, decode: Decoder<T>): Decoder<T> =>
  (reply) => {
    try {
      return decode(reply)
    } catch (error) {
      throw error instanceof Mismatch ? error.within(segment) : error
    }
  }

function at<T>(index: number, decode: (reply: Reply, index: number) => T, reply: Reply): T {
  try {
    return decode(reply, index)
  } catch (error) {
    throw error instanceof Mismatch ? error.within(`[${index}]`) : error
  }
}

interface OptionalField<T> {
  readonly optional: Decoder<T>
}
type Field<T> = Decoder<T> | OptionalField<T>
type Fields = { readonly [key: string]: Field<unknown> }
type FieldValue<F> = F extends Decoder<infer T> ? T : F extends OptionalField<infer T> ? T | undefined : never

/** A key that some version of the server does not send; read as undefined then. */
export const optional = <T>(decode: Decoder<T>): OptionalField<T> => ({ optional: decode })

/**
 * An "object" of the module: a flat array of alternating key and value, read by key. Unknown keys are ignored, since newer versions
 * add some; a missing one fails unless it is `optional`, and so does one that comes twice.
 */
export function pairs<const F extends Fields>(fields: F): Decoder<{ readonly [K in keyof F]: FieldValue<F[K]> }> {
  const known = new Map(
    Object.entries(fields).map(([key, field]) => [
      key,
      typeof field === 'function'
        ? { decode: within(`.${key}`, field), required: true }
        : { decode: within(`.${key}`, field.optional), required: false },
    ]),
  )
  const required = [...known].filter(([, field]) => field.required).map(([key]) => key)
  return (reply) => {
    const values: Record<string, unknown> = {}
    const read = (key: string, value: Reply) => {
      const field = known.get(key)
      if (!field) return
      if (Object.hasOwn(values, key)) throw new Mismatch(`${key} once`, `${key} twice`)
      values[key] = field.decode(value)
    }
    eachPair(reply, read)
    for (const key of required) {
      if (!Object.hasOwn(values, key)) throw new Mismatch('a value', 'nothing').within(`.${key}`)
    }
    return values as { readonly [K in keyof F]: FieldValue<F[K]> }
  }
}

/** Keys and values of a flat array, or of a map where a client was asked for RESP3 shapes. */
function eachPair(reply: Reply, read: (key: string, value: Reply) => void): void {
  if (isList(reply)) {
    if (reply.length % 2 !== 0) mismatch('an array of keys and values', reply)
    for (let i = 0; i < reply.length; i += 2) read(at(i, text, reply[i] ?? null), reply[i + 1] ?? null)
  } else if (reply !== null && typeof reply === 'object' && !Buffer.isBuffer(reply) && !(reply instanceof Error)) {
    for (const [key, value] of Object.entries(reply)) read(key, value)
  } else {
    mismatch('an array of keys and values', reply)
  }
}
