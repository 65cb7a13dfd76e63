import { isAction, reader } from '@gearboard/gears/docs'
import {
  argumentsIn,
  callAt,
  childNamed,
  children,
  type PythonCall,
  type SyntaxNode,
} from '@gearboard/gears/script/tree'
import { comprehended } from './comprehensions'
import { doubt, handOver } from './doubts'
import { callFunction, inScope, instantiate } from './functions'
import { builtinCall, isBuilder, itemsOf, methodCall } from './known-calls'
import type { Machine } from './machine'
import { MOST_ACTIONS, newScope } from './machine'
import { attribute } from './members'
import { isKnownThing, runtimePath } from './names'
import { given } from './pipelines'
import {
  type Arguments,
  type BuilderState,
  dict,
  type GivenArgument,
  NONE,
  named,
  oneOf,
  optionsOf,
  type ReadStep,
  type ReadValue,
  text,
  UNKNOWN,
} from './values'

export function callExpression(m: Machine, node: SyntaxNode): ReadValue {
  const call = callAt(node, m.text)
  const argList = childNamed(node, 'ArgList')
  if (!call || !argList) return UNKNOWN
  const callee = m.value(call.callee)
  if (callee.kind === 'named' && isBuilder(callee)) return build(call, m.argumentsOf(argList))
  const args = m.argumentsOf(argList)
  const nameNode = childNamed(call.callee, 'PropertyName') ?? call.callee
  const results = optionsOf(callee).map((one) => {
    if (one.kind === 'method' && one.owner.kind === 'builder')
      return onBuilder(m, one.owner.state, one.name, nameNode, call, args)
    if (one.kind === 'named' && isBuilder(one)) return build(call, args)
    return m.call(
      one,
      args.positional.map(({ value }) => value),
      args.named,
      node,
      call,
    )
  })
  return oneOf(results)
}

export function argumentsOf(m: Machine, argList: SyntaxNode): Arguments {
  const positional: GivenArgument[] = []
  const keywords = new Map<string, GivenArgument>()
  let open = false
  const parts = [...children(argList)].filter((part) => part.name !== 'Comment' && !part.type.isError)
  if (parts.some((part) => part.name === 'for')) {
    // A generator without brackets of its own.
    const yields = inScope(m, newScope('function', m.scope), () => comprehended(m, argList, parts.slice(1, -1)))
    return { positional: [{ value: yields, node: argList }], named: keywords, open }
  }
  for (const arg of argumentsIn(argList, m.text)) {
    const value = m.value(arg.value)
    if (arg.name !== null) keywords.set(arg.name, { value, node: arg.value })
    else if (!arg.spread) positional.push({ value, node: arg.value })
    else if (m.text.slice(arg.from, arg.from + 2) === '**') {
      if (value.kind === 'dict')
        for (const [name, one] of value.entries) keywords.set(name, { value: one, node: arg.value })
      if (value.kind !== 'dict' || value.open) open = true
    } else {
      const items = itemsOf(value)
      if (items) positional.push(...items.map((one) => ({ value: one, node: arg.value })))
      else {
        if (value.kind === 'list') positional.push(...value.items.map((one) => ({ value: one, node: arg.value })))
        open = true
      }
    }
  }
  return { positional, named: keywords, open }
}

function build(call: PythonCall, args: Arguments): ReadValue {
  const arg = given(args, 'reader', 0)
  const readerText = arg || args.open ? (arg?.value.kind === 'text' ? arg.value.value : null) : 'KeysReader'
  const defaultArg = given(args, 'defaultArg', 1)?.value ?? (args.open ? UNKNOWN : text('*'))
  const known = readerText === null ? undefined : reader(readerText)?.name
  return { kind: 'builder', state: { builder: { call, readerText, reader: known, defaultArg }, steps: [] } }
}

function onBuilder(
  m: Machine,
  state: BuilderState,
  name: string,
  nameNode: SyntaxNode,
  call: PythonCall,
  args: Arguments,
): ReadValue {
  if (isAction(name)) {
    if (m.actions.length >= MOST_ACTIONS) {
      doubt(m, nameNode, `it happens more than ${MOST_ACTIONS} times`)
      m.unread ??= nameNode
    } else
      m.actions.push({
        name,
        call,
        nameNode,
        args,
        builder: state.builder,
        steps: [...state.steps],
        unconditional: m.doubts === 0,
        when: m.when,
      })
    return UNKNOWN
  }
  const step: ReadStep = { name, nameNode, call, args }
  state.steps.push(step)
  m.steps.push(step)
  return { kind: 'builder', state }
}

