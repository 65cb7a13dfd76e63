import type { ReaderName } from '@gearboard/gears/docs'
import type { SyntaxNode } from '@gearboard/gears/script/tree'
import type { Interpreter, Later } from './interpreter'
import { type Action, type Effect, given } from './pipelines'
import {
  dict,
  type GivenArgument,
  list,
  NONE,
  oneOf,
  optionsOf,
  type ReadStep,
  type ReadValue,
  text,
  truth,
  UNKNOWN,
} from './values'

/** A function of the script that Gears calls, with its outcome. */
interface Callback extends Later {
  readonly value: ReadValue
  /** Where the builder is given it. */
  readonly node: SyntaxNode
  /** What it is for: `map`, `onRegistered`, `reader`; and the argument that it is given as. */
  readonly of: string
  readonly argument: string
}

/** One event of an action, as far as the script shows what happens then. */
export interface Happening {
  readonly action: Action
  readonly callbacks: readonly Callback[]
  /** All that the callbacks call outside the script. */
  readonly effects: readonly Effect[]
  /** A record as it leaves the last step, before it is made text. */
  readonly result: ReadValue
  /** Whether results are made text; undefined where only running it would tell. */
  readonly asText: boolean | undefined
}

/** Follows a record through the steps of an action. */
export function happeningOf(interpreter: Interpreter, action: Action): Happening {
  const callbacks: Callback[] = []
  const called: Calling = (found, of, argument, args) => {
    const later = interpreter.callLater(found.value, args)
    callbacks.push({ ...later, ...found, of, argument })
    return later.result
  }
  const onRegistered = given(action.args, 'onRegistered') ?? given(action.args, 'OnRegistered')
  if (onRegistered) called(onRegistered, 'onRegistered', 'onRegistered', [])
  let record = recordOf(action, called)
  for (const step of action.steps) record = stepOf(step, record, called)
  return {
    action,
    callbacks,
    effects: callbacks.flatMap(({ effects }) => effects),
    result: record,
    asText: convertsToText(action),
  }
}

type Calling = (found: GivenArgument, of: string, argument: string, args: readonly ReadValue[]) => ReadValue

function convertsToText({ args }: Action): boolean | undefined {
  const convert = given(args, 'convertToStr', 1)
  return convert ? truth(convert.value) : args.open ? undefined : true
}

/** The prefix or pattern of an action, `*` where it is given none; undefined where only running it would tell. */
export function patternOf({ name, args, builder }: Action): ReadValue | undefined {
  if (name === 'run') {
    const arg = given(args, 'arg', 0)
    if (!arg) return args.open ? undefined : builder.defaultArg
    return truth(arg.value) === false ? builder.defaultArg : arg.value
  }
  // `regex` overrides the first argument (the module's register).
  return (given(args, 'regex') ?? given(args, 'prefix', 0))?.value ?? (args.open ? undefined : text('*'))
}

const RECORDS: Readonly<Record<ReaderName, (action: Action, calling: Calling) => ReadValue>> = {
  KeysReader: (action) => dict([['key', keyOf(action)]], true),
  StreamReader: (action) =>
    dict([
      ['key', keyOf(action)],
      ['id', { kind: 'start', text: '', recordKey: false }],
      ['value', dict([], true)],
    ]),
  CommandReader: ({ args }) => {
    const name = given(args, 'hook') ?? given(args, 'trigger')
    return list([name?.value ?? UNKNOWN], 'list', [], true)
  },
  KeysOnlyReader: () => ({ kind: 'start', text: '', recordKey: false }),
  ShardsIDReader: () => ({ kind: 'start', text: '', recordKey: false }),
  PythonReader: (action, calling) => {
    const arg = given(action.args, 'arg', 0)
    if (!arg) return UNKNOWN
    const made = calling(arg, 'reader', 'arg', [])
    return oneOf(optionsOf(made).map((one) => (one.kind === 'generator' ? one.yields : one)))
  },
}

function recordOf(action: Action, calling: Calling): ReadValue {
  const { reader } = action.builder
  return reader ? RECORDS[reader](action, calling) : UNKNOWN
}

function keyOf(action: Action): ReadValue {
  const pattern = patternOf(action)
  if (pattern?.kind !== 'text') return { kind: 'start', text: '', recordKey: pattern !== undefined }
  const { value } = pattern
  return value.endsWith('*') ? { kind: 'start', text: value.slice(0, -1), recordKey: true } : text(value)
}

function stepOf({ name, args }: ReadStep, record: ReadValue, calling: Calling): ReadValue {
  const fn = (place: number, argument: string, ...values: readonly ReadValue[]): ReadValue => {
    const found = given(args, argument, place)
    return found ? awaited(calling(found, name, argument, values)) : UNKNOWN
  }
  const keyed = (value: ReadValue) =>
    dict([
      ['key', { kind: 'start', text: '', recordKey: false }],
      ['value', value],
    ])
  switch (name) {
    case 'map':
      return fn(0, 'f', record)
    case 'flatmap': {
      const made = fn(0, 'f', record)
      return oneOf(optionsOf(made).flatMap((one) => (one.kind === 'list' && one.shape === 'list' ? one.items : [one])))
    }
    case 'filter':
    case 'foreach':
      fn(0, 'f', record)
      return record
    case 'accumulate': {
      const first = fn(0, 'f', NONE, record)
      return oneOf([first, fn(0, 'f', first, record)])
    }
    case 'localgroupby':
    case 'groupby':
    case 'batchgroupby': {
      const key = fn(0, 'extractor', record)
      return keyed(fn(1, 'reducer', key, name === 'batchgroupby' ? list([record], 'list', [], true) : NONE, record))
    }
    case 'repartition':
      fn(0, 'extractor', record)
      return record
    case 'aggregate': {
      const zero = given(args, 'zero', 0)?.value ?? UNKNOWN
      const folded = fn(1, 'seqOp', zero, record)
      return fn(2, 'combOp', zero, folded)
    }
    case 'aggregateby': {
      const key = fn(0, 'extractor', record)
      const zero = given(args, 'zero', 1)?.value ?? UNKNOWN
      return keyed(fn(3, 'combOp', key, zero, fn(2, 'seqOp', key, zero, record)))
    }
    case 'countby':
      fn(0, 'extractor', record)
      return keyed(UNKNOWN)
    case 'count':
      return UNKNOWN
    case 'avg':
      fn(0, 'extractor', record)
      return { kind: 'float', value: 0.5 }
    case 'limit':
    case 'collect':
    case 'sort':
    case 'distinct':
      return record
    default:
      return UNKNOWN
  }
}

/** What a step passes on: a coroutine's result, when it has one. */
const awaited = (value: ReadValue): ReadValue =>
  oneOf(optionsOf(value).map((one) => (one.kind === 'coroutine' ? one.result : one)))
