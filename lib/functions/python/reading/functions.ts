import { childNamed, children, type SyntaxNode } from '@gearboard/gears/script/tree'
import { setName } from './bindings'
import { itemsOf } from './known-calls'
import type { Machine } from './machine'
import { type Frame, MOST_CALLS_DEEP, MOST_RECURSION, newScope, source, spent } from './machine'
import { attribute, ofClass } from './members'
import { isKnownThing } from './names'
import { tupleOr } from './sequences'
import { isGenerator, parametersOf } from './syntax'
import {
  type ClassValue,
  dict,
  type FunctionValue,
  list,
  NONE,
  oneOf,
  type ReadValue,
  type Scope,
  UNKNOWN,
} from './values'

export function inScope<T>(m: Machine, scope: Scope, work: () => T): T {
  const before = m.scope
  m.scope = scope
  try {
    return work()
  } finally {
    m.scope = before
  }
}

export function define(m: Machine, node: SyntaxNode, decorators: readonly SyntaxNode[]): void {
  const nameNode = childNamed(node, 'VariableName')
  const value = node.name === 'ClassDefinition' ? classOf(m, node) : functionOf(m, node)
  let decoratedValue: ReadValue = value
  for (const decorator of decorators.toReversed()) decoratedValue = decorate(m, decorator, decoratedValue)
  if (nameNode) setName(m, source(m, nameNode), decoratedValue)
}

export function decorated(m: Machine, node: SyntaxNode): void {
  const definition = childNamed(node, 'FunctionDefinition') ?? childNamed(node, 'ClassDefinition')
  if (definition)
    define(
      m,
      definition,
      [...children(node)].filter((part) => part.name === 'Decorator'),
    )
}

function decorate(m: Machine, decorator: SyntaxNode, value: ReadValue): ReadValue {
  const parts = [...children(decorator)].filter((part) => part.name !== 'At')
  const argList = parts.find((part) => part.name === 'ArgList')
  const [first, ...rest] = parts.filter((part) => part !== argList)
  if (!first) return value
  let callee = m.value(first)
  for (const part of rest) if (part.name === 'PropertyName') callee = attribute(m, callee, source(m, part))
  if (callee.kind === 'named') {
    if (/^(?:staticmethod|classmethod|functools\.wraps|abc\.abstractmethod)$/.test(callee.path)) return value
    if (isKnownThing(callee.path)) return UNKNOWN
  }
  if (argList) {
    const { positional, named: keywords } = m.argumentsOf(argList)
    callee = m.call(
      callee,
      positional.map(({ value: arg }) => arg),
      keywords,
      decorator,
    )
  }
  return m.call(callee, [value], new Map(), decorator)
}

export function functionOf(m: Machine, node: SyntaxNode): FunctionValue {
  const params = childNamed(node, 'ParamList')
  const defaults = new Map<string, ReadValue>()
  for (const param of params ? parametersOf(params) : [])
    if (param.defaultNode) defaults.set(source(m, param.node), m.value(param.defaultNode))
  return {
    kind: 'function',
    node,
    scope: m.scope,
    async: childNamed(node, 'async') !== undefined,
    generator: isGenerator(node),
    defaults,
    self: null,
  }
}

function classOf(m: Machine, node: SyntaxNode): ClassValue {
  const scope = newScope('class', m.scope)
  const argList = childNamed(node, 'ArgList')
  const bases = argList ? m.argumentsOf(argList).positional.map(({ value }) => value) : []
  const body = childNamed(node, 'Body')
  if (body) inScope(m, scope, () => m.block(body))
  return { kind: 'class', node, scope, bases }
}

export function yields(m: Machine, node: SyntaxNode): void {
  const what = [...children(node)].filter((part) => part.name !== 'yield')
  const from = what[0]?.name === 'from'
  const value = tupleOr(
    m,
    what.filter((part) => part.name !== 'from'),
    NONE,
  )
  m.frame?.yields.push(from ? oneOf(itemsOf(value) ?? [value.kind === 'generator' ? value.yields : UNKNOWN]) : value)
}

export function callFunction(
  m: Machine,
  fn: FunctionValue,
  args: readonly ReadValue[],
  keywords: ReadonlyMap<string, ReadValue>,
): ReadValue {
  m.called.add(fn.node.from)
  const within = m.calling.get(fn.node.from) ?? 0
  if (m.callDepth >= MOST_CALLS_DEEP || within >= MOST_RECURSION || spent(m, fn.node)) return UNKNOWN
  const scope = newScope('function', fn.scope)
  bindParameters(m, fn, fn.self ? [fn.self, ...args] : args, keywords, scope)
  const before = { frame: m.frame, depth: m.depth }
  const frame: Frame = { returns: [], yields: [], doubts: 0 }
  m.frame = frame
  m.callDepth++
  m.calling.set(fn.node.from, within + 1)
  const ended = inScope(m, scope, () => body(m, fn, frame))
  m.calling.set(fn.node.from, within)
  m.callDepth--
  m.doubts -= frame.doubts
  m.frame = before.frame
  if (ended && fn.node.name === 'FunctionDefinition') frame.returns.push(NONE)
  if (fn.generator) return { kind: 'generator', yields: oneOf(frame.yields) }
  const result = frame.returns.length > 0 ? oneOf(frame.returns) : UNKNOWN
  return fn.async ? { kind: 'coroutine', result } : result
}

function body(m: Machine, { node }: FunctionValue, frame: Frame): boolean {
  if (node.name === 'LambdaExpression') {
    const body = [...children(node)].at(-1)
    frame.returns.push(body && body.name !== 'ParamList' && body.name !== ':' ? m.value(body) : UNKNOWN)
    return false
  }
  const body = childNamed(node, 'Body')
  return body ? m.block(body) : true
}

function bindParameters(
  m: Machine,
  fn: FunctionValue,
  args: readonly ReadValue[],
  keywords: ReadonlyMap<string, ReadValue>,
  scope: Scope,
): void {
  const params = childNamed(fn.node, 'ParamList')
  let place = 0
  const taken = new Set<string>()
  for (const { node, star } of params ? parametersOf(params) : []) {
    const name = source(m, node)
    if (star === '*') {
      scope.names.set(name, list(args.slice(place), 'tuple'))
      place = args.length
    } else if (star === '**') {
      scope.names.set(name, dict([...keywords].filter(([key]) => !taken.has(key))))
    } else {
      taken.add(name)
      const value = keywords.get(name) ?? args[place++] ?? fn.defaults.get(name) ?? UNKNOWN
      scope.names.set(name, value)
    }
  }
}

export function instantiate(
  m: Machine,
  of: ClassValue,
  args: readonly ReadValue[],
  keywords: ReadonlyMap<string, ReadValue>,
): ReadValue {
  const instance: ReadValue = { kind: 'instance', of, names: new Map() }
  const init = ofClass(of, '__init__')
  if (init.kind === 'function') callFunction(m, { ...init, self: instance }, args, keywords)
  return instance
}
