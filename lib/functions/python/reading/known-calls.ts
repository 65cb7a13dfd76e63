import { isBuilderName } from './names'
import { binary, MOST_SEARCHED } from './operators'
import {
  boolean,
  type DictValue,
  dict,
  grow,
  HUGE,
  int,
  intOf,
  type ListValue,
  list,
  MOST_ITEMS,
  MOST_TEXT,
  NONE,
  named,
  oneOf,
  type ReadValue,
  text,
  truth,
  UNKNOWN,
} from './values'

const isList = ({ kind }: ReadValue): boolean => kind === 'list'

/** Items of a `range`, of a sum, and letters of a text that are gone through. */
const MOST_COUNTED = 1000

/** What Python's own functions return where that shows from their arguments; undefined where it does not. */
export function builtinCall(
  path: string,
  args: readonly ReadValue[],
  keywords: ReadonlyMap<string, ReadValue>,
): ReadValue | undefined {
  const [first, second] = args
  switch (path) {
    case 'int':
      return intCall(first, second)
    case 'float':
      return floatCall(first)
    case 'str':
    case 'repr':
      return first ? strCall(first) : text('')
    case 'bool': {
      const known = first ? truth(first) : false
      return known === undefined ? undefined : boolean(known)
    }
    case 'len':
      return lengthOf(first)
    case 'abs': {
      const value = first && intOf(first)
      return value === undefined ? (first?.kind === 'huge' ? HUGE : undefined) : int(value < 0n ? -value : value)
    }
    case 'pow':
      return first && second && args.length === 2 ? binary('**', first, second) : undefined
    case 'math.factorial': {
      const value = first && intOf(first)
      return value === undefined ? undefined : value > 20n ? HUGE : int(factorial(value))
    }
    case 'random.getrandbits':
    case 'secrets.randbits': {
      const wide = first && intOf(first)
      return wide !== undefined && wide >= 96n ? HUGE : undefined
    }
    case 'min':
    case 'max':
      return extreme(path, args)
    case 'sum':
      return first?.kind === 'list' && !first.open && first.items.length <= MOST_COUNTED && !first.items.some(isList)
        ? first.items.reduce((sum, item) => binary('+', sum, item), second ?? int(0))
        : undefined
    case 'range':
      return rangeOf(args)
    case 'list':
    case 'tuple':
    case 'set':
    case 'sorted':
    case 'reversed':
    case 'frozenset':
      return listCall(path, first)
    case 'dict':
      return dictCall(first, keywords)
    case 'enumerate': {
      const items = first && itemsOf(first)
      const start = intOf(second ?? keywords.get('start') ?? int(0))
      return items && start !== undefined
        ? list(items.map((item, i) => list([int(start + BigInt(i)), item], 'tuple')))
        : undefined
    }
    case 'zip': {
      const all = args.map(itemsOf)
      const columns = all.flatMap((items) => (items ? [items] : []))
      if (columns.length < args.length || args.length === 0) return undefined
      const shortest = columns.reduce((least, { length }) => Math.min(least, length), MOST_ITEMS)
      const rows = Math.min(shortest, Math.floor(MOST_ITEMS / columns.length))
      if (rows < shortest) return undefined
      return list(
        Array.from({ length: rows }, (_, i) =>
          list(
            columns.map((column) => column[i] ?? UNKNOWN),
            'tuple',
          ),
        ),
      )
    }
    case 'chr': {
      const code = first && intOf(first)
      return code === undefined || code < 0n || code > 0x10ffffn ? undefined : text(String.fromCodePoint(Number(code)))
    }
    case 'print':
      return NONE
    case 'uuid.uuid1().int':
    case 'uuid.uuid4().int':
      return HUGE
    default:
      return undefined
  }
}

/** Values that are read off other things, such as `uuid.uuid4().int`. */
export const namedValue = (path: string): ReadValue => {
  if (/^uuid\.(?:uuid\d\(\)|UUID\(\))\.int$/.test(path)) return HUGE
  if (path === 'sys.maxsize') return int(2n ** 63n - 1n)
  if (path === '__name__') return text('not_main')
  return named(path)
}

function intCall(first: ReadValue | undefined, base: ReadValue | undefined): ReadValue | undefined {
  if (!first) return int(0)
  const value = intOf(first)
  if (value !== undefined || first.kind === 'huge') return value === undefined ? HUGE : int(value)
  if (first.kind === 'float' && Number.isFinite(first.value)) return int(BigInt(Math.trunc(first.value)))
  if (first.kind !== 'text') return undefined
  const radix = base === undefined ? 10n : intOf(base)
  const digits = first.value.trim().replaceAll('_', '').toLowerCase()
  if (digits.length > 5000) return undefined
  if (radix === 10n) return /^[+-]?\d+$/.test(digits) ? int(BigInt(digits.replace(/^\+/, ''))) : undefined
  const prefix = { '16': '0x', '8': '0o', '2': '0b' }[String(radix)]
  if (prefix === undefined) return undefined
  const plain = digits.startsWith(prefix) ? digits : `${prefix}${digits}`
  return /^0(?:x[0-9a-f]+|o[0-7]+|b[01]+)$/.test(plain) ? int(BigInt(plain)) : undefined
}

