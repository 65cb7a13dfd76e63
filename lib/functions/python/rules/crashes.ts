import { CRASHING_KEY_TYPES } from '@gearboard/gears/docs'
import type { SyntaxNode } from '@gearboard/gears/script/tree'
import { at, type LintRule, type RuleFinding } from '../finding'
import type { Effect } from '../reading/pipelines'
import { check, type GivenArgument, held, holdsHuge, intOf, optionsOf, type ReadValue, text } from '../reading/values'
import { type Action, given, type Happening } from '../script'
import { found } from './crash'
import { outsideCallsOf } from './crashing-calls'

const registers = (action: Action): boolean => action.name === 'register'
/** On that reader, or on one that is known only at run time. */
const mayRead = ({ builder }: Action, reader: string): boolean =>
  builder.readerText === null || builder.readerText === reader

export const batchZero: LintRule = function* (script) {
  for (const action of script.actions) {
    const batch = registers(action) && mayRead(action, 'StreamReader') ? given(action.args, 'batch') : undefined
    const is = batch ? check(batch.value, (value) => intOf(value) === 0n) : 'no'
    if (!batch || is === 'no') continue
    const finding = found(
      is,
      batch.node,
      'batch=0 hangs the shard',
      'Use 1 or more: StreamReader waits for that many entries, or for duration.',
    )
    const fix = { label: 'Set batch=100', edits: [{ ...at(batch.node), insert: '100' }] }
    yield is === 'yes' && isOwn(action, batch) ? { ...finding, fix } : finding
  }
}

/** Given by its own name in the call, and not by `**options`. */
const isOwn = ({ call }: Action, { node }: GivenArgument): boolean =>
  call.args.some((arg) => arg.name !== null && arg.value.from === node.from)

export const crashingKeyTypes: LintRule = function* (script) {
  for (const action of script.actions) {
    const types = registers(action) && mayRead(action, 'KeysReader') ? given(action.args, 'keyTypes') : undefined
    if (!types) continue
    for (const [option, sure] of optionsOf(types.value).map((one, _, all) => [one, all.length === 1] as const)) {
      const items =
        option.kind === 'list'
          ? option.items.map((item, i) => [item, option.nodes[i]] as const)
          : option.kind === 'dict'
            ? [...option.entries.keys()].map((name): readonly [ReadValue, undefined] => [
                { kind: 'text', value: name },
                undefined,
              ])
            : []
      for (const [item, node] of items) {
        const is = check(item, (one) => one.kind === 'text' && CRASHING_KEY_TYPES.includes(one.value))
        const name = optionsOf(item).find((one) => one.kind === 'text' && CRASHING_KEY_TYPES.includes(one.value))
        if (is === 'no' || name?.kind !== 'text') continue
        const place = node && node.from >= action.call.node.from && node.to <= action.call.node.to ? node : types.node
        yield found(
          is === 'yes' && sure ? 'yes' : 'perhaps',
          place,
          `keyTypes '${name.value}' crashes the shard`,
          'The next RG.DUMPREGISTRATIONS would crash the server. Remove it and test the type in a filter.',
        )
      }
    }
  }
}

const isSync = (action: Action): 'yes' | 'perhaps' | 'no' => {
  const mode = given(action.args, 'mode')
  if (action.name !== 'register' || !mode) return 'no'
  return check(mode.value, (value) => value.kind === 'text' && value.value === 'sync')
}

const makesFuture = (value: ReadValue): boolean =>
  value.kind === 'coroutine' || (value.kind === 'named' && value.path === 'gearsFuture()')

/** A fatal assertion in the module (protocol 3.3). CommandReader and StreamReader may do it; an extractor's is refused. */
export const coroutineInSync: LintRule = function* (script) {
  for (const { action, callbacks } of script.happenings) {
    const sync = isSync(action)
    if (action.builder.reader !== 'KeysReader' || sync === 'no') continue
    for (const { of, argument, result, node } of callbacks) {
      if (of === 'onRegistered' || argument === 'extractor' || !optionsOf(result).some(makesFuture)) continue
      yield found(
        sync,
        node,
        'A coroutine in a sync KeysReader function crashes the shard',
        "Use mode='async_local', or a plain function.",
      )
    }
  }
}

