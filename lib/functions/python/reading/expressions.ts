import { childNamed, children, type SyntaxNode } from '@gearboard/gears/script/tree'
import { bind, lookUp } from './bindings'
import { callExpression } from './calls'
import { comprehension } from './comprehensions'
import { functionOf, yields } from './functions'
import type { Machine } from './machine'
import { charge, source, spent } from './machine'
import { member } from './members'
import { binary, compared, numberOf, unary } from './operators'
import { dictionary, sequence } from './sequences'
import { decodeString, formatStart } from './strings'
import { inner } from './syntax'
import { boolean, NONE, oneOf, other, type ReadValue, text, truth, UNKNOWN } from './values'
import { either } from './ways'

export function expressionOf(m: Machine, node: SyntaxNode): ReadValue {
  switch (node.name) {
    case 'String': {
      const decoded = decodeString(source(m, node))
      return decoded === undefined ? other('bytes') : text(decoded)
    }
    case 'FormatString':
      return formatString(m, node)
    case 'ContinuedString':
      return [...children(node)].map((part) => m.value(part)).reduce((sum, part) => binary('+', sum, part), text(''))
    case 'Number':
      return numberOf(source(m, node))
    case 'Boolean':
      return boolean(source(m, node) === 'True')
    case 'None':
      return NONE
    case 'Ellipsis':
      return other('...')
    case 'VariableName':
      return lookUp(m, source(m, node))
    case 'UnaryExpression': {
      const [operator, operand] = [...children(node)]
      return operator && operand ? unary(source(m, operator), m.value(operand)) : UNKNOWN
    }
    case 'BinaryExpression':
      return binaryExpression(m, node)
    case 'ArrayExpression':
      return sequence(m, inner(node), 'list')
    case 'TupleExpression':
      return sequence(m, inner(node), 'tuple')
    case 'SetExpression':
      return sequence(m, inner(node), 'set')
    case 'DictionaryExpression':
      return dictionary(m, node)
    case 'ParenthesizedExpression': {
      const [only] = inner(node)
      return only ? m.value(only) : UNKNOWN
    }
    case 'LambdaExpression':
      return functionOf(m, node)
    case 'NamedExpression': {
      const [target, , value] = [...children(node)]
      const result = value ? m.value(value) : UNKNOWN
      if (target) bind(m, target, result)
      return result
    }
    case 'ConditionalExpression':
      return conditional(m, node)
    case 'AwaitExpression': {
      const awaited = m.value([...children(node)].find((part) => part.name !== 'await') ?? node)
      return awaited.kind === 'coroutine' ? awaited.result : UNKNOWN
    }
    case 'YieldExpression':
      yields(m, node)
      return UNKNOWN
    case 'MemberExpression':
      return member(m, node)
    case 'CallExpression':
      return callExpression(m, node)
    default:
      return /Comprehension/.test(node.name) ? comprehension(m, node) : UNKNOWN
  }
}

function formatString(m: Machine, node: SyntaxNode): ReadValue {
  const { start, whole } = formatStart(source(m, node))
  const first = childNamed(node, 'FormatReplacement')
  for (const part of children(node)) if (part.name === 'FormatReplacement') formatPart(m, part)
  if (whole) return text(start)
  const value = first && start === '' ? formatPart(m, first) : undefined
  return value?.kind === 'start' ? value : { kind: 'start', text: start, recordKey: false }
}

function formatPart(m: Machine, node: SyntaxNode): ReadValue {
  const expression = [...children(node)].find((part) => part.name !== '{')
  const value = expression ? m.value(expression) : UNKNOWN
  return value.kind === 'text' ? { kind: 'start', text: value.value, recordKey: false } : value
}

/** `a + b + c` nests to the left, as deep as the chain is long: its links are read one after the other. */
function binaryExpression(m: Machine, node: SyntaxNode): ReadValue {
  const links: (readonly SyntaxNode[])[] = []
  let first: SyntaxNode | undefined = node
  while (first?.name === 'BinaryExpression') {
    const parts: readonly SyntaxNode[] = [...children(first)]
    if (parts.length < 3) return UNKNOWN
    links.push(parts)
    first = parts[0]
  }
  let value = first ? m.value(first) : UNKNOWN
  for (const parts of links.toReversed()) {
    const right = parts.at(-1)
    const sign = parts
      .slice(1, -1)
      .map((part) => source(m, part))
      .join(' ')
    if (!right || spent(m, right)) return UNKNOWN
    value = sign === 'and' || sign === 'or' ? shortCircuit(m, sign, value, right) : applied(sign, value, m.value(right))
    charge(m, value)
  }
  return value
}

const applied = (sign: string, left: ReadValue, right: ReadValue): ReadValue =>
  COMPARISON.test(sign) ? compared(sign, left, right) : binary(sign, left, right)

const COMPARISON = /^(?:[<>]=?|[!=]=|is|is not|in|not in)$/

function shortCircuit(m: Machine, sign: 'and' | 'or', first: ReadValue, right: SyntaxNode): ReadValue {
  const known = truth(first)
  if (known !== undefined) return known === (sign === 'or') ? first : m.value(right)
  let second = UNKNOWN
  either(m, [
    () => {
      second = m.value(right)
      return true
    },
    () => true,
  ])
  return first.kind === 'unknown' || first.kind === 'named' ? oneOf([UNKNOWN, second]) : oneOf([first, second])
}

function conditional(m: Machine, node: SyntaxNode): ReadValue {
  const [whenTrue, condition, otherwise] = [...children(node)].filter(
    (part) => part.name !== 'if' && part.name !== 'else',
  )
  if (!whenTrue || !condition || !otherwise) return UNKNOWN
  const known = truth(m.value(condition))
  if (known !== undefined) return m.value(known ? whenTrue : otherwise)
  const results: ReadValue[] = []
  either(
    m,
    [whenTrue, otherwise].map((way) => () => {
      results.push(m.value(way))
      return true
    }),
  )
  return oneOf(results)
}
