import {
  boolean,
  HUGE,
  int,
  intOf,
  list,
  MOST_ITEMS,
  MOST_TEXT,
  oneOf,
  optionsOf,
  other,
  type ReadValue,
  text,
  truth,
  UNKNOWN,
  type ValueOf,
} from './values'

/** Integers are computed up to this many bits. */
const MOST_BITS = 4096n

/** What is looked for in a text: longer ones could take the square of it. */
export const MOST_SEARCHED = 64

/** `a + b` and its like; of what may be several values, each with each. */
export function binary(sign: string, left: ReadValue, right: ReadValue): ReadValue {
  return oneOf(optionsOf(left).flatMap((a) => optionsOf(right).map((b) => simple(sign, a, b))))
}

function simple(sign: string, a: ReadValue, b: ReadValue): ReadValue {
  const [x, y] = [intOf(a), intOf(b)]
  if (x !== undefined && y !== undefined) return ofInts(sign, x, y)
  if (a.kind === 'huge' || b.kind === 'huge') return withHuge(sign, a, b)
  if (sign === '%' && (a.kind === 'text' || a.kind === 'start')) return formatted(a)
  if (sign === '+') return added(a, b)
  if (sign === '*') return repeated(a, b) ?? repeated(b, a) ?? floats(sign, a, b)
  return floats(sign, a, b)
}

function ofInts(sign: string, x: bigint, y: bigint): ReadValue {
  switch (sign) {
    case '+':
      return bounded(x + y)
    case '-':
      return bounded(x - y)
    case '*':
      return bits(x) + bits(y) > MOST_BITS ? HUGE : bounded(x * y)
    case '//':
      return y === 0n ? UNKNOWN : bounded(floorDivide(x, y))
    case '%':
      return y === 0n ? UNKNOWN : bounded(x - floorDivide(x, y) * y)
    case '/':
      return y === 0n ? UNKNOWN : { kind: 'float', value: Number(x) / Number(y) }
    case '**':
      return powered(x, y)
    case '<<':
      if (y < 0n) return UNKNOWN
      return x === 0n ? int(0n) : bits(x) + y > MOST_BITS ? HUGE : bounded(x << y)
    case '>>':
      return y < 0n ? UNKNOWN : bounded(x >> (y > MOST_BITS ? MOST_BITS : y))
    case '&':
      return bounded(x & y)
    case '|':
      return bounded(x | y)
    case '^':
      return bounded(x ^ y)
    default:
      return UNKNOWN
  }
}

function powered(x: bigint, y: bigint): ReadValue {
  if (y < 0n) return { kind: 'float', value: Number(x) ** Number(y) }
  if (x >= -1n && x <= 1n) return bounded(x === -1n ? (y % 2n === 0n ? 1n : -1n) : y === 0n ? 1n : x)
  return bits(x) * y > MOST_BITS ? HUGE : bounded(x ** y)
}

/** An integer of a magnitude that is still worked out. */
const bounded = (value: bigint): ReadValue => (bits(value) > MOST_BITS ? HUGE : int(value))
const bits = (value: bigint): bigint => BigInt((value < 0n ? -value : value).toString(2).length)

function floorDivide(x: bigint, y: bigint): bigint {
  const quotient = x / y
  return x % y !== 0n && x < 0n !== y < 0n ? quotient - 1n : quotient
}

/** A huge number stays one where a small one cannot make it small. */
function withHuge(sign: string, a: ReadValue, b: ReadValue): ReadValue {
  const otherOne = a.kind === 'huge' ? b : a
  const y = intOf(otherOne)
  if (sign === '*') return y !== undefined && y !== 0n ? HUGE : UNKNOWN
  if (a.kind !== 'huge') return UNKNOWN
  if (sign === '**') return y !== undefined && y > 0n ? HUGE : UNKNOWN
  if (sign === '<<') return HUGE
  return UNKNOWN
}

function floats(sign: string, a: ReadValue, b: ReadValue): ReadValue {
  const [x, y] = [a, b].map((one) => (one.kind === 'float' ? one.value : Number(intOf(one) ?? Number.NaN)))
  if (x === undefined || y === undefined || Number.isNaN(x) || Number.isNaN(y)) return UNKNOWN
  const value = { '+': x + y, '-': x - y, '*': x * y, '/': x / y, '**': x ** y }[sign]
  return value === undefined || !Number.isFinite(value) ? UNKNOWN : { kind: 'float', value }
}

function added(a: ReadValue, b: ReadValue): ReadValue {
  if (a.kind === 'text') {
    if (b.kind === 'text') return a.value.length + b.value.length > MOST_TEXT ? UNKNOWN : text(a.value + b.value)
    if (b.kind === 'start') return started(a.value, b)
    return { kind: 'start', text: a.value, recordKey: false }
  }
  if (a.kind === 'start') return a
  if (a.kind === 'list' && b.kind === 'list' && a.shape === b.shape)
    return list(
      [...a.items, ...b.items].slice(0, MOST_ITEMS),
      a.shape,
      [...a.nodes, ...b.nodes].slice(0, MOST_ITEMS),
      a.open || b.open || a.items.length + b.items.length > MOST_ITEMS,
    )
  if (a.kind === 'list' && b.kind === 'unknown') return list(a.items, a.shape, a.nodes, true)
  return floats('+', a, b)
}