export function callValue(
  m: Machine,
  callee: ReadValue,
  args: readonly ReadValue[],
  keywords: ReadonlyMap<string, GivenArgument>,
  node: SyntaxNode,
  call?: PythonCall,
): ReadValue {
  const byName = new Map([...keywords].map(([name, { value }]) => [name, value] as const))
  switch (callee.kind) {
    case 'function':
      return callFunction(m, callee, args, byName)
    case 'class':
      return instantiate(m, callee, args, byName)
    case 'partial':
      return m.call(
        callee.of,
        [...callee.args, ...args],
        new Map([...asGiven(callee.named, node), ...keywords]),
        node,
        call,
      )
    case 'method':
      return callMethod(m, callee, args, byName, node)
    case 'one of':
      return oneOf(callee.options.map((option) => m.call(option, args, keywords, node, call)))
    case 'named':
      return callNamed(m, callee.path, args, byName, node, call)
    default:
      handOver(m, [...args, ...byName.values()], node, 'a builder is passed to code that Gearboard cannot follow')
      return UNKNOWN
  }
}

function callMethod(
  m: Machine,
  { owner, name }: Extract<ReadValue, { kind: 'method' }>,
  args: readonly ReadValue[],
  byName: ReadonlyMap<string, ReadValue>,
  node: SyntaxNode,
): ReadValue {
  if (owner.kind === 'builder') return UNKNOWN
  const result = methodCall(owner, name, args, m.doubts === 0)
  if (result) return result
  if (owner.kind === 'unknown') {
    if (isAction(name)) doubt(m, node, `${name} is called on an object that Gearboard cannot follow`)
    handOver(m, [...args, ...byName.values()], node, 'a builder is passed to code that Gearboard cannot follow')
  }
  return UNKNOWN
}

function callNamed(
  m: Machine,
  path: string,
  args: readonly ReadValue[],
  byName: ReadonlyMap<string, ReadValue>,
  node: SyntaxNode,
  call: PythonCall | undefined,
): ReadValue {
  const runtime = runtimePath(path)
  if (call) m.effects.push({ path: runtime, args, named: byName, call, sure: m.doubts === m.expected })
  const known = builtinCall(runtime, args, byName)
  if (known) return known
  switch (runtime) {
    case 'exec':
    case 'eval':
    case 'compile':
    case '__import__':
    case 'importlib.import_module':
      if (runtime !== 'compile') doubt(m, node, `what ${runtime}() returns is known only at run time`)
      return UNKNOWN
    case 'globals':
    case 'vars':
    case 'locals':
      return dict(m.module.names, true)
    case 'getattr': {
      const [owner, name] = args
      return owner && name?.kind === 'text' ? attribute(m, owner, name.value) : UNKNOWN
    }
    case 'setattr': {
      const [owner, name, value] = args
      if (owner?.kind === 'instance' && name?.kind === 'text' && value) owner.names.set(name.value, value)
      return NONE
    }
    case 'functools.partial': {
      const [of, ...rest] = args
      return of ? { kind: 'partial', of, args: rest, named: byName } : UNKNOWN
    }
    case 'gearsFuture':
      return named('gearsFuture()')
    case 'map':
    case 'filter': {
      const [fn, ...over] = args
      if (fn)
        m.call(
          fn,
          over.map((one) => oneOf(itemsOf(one) ?? [UNKNOWN])),
          new Map(),
          node,
        )
      return UNKNOWN
    }
    default:
      break
  }
  const last = path.split('.').at(-1) ?? ''
  const values = [...args, ...byName.values()]
  if (isAction(last) && !isKnownThing(path))
    doubt(m, node, `${path} belongs to a library: what it runs or registers is unknown`)
  handOver(m, values, node, `GearsBuilder is passed to ${path}: what that does is unknown`)
  if (!isKnownThing(path))
    m.strangers.push({ node, why: `${path} belongs to a library: whether it registers anything is unknown` })
  return named(`${path}()`)
}

const asGiven = (
  values: ReadonlyMap<string, ReadValue>,
  node: SyntaxNode,
): readonly (readonly [string, GivenArgument])[] => [...values].map(([name, value]) => [name, { value, node }] as const)