/** A hook or a trigger, by what calls it. */
interface CalledFunction {
  readonly happening: Happening
  /** `HSET`, or `RG.TRIGGER name`. */
  readonly words: string
  readonly kind: 'hook' | 'trigger'
  readonly sync: 'yes' | 'perhaps' | 'no'
  readonly calls: (effect: Effect) => boolean
}

function callableOf(happening: Happening): CalledFunction | undefined {
  const { action } = happening
  if (action.builder.reader !== 'CommandReader' || action.name !== 'register') return undefined
  const hook = textIn(given(action.args, 'hook')?.value)?.toLowerCase()
  const trigger = textIn(given(action.args, 'trigger')?.value)
  const sync = isSync(action)
  if (hook !== undefined) {
    const prefix = textIn(given(action.args, 'keyprefix')?.value)
    return {
      happening,
      words: hook.toUpperCase(),
      kind: 'hook',
      sync,
      calls: (effect) => executed(effect) === hook && !outsideKeyPrefix(prefix, effect),
    }
  }
  if (trigger === undefined) return undefined
  return {
    happening,
    words: `RG.TRIGGER ${trigger}`,
    kind: 'trigger',
    sync,
    calls: (effect) => /^rg\.trigger(?:onkey)?$/.test(executed(effect) ?? '') && textIn(effect.args[1]) === trigger,
  }
}

const textIn = (value: ReadValue | undefined): string | undefined => (value?.kind === 'text' ? value.value : undefined)

/** The Redis command of an `execute('SET', …)`, in lower case. */
const executed = ({ path, args }: Effect): string | undefined =>
  path === 'execute' ? textIn(args[0])?.toLowerCase() : undefined

/** With a key prefix the hook sees only keys that start with it. */
function outsideKeyPrefix(prefix: string | undefined, { args }: Effect): boolean {
  const key = args[1]
  if (prefix === undefined || !key) return false
  if (key.kind === 'text') return !key.value.startsWith(prefix)
  return key.kind === 'start' && !key.text.startsWith(prefix) && !prefix.startsWith(key.text)
}

/** It recurses without bound and hangs the server (protocol 3.5); in another mode than sync the inner call is refused. */
export const hookCallsItself: LintRule = function* (script) {
  const callables = script.happenings.flatMap((happening) => callableOf(happening) ?? [])
  const called = (one: CalledFunction) => callables.filter((next) => one.happening.effects.some(next.calls))
  const reaches = (from: CalledFunction, to: CalledFunction, seen: Set<CalledFunction>): boolean =>
    called(from).some((next) => {
      if (next === to) return true
      if (seen.has(next) || next.sync !== 'yes') return false
      seen.add(next)
      return reaches(next, to, seen)
    })
  for (const one of callables) {
    for (const effect of one.happening.effects) {
      const next = callables.find((other) => other.calls(effect) && (other === one || reaches(other, one, new Set())))
      if (next) yield callingItself(one, next, effect)
    }
  }
}

function callingItself(one: CalledFunction, next: CalledFunction, effect: Effect): RuleFinding {
  const what = `A ${one.kind} on ${one.words} that executes ${next.words}`
  const hint =
    one.kind === 'hook'
      ? 'It calls itself endlessly. Use call_next(…), with the arguments and without the command.'
      : 'It calls itself endlessly. Move the shared work into a Python function.'
  const range = at(effect.call.node)
  if (one.sync === 'no')
    return {
      severity: 'error',
      ...range,
      message: `${what} fails`,
      hint: 'It calls itself, and RedisGears rejects a nested call that is not sync. Use call_next(…) in a hook.',
    }
  return found(one.sync === 'yes' && effect.sure ? 'yes' : 'perhaps', range, `${what} hangs the shard`, hint)
}

/** Where a result comes from: the last callback that returns what `holds` finds. */
function sourceOf({ callbacks, action }: Happening, holds: (value: ReadValue) => boolean): SyntaxNode {
  const returns = (result: ReadValue) => holds(result.kind === 'generator' ? result.yields : result)
  return callbacks.findLast(({ result }) => returns(result))?.node ?? action.nameNode
}

const HUGE_HINT =
  'The server crashes when it sends such a number. Return str(…) of it, or leave convertToStr at True, which sends text.'