function floatCall(first: ReadValue | undefined): ReadValue | undefined {
  if (first?.kind === 'float') return first
  const value = first && intOf(first)
  if (value !== undefined) return { kind: 'float', value: Number(value) }
  return first?.kind === 'text' && first.value.trim() !== '' && !Number.isNaN(Number(first.value))
    ? { kind: 'float', value: Number(first.value) }
    : undefined
}

function strCall(value: ReadValue): ReadValue {
  switch (value.kind) {
    case 'text':
    case 'start':
      return value
    case 'int':
      return text(value.value.toString())
    case 'boolean':
      return text(value.value ? 'True' : 'False')
    case 'none':
      return text('None')
    default:
      return { kind: 'start', text: '', recordKey: false }
  }
}

function lengthOf(value: ReadValue | undefined): ReadValue | undefined {
  if (value?.kind === 'text') return int([...value.value].length)
  if (value?.kind === 'list' && !value.open && value.shape !== 'set') return int(value.items.length)
  if (value?.kind === 'dict' && !value.open) return int(value.entries.size)
  return undefined
}

const factorial = (n: bigint): bigint => (n <= 1n ? 1n : n * factorial(n - 1n))

function extreme(path: string, args: readonly ReadValue[]): ReadValue | undefined {
  const [first] = args
  const items = args.length === 1 && first ? itemsOf(first) : args
  const values = items?.map(intOf)
  if (!values || values.length === 0) return undefined
  let best = values[0]
  for (const value of values) {
    if (value === undefined || best === undefined) return undefined
    if (path === 'min' ? value < best : value > best) best = value
  }
  return best === undefined ? undefined : int(best)
}

function rangeOf(args: readonly ReadValue[]): ReadValue | undefined {
  const numbers = args.map(intOf)
  const [a, b, c] = numbers
  if (a === undefined || (args.length > 1 && b === undefined) || (args.length > 2 && c === undefined)) return undefined
  const [start, end, step] = b === undefined ? [0n, a, 1n] : [a, b, c ?? 1n]
  if (step === 0n) return undefined
  const count = step > 0n ? (end - start + step - 1n) / step : (start - end - step - 1n) / -step
  if (count > BigInt(MOST_COUNTED)) return undefined
  return list(Array.from({ length: Math.max(0, Number(count)) }, (_, i) => int(start + BigInt(i) * step)))
}

function listCall(path: string, first: ReadValue | undefined): ReadValue | undefined {
  const shape = path === 'tuple' ? 'tuple' : path === 'set' || path === 'frozenset' ? 'set' : 'list'
  if (!first) return list([], shape)
  const items = itemsOf(first)
  const open = first.kind === 'list' && first.open
  // Sorting changes which is where; what is in it stays the same.
  if (items) return list(path === 'reversed' ? items.toReversed() : items, shape, [], open)
  return first.kind === 'list' ? list(first.items, shape, [], true) : undefined
}

function dictCall(first: ReadValue | undefined, keywords: ReadonlyMap<string, ReadValue>): ReadValue | undefined {
  const base = first === undefined ? dict() : first.kind === 'dict' ? first : dictOfPairs(first)
  if (!base) return undefined
  return dict([...base.entries, ...keywords], base.open)
}

function dictOfPairs(value: ReadValue): DictValue | undefined {
  const pairs = itemsOf(value)?.map((pair) =>
    pair.kind === 'list' && pair.items.length === 2 ? pair.items : undefined,
  )
  const entries = pairs?.flatMap((pair) =>
    pair?.[0]?.kind === 'text' && pair[1] ? [[pair[0].value, pair[1]] as const] : [],
  )
  return entries && entries.length === pairs?.length ? dict(entries) : undefined
}

/** What going through a value yields, where all of it is known. */
export function itemsOf(value: ReadValue): readonly ReadValue[] | undefined {
  if (value.kind === 'list') return value.open ? undefined : value.items
  if (value.kind === 'dict') return value.open ? undefined : [...value.entries.keys()].map(text)
  if (value.kind === 'text') return value.value.length > MOST_COUNTED ? undefined : [...value.value].map(text)
  return undefined
}

