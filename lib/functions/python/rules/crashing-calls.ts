import { literalOf } from '@gearboard/gears/script/literals'
import { ancestors, childNamed, children, descendants, type SyntaxNode } from '@gearboard/gears/script/tree'
import { at, type LintRule, type RuleFinding } from '../finding'
import { ofClass } from '../reading/members'
import type { Effect } from '../reading/pipelines'
import { check, type FunctionValue, held, intOf, type ReadValue, type ValueOf } from '../reading/values'
import type { ReadScript } from '../script'
import { found } from './crash'

/** Each call of what the script did not make, wherever it happens. */
export const outsideCallsOf = ({ topLevel, happenings }: ReadScript): readonly Effect[] => [
  ...topLevel,
  ...happenings.flatMap(({ effects }) => effects),
]

/** Steps whose function gives a key; the module makes text of it with `repr`. */
const EXTRACTOR = 'extractor'

const UNPRINTABLE_HINT =
  'The module converts it to text without checking the result. Pass a string: str(…) in the script raises an error that Python reports.'

/** The module uses the result of `str()` without a check, and crashes if that raised (measured on 1.0.9 and 1.2.13). */
export const unprintableArgument: LintRule = function* (script) {
  for (const { path, args, call } of outsideCallsOf(script)) {
    const texts = path === 'execute' ? args.slice(1) : /^(?:call_next|.*\.continueFailed)$/.test(path) ? args : []
    const is = worst(texts.map((arg) => check(arg, (one) => failsAsText(one, '__str__', script))))
    if (is !== 'no')
      yield found(is, call.node, `str() of an argument fails: ${path} crashes the shard`, UNPRINTABLE_HINT)
  }
  for (const { callbacks } of script.happenings)
    for (const { argument, result, node } of callbacks) {
      const is = argument === EXTRACTOR ? check(result, (one) => failsAsText(one, '__repr__', script)) : 'no'
      if (is !== 'no') yield found(is, node, 'repr() of this key fails, which crashes the shard', UNPRINTABLE_HINT)
    }
}

const worst = (all: readonly ('yes' | 'perhaps' | 'no')[]): 'yes' | 'perhaps' | 'no' =>
  all.includes('yes') ? 'yes' : all.includes('perhaps') ? 'perhaps' : 'no'

type Instance = ValueOf<'instance'>

/** Whether making text of a value fails in each case. Items of lists and dicts show by their `repr`. */
function failsAsText(value: ReadValue, by: '__str__' | '__repr__', script: ReadScript): boolean {
  if (value.kind === 'instance') {
    const method = textMethod(value, by)
    return method?.kind === 'function' && neverText(method, value, by, script)
  }
  if (value.kind === 'dict')
    return [...value.entries.values()].some((one) => one !== value && failsAsText(one, '__repr__', script))
  if (value.kind !== 'list') return false
  for (const one of held(value))
    if (one !== value && one.kind !== 'list' && failsAsText(one, '__repr__', script)) return true
  return false
}

/** Python classes without their own `__str__`, so that `__repr__` is used. */
const WITHOUT_STR = /^(?:object|dict|list|set|tuple)$/

function textMethod({ of }: Instance, by: '__str__' | '__repr__'): ReadValue | undefined {
  // Bytes are sent as they are.
  if (of.bases.some((base) => base.kind === 'named' && /^(?:bytes|bytearray)$/.test(base.path))) return undefined
  const own = ofClass(of, by)
  if (own.kind !== 'unknown' || by === '__repr__') return own
  const plain = of.bases.every(
    (base) => base.kind === 'class' || (base.kind === 'named' && WITHOUT_STR.test(base.path)),
  )
  return plain ? ofClass(of, '__repr__') : undefined
}