/** `PyLong_AsLongLong` of a larger one ends the server (measured on both versions). */
export const hugeInteger: LintRule = function* (script) {
  for (const happening of script.happenings) {
    for (const { path, args, call } of happening.effects)
      if (path === 'override_reply' && args[0] && holdsHuge(args[0]))
        yield found('yes', call.node, 'A reply beyond 64 bits crashes the shard', HUGE_HINT)
    if (happening.asText === true || !holdsHuge(happening.result)) continue
    const is = happening.asText === false ? 'yes' : 'perhaps'
    const node = sourceOf(happening, holdsHuge)
    yield found(is, node, 'A result beyond 64 bits crashes the shard', HUGE_HINT)
  }
}

/** A half of a surrogate pair: no UTF-8 can carry it, and the module does not look (measured: 1.2.13 ends with signal 11). */
function holdsSurrogate(value: ReadValue): boolean {
  for (const one of held(value)) if (one.kind === 'text' && /[\ud800-\udfff]/u.test(one.value)) return true
  return false
}

const SURROGATE_HINT =
  "UTF-8 cannot encode half of a surrogate pair. Write the character itself, or use .encode('utf-8', 'replace')."
/** Arguments that the module reads without a check. */
const READ_BLINDLY = ['prefix', 'regex', 'arg', 'eventTypes', 'commands', 'mode']

export const loneSurrogate: LintRule = function* (script) {
  for (const happening of script.happenings) {
    const { action, result, callbacks } = happening
    const { readerText, call } = action.builder
    if (readerText !== null && holdsSurrogate(text(readerText)))
      yield surrogate(call.node, 'A reader with a lone surrogate in its name crashes the shard')
    for (const name of READ_BLINDLY) {
      const arg = given(action.args, name, name === 'prefix' || name === 'arg' ? 0 : undefined)
      if (arg && holdsSurrogate(arg.value)) yield surrogate(arg.node, `${name} with a lone surrogate crashes the shard`)
    }
    for (const { argument, result: key, node } of callbacks)
      if (argument === 'extractor' && optionsOf(key).some(isSurrogate))
        yield surrogate(node, 'A key with a lone surrogate crashes the shard')
    if (!endsInItself(result) && holdsSurrogate(result))
      yield surrogate(sourceOf(happening, holdsSurrogate), 'A result with a lone surrogate crashes the shard')
  }
  for (const effect of outsideCallsOf(script))
    if (readBlindly(effect).some((arg) => optionsOf(arg).some(isSurrogate)))
      yield surrogate(effect.call.node, `${effect.path} of a lone surrogate crashes the shard`)
}

const surrogate = (node: SyntaxNode, message: string) => found('yes', node, message, SURROGATE_HINT)

const isSurrogate = (value: ReadValue): boolean => value.kind === 'text' && holdsSurrogate(value)

/**
 * The parts of a call that the module takes for UTF-8 without a check (measured). As an argument of a command it is NUL bytes, or ends the
 * server.
 */
function readBlindly({ path, args, named }: Effect): readonly ReadValue[] {
  switch (path) {
    case 'execute':
    case 'call_next':
      return args
    case 'configGet':
    case 'gearsConfigGet':
    case 'flat_error':
    case 'gearsFuture().continueFailed':
    case 'gearsFutureCtx().continueFailed':
      return args.slice(0, 1)
    case 'override_reply':
      return args.slice(0, 1).flatMap((arg) => [...held(arg)])
    case 'log': {
      const level = named.get('level')
      return args.length === 2 ? args.slice(0, 1) : level ? [level] : []
    }
    case 'registerTE':
      return args.slice(2, 3)
    default:
      return []
  }
}

/** Whether a list is in itself, at any depth. Each list is followed once: what was left is known to end. */
function endsInItself(value: ReadValue, above = new Set<ReadValue>(), left = new Set<ReadValue>()): boolean {
  if (value.kind === 'one of') return value.options.some((one) => endsInItself(one, above, left))
  if (value.kind !== 'list' || value.shape !== 'list' || left.has(value)) return false
  if (above.has(value)) return true
  // Deeper ones are left unsaid.
  if (above.size >= DEEPEST_LIST) return false
  above.add(value)
  const ends = value.items.some((item) => endsInItself(item, above, left))
  above.delete(value)
  left.add(value)
  return ends
}

const DEEPEST_LIST = 100

/** The reply of such a list never ends (measured: 1.2.13 ends when its stack is full). As text Python writes `[...]`. */
export const listInItself: LintRule = function* (script) {
  for (const happening of script.happenings) {
    const holds = (value: ReadValue) => endsInItself(value)
    if (happening.asText === true || !holds(happening.result)) continue
    const node = sourceOf(happening, holds)
    const hint = 'The server sends it endlessly until its stack overflows. Return a copy without the cycle.'
    yield found(
      happening.asText === false ? 'yes' : 'perhaps',
      node,
      'A list that contains itself crashes the shard',
      hint,
    )
  }
}

