import type { ReaderName } from '@gearboard/gears/docs'
import type { PythonCall, SyntaxNode } from '@gearboard/gears/script/tree'

/** Names of one scope. Functions look names up where they were defined, past the bodies of classes. */
export interface Scope {
  readonly names: Map<string, ReadValue>
  readonly parent: Scope | null
  readonly kind: 'module' | 'function' | 'class'
  /** Names that `global` or `nonlocal` binds elsewhere. */
  readonly elsewhere: Map<string, Scope>
}

export interface FunctionValue {
  readonly kind: 'function'
  readonly node: SyntaxNode
  readonly scope: Scope
  readonly async: boolean
  readonly generator: boolean
  readonly defaults: ReadonlyMap<string, ReadValue>
  /** What a method is bound to. */
  readonly self: ReadValue | null
}

export interface ClassValue {
  readonly kind: 'class'
  readonly node: SyntaxNode
  readonly scope: Scope
  readonly bases: readonly ReadValue[]
}

export interface ListValue {
  readonly kind: 'list'
  readonly shape: 'list' | 'tuple' | 'set'
  readonly items: ReadValue[]
  /** Where each item is written, as far as it is. */
  readonly nodes: readonly SyntaxNode[]
  /** There may be more items, or fewer. */
  open: boolean
}

export interface DictValue {
  readonly kind: 'dict'
  readonly entries: Map<string, ReadValue>
  open: boolean
}

/**
 * What is known of a value without running anything. Lists, dicts, instances and builders are shared and change, as in Python; all else
 * stays as it is.
 */
export type ReadValue =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'text'; readonly value: string }
  /** A text of which only the beginning is known; `recordKey`: it is the key that fired the function, or begins with it. */
  | { readonly kind: 'start'; readonly text: string; readonly recordKey: boolean }
  | { readonly kind: 'int'; readonly value: bigint }
  /** An integer beyond 64 bits whose digits are not needed. */
  | { readonly kind: 'huge' }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'none' }
  | { readonly kind: 'other'; readonly what: string }
  | ListValue
  | DictValue
  | FunctionValue
  | ClassValue
  | { readonly kind: 'instance'; readonly of: ClassValue; readonly names: Map<string, ReadValue> }
  | { readonly kind: 'method'; readonly owner: ReadValue; readonly name: string }
  | {
      readonly kind: 'partial'
      readonly of: ReadValue
      readonly args: readonly ReadValue[]
      readonly named: ReadonlyMap<string, ReadValue>
    }
  /** What an async function returns before it is awaited. */
  | { readonly kind: 'coroutine'; readonly result: ReadValue }
  | { readonly kind: 'generator'; readonly yields: ReadValue }
  | { readonly kind: 'builder'; readonly state: BuilderState }
  /** Something that the script did not make, by the dotted path to it: `time.sleep`, `uuid.uuid4()`. */
  | { readonly kind: 'named'; readonly path: string }
  | { readonly kind: 'one of'; readonly options: readonly ReadValue[] }

/** `GearsBuilder(…)`: which reader it is built on. */
export interface Builder {
  readonly call: PythonCall
  /** The name as the script gives it; null when only running the script would tell. */
  readonly readerText: string | null
  /** Undefined when the text names no reader. */
  readonly reader: ReaderName | undefined
  /** What `run` reads where it is given nothing. */
  readonly defaultArg: ReadValue
}

/** An argument as it arrives, by name, by place, in a dict or as a default. */
export interface GivenArgument {
  readonly value: ReadValue
  /** Where the call gives it: the expression, or the `**options` that carries it. */
  readonly node: SyntaxNode
}

export interface Arguments {
  readonly positional: readonly GivenArgument[]
  readonly named: ReadonlyMap<string, GivenArgument>
  /** `*x` or `**x` of unknown content: there may be more. */
  readonly open: boolean
}

/** An operation called on a builder. */
export interface ReadStep {
  readonly name: string
  readonly nameNode: SyntaxNode
  readonly call: PythonCall
  readonly args: Arguments
}

/** A builder as the script changes it. */
export interface BuilderState {
  readonly builder: Builder
  readonly steps: ReadStep[]
}

export type ValueOf<Kind extends ReadValue['kind']> = Extract<ReadValue, { readonly kind: Kind }>

export const UNKNOWN: ReadValue = { kind: 'unknown' }
export const NONE: ReadValue = { kind: 'none' }
export const HUGE: ReadValue = { kind: 'huge' }
export const text = (value: string): ReadValue => ({ kind: 'text', value })
export const int = (value: bigint | number): ReadValue => ({ kind: 'int', value: BigInt(value) })
export const boolean = (value: boolean): ReadValue => ({ kind: 'boolean', value })
export const named = (path: string): ReadValue => ({ kind: 'named', path })
export const other = (what: string): ReadValue => ({ kind: 'other', what })
/** Items of a list, and characters of a text, that are known at most. */
export const MOST_ITEMS = 10_000
export const MOST_TEXT = 100_000