/** Whether a function raises, or returns what is no text, whatever happens. */
function neverText(fn: FunctionValue, self: Instance, by: string, script: ReadScript): boolean {
  if (fn.async || fn.generator) return true
  if (fn.node.name === 'LambdaExpression') {
    const body = [...children(fn.node)].at(-1)
    return body !== undefined && noText(body, fn, self, by, script)
  }
  const body = childNamed(fn.node, 'Body')
  if (!body) return false
  for (const statement of statementsIn(body)) {
    switch (statement.name) {
      case 'RaiseStatement':
        return true
      case 'ReturnStatement': {
        const [value, ...more] = [...children(statement)].filter(({ name }) => name !== 'return')
        return value === undefined || more.length > 0 || noText(value, fn, self, by, script)
      }
      case 'ExpressionStatement':
      case 'AssignStatement':
      case 'UpdateStatement':
      case 'PassStatement':
      case 'ImportStatement':
      case 'ScopeStatement':
      case 'FunctionDefinition':
        break
      default:
        return false
    }
  }
  // It ends without a return: None.
  return true
}

function* statementsIn(body: SyntaxNode): Generator<SyntaxNode> {
  for (const part of children(body)) {
    if (part.name === 'StatementGroup') yield* statementsIn(part)
    else if (/(?:Statement|Definition)$/.test(part.name)) yield part
  }
}

const NO_TEXT =
  /^(?:Number|None|Boolean|ArrayExpression|TupleExpression|SetExpression|DictionaryExpression|LambdaExpression)$/