/** Redis serves no client while its main thread runs Python: the top level of a script, and sync functions. */
export const endlessLoop: LintRule = function* (script) {
  const hint =
    'It runs on the main thread of Redis, which serves no client until it ends. Use registerTE or your own thread.'
  for (const node of script.endless)
    yield found('yes', node.firstChild ?? node, 'This loop never ends, and hangs the shard', hint)
  for (const { action, callbacks } of script.happenings) {
    const sync = isSync(action)
    if (sync === 'no') continue
    for (const node of callbacks.flatMap(({ endless }) => endless))
      yield found(sync, node.firstChild ?? node, 'This loop never ends, and hangs the shard', hint)
  }
}

/** Calls that end the process, or commands that do, by what they are called. */
export const endsServer: LintRule = function* (script) {
  for (const effect of outsideCallsOf(script)) {
    const what = ending(effect)
    if (what !== undefined)
      yield found(
        'yes',
        effect.call.node,
        what,
        /Py(?:Atomic|FlatExecution)/.test(effect.path)
          ? 'Use atomic() and GearsBuilder(…), which create them correctly.'
          : 'Python runs inside redis-server: ending the process ends the server.',
      )
  }
}

function ending(effect: Effect): string | undefined {
  const { path, args } = effect
  const [first] = args
  if (/^(?:redisgears\.)?PyAtomic$/.test(path)) return `${path}() crashes the server`
  if (/^(?:redisgears\.)?PyFlatExecution\(\)\./.test(path)) return `${path} crashes the server: it has no steps`
  if (path === 'os._exit' || path === 'os.abort') return `${path} ends the server`
  if (
    (path === 'os.kill' || path === 'os.killpg') &&
    first?.kind === 'named' &&
    /^os\.get(?:pid|pgrp)\(\)$/.test(first.path)
  )
    return `${path} of its own process ends the server`
  const command = executed(effect)
  const words = args.slice(1).map((arg) => textIn(arg)?.toUpperCase())
  switch (command) {
    case 'shutdown':
      // Without NOW or FORCE Redis refuses it from a module (measured).
      return words.some((word) => word === 'NOW' || word === 'FORCE') ? 'SHUTDOWN ends the server' : undefined
    case 'debug':
      return words[0] !== undefined &&
        /^(?:SEGFAULT|PANIC|ASSERT|RESTART|CRASH-AND-RECOVER|CRASH-AND-ABORT)$/.test(words[0])
        ? `DEBUG ${words[0]} ends the server`
        : undefined
    case 'rg.networktest':
      return 'RG.NETWORKTEST ends a server that no RG.REFRESHCLUSTER has reached'
    case 'rg.refreshcluster':
      return 'RG.REFRESHCLUSTER from within a script ends the server'
    default:
      return undefined
  }
}

/**
 * Links of one chain that CPython 3.7 was seen to compile, or to refuse; with 100,000 to 400,000 it ran out of its stack, and the server
 * with it.
 */
const MOST_LINKS = 90_000

export const tooDeep: LintRule = function* ({ nesting, text }) {
  if (nesting.links <= MOST_LINKS) return
  yield found(
    'yes',
    { from: nesting.at, to: Math.min(text.length, nesting.at + 80) },
    'The script nests too deeply for Python: compiling it crashes the shard',
    'Split the expression, or build its value in a loop.',
  )
}

/** What is neither yielded nor ends: the function is called again and again, and what it returns is a record each time (protocol 3.1). */
export const endlessReader: LintRule = function* (script) {
  for (const { action, callbacks } of script.happenings) {
    if (action.builder.reader !== 'PythonReader' || action.steps.some(({ name }) => name === 'limit')) continue
    for (const { of, result, node, value } of callbacks) {
      if (of !== 'reader' || value.kind !== 'function') continue
      const ends = check(result, (one) => one.kind !== 'generator' && one.kind !== 'unknown' && one.kind !== 'named')
      if (ends !== 'yes') continue
      yield {
        severity: 'warning',
        ...at(node),
        message: 'This function is called endlessly',
        hint: 'PythonReader takes a generator: yield the records. A returned value is one record, followed by the next call.',
      }
    }
  }
}