const started = (before: string, { text, recordKey }: ValueOf<'start'>): ReadValue => ({
  kind: 'start',
  text: (before + text).slice(0, MOST_TEXT),
  recordKey: before === '' && recordKey,
})

function repeated(a: ReadValue, b: ReadValue): ReadValue | undefined {
  const times = intOf(b)
  if (times === undefined) return undefined
  // Of nothing, however many times, there is nothing.
  const empty = (a.kind === 'text' && a.value === '') || (a.kind === 'list' && a.items.length === 0)
  const count = times < 0n || empty ? 0 : Number(times)
  if (a.kind === 'text') return a.value.length * count > MOST_TEXT ? UNKNOWN : text(a.value.repeat(count))
  if (a.kind !== 'list') return undefined
  const items = Array.from(
    { length: Math.min(count, Math.ceil(MOST_ITEMS / Math.max(1, a.items.length))) },
    () => a.items,
  )
  return list(items.flat().slice(0, MOST_ITEMS), a.shape, [], a.open || a.items.length * count > MOST_ITEMS)
}

/** `'a:%s' % x`: known up to the first place that is filled in. */
function formatted(a: ReadValue): ReadValue {
  const start = a.kind === 'text' ? a.value : a.kind === 'start' ? a.text : ''
  return { kind: 'start', text: start.split('%')[0] ?? '', recordKey: false }
}

export function compared(sign: string, left: ReadValue, right: ReadValue): ReadValue {
  const options = optionsOf(left).flatMap((a) => optionsOf(right).map((b) => compare(sign, a, b)))
  const values = options.map((one) => (one === undefined ? UNKNOWN : boolean(one)))
  return values.some((one) => one.kind === 'unknown') ? UNKNOWN : oneOf(values)
}

function compare(sign: string, a: ReadValue, b: ReadValue): boolean | undefined {
  if (sign === 'is' || sign === 'is not') {
    const none = [a, b].filter((one) => one.kind === 'none').length
    if (none === 0 || [a, b].some((one) => one.kind === 'unknown' || one.kind === 'named')) return undefined
    return (none === 2) === (sign === 'is')
  }
  if (sign === 'in' || sign === 'not in') {
    const held = contains(b, a)
    return held === undefined ? undefined : held === (sign === 'in')
  }
  const order = ordered(a, b)
  switch (sign) {
    case '==':
    case '!=': {
      const equal = order === undefined ? (a.kind === 'none' && b.kind === 'none' ? true : undefined) : order === 0
      return equal === undefined ? undefined : equal === (sign === '==')
    }
    case '<':
      return order === undefined ? undefined : order < 0
    case '>':
      return order === undefined ? undefined : order > 0
    case '<=':
      return order === undefined ? undefined : order <= 0
    case '>=':
      return order === undefined ? undefined : order >= 0
    default:
      return undefined
  }
}

function ordered(a: ReadValue, b: ReadValue): number | undefined {
  if (a.kind === 'text' && b.kind === 'text') return a.value < b.value ? -1 : a.value > b.value ? 1 : 0
  const [x, y] = [numeric(a), numeric(b)]
  return x === undefined || y === undefined ? undefined : x < y ? -1 : x > y ? 1 : 0
}

const numeric = (value: ReadValue): bigint | number | undefined => (value.kind === 'float' ? value.value : intOf(value))

function contains(container: ReadValue, item: ReadValue): boolean | undefined {
  if (container.kind === 'text' && item.kind === 'text')
    return item.value.length > MOST_SEARCHED ? undefined : container.value.includes(item.value)
  if (container.kind === 'dict' && item.kind === 'text' && !container.open) return container.entries.has(item.value)
  if (container.kind !== 'list' || container.open) return undefined
  const answers = container.items.map((one) => compare('==', one, item))
  if (answers.includes(true)) return true
  return answers.includes(undefined) ? undefined : false
}

export function unary(sign: string, operand: ReadValue): ReadValue {
  return oneOf(
    optionsOf(operand).map((one) => {
      if (sign === 'not') {
        const known = truth(one)
        return known === undefined ? UNKNOWN : boolean(!known)
      }
      const value = intOf(one)
      if (value !== undefined) return sign === '-' ? int(-value) : sign === '~' ? int(~value) : int(value)
      if (one.kind === 'huge') return HUGE
      if (one.kind === 'float') return { kind: 'float', value: sign === '-' ? -one.value : one.value }
      return UNKNOWN
    }),
  )
}

/** A number as the script writes it. */
export function numberOf(source: string): ReadValue {
  const plain = source.replaceAll('_', '').toLowerCase()
  if (plain.endsWith('j')) return other('a complex number')
  if (/^(?:\d+|0x[0-9a-f]+|0o[0-7]+|0b[01]+)$/.test(plain))
    return plain.length > MOST_BITS ? HUGE : bounded(BigInt(plain))
  const value = Number(plain)
  return Number.isNaN(value) ? UNKNOWN : { kind: 'float', value }
}