function noText(node: SyntaxNode, fn: FunctionValue, self: Instance, by: string, script: ReadScript): boolean {
  const { text, constants } = script
  if (NO_TEXT.test(node.name)) return true
  const selfName = selfNameOf(fn.node, text)
  const isSelf = (one: SyntaxNode | undefined) =>
    one?.name === 'VariableName' && selfName !== undefined && text.slice(one.from, one.to) === selfName
  switch (node.name) {
    case 'String': {
      if (/^\w*b/i.test(text.slice(node.from, node.to).split(/['"]/)[0] ?? '')) return true
      const literal = literalOf(node, text, constants)
      return literal?.kind === 'text' && /[\ud800-\udfff]/u.test(literal.value)
    }
    case 'ParenthesizedExpression': {
      const inner = [...children(node)].find(({ name }) => name !== '(' && name !== ')')
      return inner !== undefined && noText(inner, fn, self, by, script)
    }
    case 'BinaryExpression': {
      const [, operator, right] = [...children(node)]
      const divides = operator !== undefined && /^(?:\/|\/\/|%)$/.test(text.slice(operator.from, operator.to))
      const by0 = right && literalOf(right, text, constants)
      return divides && by0?.kind === 'number' && by0.value === 0 && !/String$/.test(node.firstChild?.name ?? '')
    }
    case 'VariableName':
      return isSelf(node) && self.of.bases.every(({ kind }) => kind === 'class')
    case 'MemberExpression': {
      const property = childNamed(node, 'PropertyName')
      const value =
        property && isSelf(node.firstChild ?? undefined)
          ? self.names.get(text.slice(property.from, property.to))
          : undefined
      return value !== undefined && /^(?:int|huge|float|boolean|none|list|dict)$/.test(value.kind)
    }
    case 'CallExpression': {
      // It calls itself until Python gives up.
      const callee = node.firstChild
      const argList = childNamed(node, 'ArgList')
      const args = argList ? [...children(argList)].filter(({ name }) => !/^[(),]$/.test(name)) : []
      const name = callee ? text.slice(callee.from, callee.to) : ''
      return args.length === 1 && isSelf(args[0]) && (name === 'str' ? by === '__str__' : name === 'repr')
    }
    default:
      return false
  }
}

function selfNameOf(fn: SyntaxNode, text: string): string | undefined {
  const params = childNamed(fn, 'ParamList')
  const first = params && [...children(params)].find(({ name }) => name === 'VariableName')
  return first && text.slice(first.from, first.to)
}

const ENTERS = /^atomic(?:Ctx)?\(\)\.__enter__$/
const LEAVES = /^atomic(?:Ctx)?\(\)\.__exit__$/

/** The lock of the server is held for as long as nothing leaves the block; PING, too, gets no answer (measured). */
export const atomicHeld: LintRule = function* ({ happenings }) {
  for (const { action, effects } of happenings) {
    const enters = effects.find(({ path }) => ENTERS.test(path))
    if (!enters || effects.some(({ path }) => LEAVES.test(path))) continue
    const mode = action.args.named.get('mode')
    const sync = action.name === 'register' && mode ? check(mode.value, (one) => isText(one, 'sync')) : 'no'
    // On the main thread the lock is Redis's own, and nothing waits for it.
    if (sync === 'yes') continue
    yield found(
      sync === 'no' && enters.sure ? 'yes' : 'perhaps',
      enters.call.node,
      'An atomic block that is never left hangs the shard',
      'Use `with atomic():`, which always leaves it.',
    )
  }
}

const isText = (value: ReadValue, text: string): boolean => value.kind === 'text' && value.value === text

const WIDEST = 2n ** 63n - 1n

/** The timer is due at once, each time: Redis does nothing else any longer (measured on 1.0.9 and 1.2.13). */
export const timerPeriod: LintRule = function* (script) {
  const hangs = (value: ReadValue): boolean => {
    if (value.kind === 'huge') return true
    const seconds = value.kind === 'int' ? intOf(value) : undefined
    if (seconds === undefined) return false
    return seconds > WIDEST || seconds < -WIDEST - 1n || BigInt.asIntN(64, seconds * 1000n) < 0n
  }
  for (const { path, args, call } of outsideCallsOf(script)) {
    const is = path === 'registerTE' && args[0] ? check(args[0], hangs) : 'no'
    if (is !== 'no')
      yield found(
        is,
        call.node,
        'A timer with this period hangs the shard',
        'The period is in seconds, 1 or more. A negative period, or one beyond 64 bits, fires endlessly.',
      )
  }
}

/** The module gives back a reference of the tuple that it does not own: it is freed while the script still has it (measured on 1.2.13). */
export const callNextTuple: LintRule = function* (script) {
  for (const { path, call } of outsideCallsOf(script)) {
    const [only, ...more] = call.args
    if (path !== 'call_next' || !only?.spread || only.name !== null || more.length > 0) continue
    const kept = keptTuple(only.value, call.node, script)
    if (kept === 'no') continue
    yield found(
      kept,
      call.node,
      'call_next(*…) of a tuple frees it, which corrupts Python and crashes the shard',
      'Pass a list: call_next(*list(…)), or the arguments one by one.',
    )
  }
}

/** `yes`: a tuple that is part of the script, and still there at the next call. `perhaps`: one that the function may still use. */
function keptTuple(node: SyntaxNode, call: SyntaxNode, script: ReadScript): 'yes' | 'perhaps' | 'no' {
  const { text, nodes } = script
  if (node.name === 'TupleExpression') return tupleOf([node], script)
  if (node.name !== 'VariableName') return 'no'
  const name = text.slice(node.from, node.to)
  const assigned = nodes.flatMap((one) => {
    if (one.name !== 'AssignStatement') return []
    const [target, operator, ...values] = [...children(one)]
    const isIt = target?.name === 'VariableName' && operator?.name === 'AssignOp'
    return isIt && text.slice(target.from, target.to) === name ? [values] : []
  })
  const each = assigned.map((values) => tupleOf(values, script))
  if (each.length > 0 && each.every((one) => one === 'yes')) return 'yes'
  // A tuple that is not looked at afterwards did no harm that was seen.
  const uses = nodes.filter((one) => one.name === 'VariableName' && text.slice(one.from, one.to) === name)
  const usedAgain =
    uses.length > assigned.length + 1 || [...ancestors(call)].some(({ name: at }) => /^(?:For|While)/.test(at))
  return usedAgain && each.some((one) => one !== 'no') ? 'perhaps' : 'no'
}

/** What follows the `=`: `yes` for a tuple of constants, which Python keeps with the code. */
function tupleOf(values: readonly SyntaxNode[], { text, constants }: ReadScript): 'yes' | 'perhaps' | 'no' {
  const [first, ...more] = values
  if (first?.name === 'CallExpression' && more.length === 0) {
    const callee = first.firstChild
    return callee && text.slice(callee.from, callee.to) === 'tuple' ? 'perhaps' : 'no'
  }
  const bare = more[0]?.name === ','
  if (!first || (first.name !== 'TupleExpression' && !bare)) return 'no'
  const parts = bare ? values : [...children(first)]
  const items = parts.filter(({ name }) => name !== ',' && name !== '(' && name !== ')')
  // The one without items is shared by all.
  if (items.length === 0) return 'no'
  return items.every((item) => literalOf(item, text, constants) !== undefined) ? 'yes' : 'perhaps'
}

const STOPS_LOOP = /^(?:loop|asyncio\.(?:get_event_loop|get_running_loop)\(\))\.stop$/
const EXITS = /^(?:sys\.exit|exit|quit)$/
const EXIT_CLASSES = /^(?:SystemExit|KeyboardInterrupt)\b/

/** One loop runs the coroutines of every script; what is no Exception ends its thread, and no coroutine runs any longer (measured). */
export const endsCoroutines: LintRule = function* (script) {
  const hint =
    'All coroutines of the server share one event loop, which this stops: every later coroutine waits forever. Return, or raise an Exception.'
  const says = (node: SyntaxNode, is: 'yes' | 'perhaps', what: string): RuleFinding =>
    found(is, node, `${what} hangs every coroutine of the shard`, hint)
  for (const { callbacks } of script.happenings) {
    for (const { value, effects } of callbacks) {
      const coroutine = value.kind === 'function' && value.async
      for (const { path, call, sure } of effects)
        if (coroutine && (EXITS.test(path) || STOPS_LOOP.test(path)))
          yield says(call.node, sure ? 'yes' : 'perhaps', `${path} in a coroutine`)
      if (coroutine) yield* exitsRaised(value.node, script, says)
    }
  }
}

function* exitsRaised(
  fn: SyntaxNode,
  { text }: ReadScript,
  says: (node: SyntaxNode, is: 'yes' | 'perhaps', what: string) => RuleFinding,
): Generator<RuleFinding> {
  for (const node of descendants(fn)) {
    if (node.name !== 'RaiseStatement') continue
    const raised = [...children(node)].find(({ name }) => name !== 'raise')
    const name = raised && EXIT_CLASSES.exec(text.slice(raised.from, raised.to))?.[0]
    if (name === undefined) continue
    const above = [...ancestors(node)]
    if (above.find(({ name: at }) => at === 'FunctionDefinition')?.from !== fn.from) continue
    const always = above[0]?.name === 'Body' && above[1]?.name === 'FunctionDefinition'
    yield says(node, always ? 'yes' : 'perhaps', `${name} in a coroutine`)
  }
}

/** Each call takes a reference that the module never gives back; once they are used up the server dies (measured). */
export const wearsOut: LintRule = function* ({ happenings }) {
  const warning = (effect: Effect, message: string, hint: string): RuleFinding => ({
    severity: 'warning',
    ...at(effect.call.node),
    message,
    hint,
  })
  for (const { action, callbacks } of happenings) {
    if (action.name !== 'register') continue
    for (const effect of callbacks.flatMap(({ of, effects }) => (of === 'onRegistered' ? [] : effects))) {
      if (effect.path === 'registerTE')
        yield warning(
          effect,
          'Repeated registerTE calls crash the server',
          'Each call loses a reference to True, or to False if the key exists: about 450 calls crash 1.2.13, about 230 crash 1.0.9. Register a timer once.',
        )
      if (effect.path === 'call_next' && effect.call.args.length === 0)
        yield warning(
          effect,
          'Repeated call_next() without arguments crashes the server',
          'Each call loses a reference to the empty tuple: about 6,100 calls crash 1.2.13. Do not hook a command without arguments.',
        )
    }
  }
}