/** Appends values to a list; those beyond its limit are left out, and the list is marked open. */
export function grow(owner: ListValue, items: readonly ReadValue[]): void {
  for (const item of items) {
    if (owner.items.length >= MOST_ITEMS) {
      owner.open = true
      return
    }
    owner.items.push(item)
  }
}

export const list = (
  items: readonly ReadValue[],
  shape: ListValue['shape'] = 'list',
  nodes: readonly SyntaxNode[] = [],
  open = false,
): ListValue => ({ kind: 'list', shape, items: [...items], nodes, open })
export const dict = (entries: Iterable<readonly [string, ReadValue]> = [], open = false): DictValue => ({
  kind: 'dict',
  entries: new Map(entries),
  open,
})

const MOST_OPTIONS = 8

/** A value that is one of these; nothing is said of it once they are many. */
export function oneOf(values: readonly ReadValue[]): ReadValue {
  const options: ReadValue[] = []
  for (const value of values) {
    for (const option of optionsOf(value)) {
      if (!options.some((known) => same(known, option))) options.push(option)
      if (options.length > MOST_OPTIONS) return UNKNOWN
    }
  }
  const [first, ...rest] = options
  if (!first) return UNKNOWN
  return rest.length === 0 ? first : { kind: 'one of', options }
}

/** What a value may be; `unknown` among them where it may be anything else as well. */
export const optionsOf = (value: ReadValue): readonly ReadValue[] => (value.kind === 'one of' ? value.options : [value])

function same(a: ReadValue, b: ReadValue): boolean {
  if (a === b) return true
  switch (a.kind) {
    case 'text':
    case 'int':
    case 'float':
    case 'boolean':
      return a.kind === b.kind && 'value' in b && a.value === b.value
    case 'start':
      return b.kind === 'start' && a.text === b.text && a.recordKey === b.recordKey
    case 'unknown':
    case 'none':
    case 'huge':
      return a.kind === b.kind
    case 'function':
      return b.kind === 'function' && a.node.from === b.node.from && a.scope === b.scope && a.self === b.self
    case 'named':
      return b.kind === 'named' && a.path === b.path
    case 'builder':
      return b.kind === 'builder' && a.state === b.state
    default:
      return false
  }
}

/** Whether Python takes it as true; undefined where only running it would tell. */
export function truth(value: ReadValue): boolean | undefined {
  switch (value.kind) {
    case 'text':
      return value.value !== ''
    case 'start':
      return value.text !== '' ? true : undefined
    case 'int':
      return value.value !== 0n
    case 'float':
      return value.value !== 0
    case 'boolean':
      return value.value
    case 'none':
      return false
    case 'list':
      return value.items.length > 0 ? (value.open ? undefined : true) : value.open ? undefined : false
    case 'dict':
      return value.entries.size > 0 ? (value.open ? undefined : true) : value.open ? undefined : false
    case 'one of': {
      const truths = value.options.map(truth)
      return truths.every((one) => one === truths[0]) ? truths[0] : undefined
    }
    case 'unknown':
    case 'named':
    case 'instance':
    case 'other':
    case 'partial':
      return undefined
    case 'huge':
    case 'function':
    case 'class':
    case 'method':
    case 'coroutine':
    case 'generator':
    case 'builder':
      return true
  }
}

/** `int` of what Python counts as one: a bool is. */
export function intOf(value: ReadValue): bigint | undefined {
  if (value.kind === 'int') return value.value
  if (value.kind === 'boolean') return value.value ? 1n : 0n
  return undefined
}

const MOST = 2n ** 63n - 1n

/** Values looked at in what a reply would hold. */
const MOST_HELD = 20_000

/** What a reply of it would hold: itself, and what is in its lists, each of them once. */
export function* held(value: ReadValue): Generator<ReadValue> {
  const stack: ReadValue[] = [value]
  const seen = new Set<ReadValue>()
  for (let next = stack.pop(); next && seen.size < MOST_HELD; next = stack.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    if (next.kind === 'one of') stack.push(...next.options)
    else yield next
    if (next.kind === 'list' && next.shape === 'list') for (const item of next.items) stack.push(item)
  }
}

/** Whether it is, or holds in lists, an integer that a reply of the server cannot carry; `PyLong_AsLongLong` takes 64 bits with a sign. */
export function holdsHuge(value: ReadValue): boolean {
  for (const one of held(value))
    if (one.kind === 'huge' || (one.kind === 'int' && (one.value > MOST || one.value < -MOST - 1n))) return true
  return false
}

/** Some of what it may be satisfies this; and whether all of it does. */
export function check(value: ReadValue, holds: (option: ReadValue) => boolean): 'yes' | 'perhaps' | 'no' {
  const options = optionsOf(value)
  const holding = options.filter(holds).length
  return holding === options.length ? 'yes' : holding > 0 ? 'perhaps' : 'no'
}