/** What a method of a text, list or dict returns, and does to it; undefined where that does not show. `sure`: it happens in every case. */
export function methodCall(
  owner: ReadValue,
  name: string,
  args: readonly ReadValue[],
  sure: boolean,
): ReadValue | undefined {
  switch (owner.kind) {
    case 'text':
      return textMethod(owner.value, name, args)
    case 'start':
      return name === 'format' ? { ...owner, text: owner.text.split('{')[0] ?? '', recordKey: false } : undefined
    case 'list':
      return listMethod(owner, name, args, sure)
    case 'dict':
      return dictMethod(owner, name, args, sure)
    default:
      return undefined
  }
}

function textMethod(value: string, name: string, args: readonly ReadValue[]): ReadValue | undefined {
  const texts = args.map((arg) => (arg.kind === 'text' ? arg.value : undefined))
  const [first, second] = texts
  switch (name) {
    case 'lower':
      return text(value.toLowerCase())
    case 'upper':
      return text(value.toUpperCase())
    case 'strip':
      return args.length === 0 ? text(value.trim()) : undefined
    case 'format':
      return { kind: 'start', text: value.split('{')[0] ?? '', recordKey: false }
    case 'replace':
      return first !== undefined && second !== undefined && first !== '' ? replaced(value, first, second) : undefined
    case 'split':
      if (args.length === 0) return list(value.trim() === '' ? [] : value.trim().split(/\s+/).map(text))
      return first !== undefined && first !== '' && first.length <= MOST_SEARCHED && args.length === 1
        ? list(value.split(first, MOST_ITEMS).map(text))
        : undefined
    case 'startswith':
      return first === undefined ? undefined : boolean(value.startsWith(first))
    case 'endswith':
      return first === undefined ? undefined : boolean(value.endsWith(first))
    case 'join': {
      const [items] = args
      const known = items && itemsOf(items)?.map((item) => (item.kind === 'text' ? item.value : undefined))
      return known?.every((item) => item !== undefined)
        ? joined(value, known)
        : { kind: 'start', text: '', recordKey: false }
    }
    case 'encode':
      return { kind: 'other', what: 'bytes' }
    default:
      return undefined
  }
}

/** `undefined` where it would be longer than is worth knowing. */
function replaced(value: string, from: string, to: string): ReadValue | undefined {
  if (from.length > MOST_SEARCHED) return undefined
  const times = value.split(from, MOST_ITEMS).length - 1
  return value.length + times * to.length > MOST_TEXT ? undefined : text(value.replaceAll(from, to))
}

function joined(by: string, items: readonly string[]): ReadValue {
  const length = items.reduce((sum, item) => sum + item.length + by.length, 0)
  return length > MOST_TEXT ? { kind: 'start', text: '', recordKey: false } : text(items.join(by))
}

function listMethod(owner: ListValue, name: string, args: readonly ReadValue[], sure: boolean): ReadValue | undefined {
  const [first] = args
  if (!sure) owner.open = true
  switch (name) {
    case 'append':
    case 'add':
      if (first) grow(owner, [first])
      return NONE
    case 'extend':
    case 'update': {
      const items = first && itemsOf(first)
      if (items) grow(owner, items.slice(0, MOST_ITEMS))
      else owner.open = true
      return NONE
    }
    case 'copy':
      return list(owner.items, owner.shape, [], owner.open)
    case 'pop':
    case 'insert':
    case 'remove':
    case 'clear':
    case 'sort':
    case 'reverse':
      owner.open = true
      return name === 'pop' ? oneOf(owner.items) : NONE
    default:
      return undefined
  }
}

function dictMethod(owner: DictValue, name: string, args: readonly ReadValue[], sure: boolean): ReadValue | undefined {
  const [first, second] = args
  const key = first?.kind === 'text' ? first.value : undefined
  switch (name) {
    case 'get': {
      const found = key === undefined ? undefined : owner.entries.get(key)
      if (found) return found
      return owner.open || key === undefined ? undefined : (second ?? NONE)
    }
    case 'items':
      return owner.open
        ? undefined
        : list([...owner.entries].map(([name, value]) => list([text(name), value], 'tuple')))
    case 'keys':
      return owner.open ? undefined : list([...owner.entries.keys()].map(text))
    case 'values':
      return list([...owner.entries.values()], 'list', [], owner.open)
    case 'copy':
      return dict(owner.entries, owner.open)
    case 'update':
      if (first?.kind === 'dict') for (const [name, value] of first.entries) owner.entries.set(name, value)
      if (first?.kind !== 'dict' || first.open || !sure) owner.open = true
      return NONE
    case 'setdefault':
      if (key === undefined) return undefined
      if (!owner.entries.has(key)) owner.entries.set(key, owner.open ? UNKNOWN : (second ?? NONE))
      return owner.entries.get(key)
    case 'pop':
    case 'clear':
      owner.open = true
      return key === undefined ? undefined : owner.entries.get(key)
    default:
      return undefined
  }
}

/** Whether it is the class GearsBuilder, by any of its names. */
export const isBuilder = (value: ReadValue): boolean => value.kind === 'named' && isBuilderName(value.path)
