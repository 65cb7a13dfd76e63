import { children, type SyntaxNode } from './tree'

/** What is known of an expression without running it. */
export type Literal =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'none' }
  | { readonly kind: 'list'; readonly items: readonly (Literal | undefined)[]; readonly nodes: readonly SyntaxNode[] }
  | { readonly kind: 'function' }
  | { readonly kind: 'other'; readonly what: string }

export type Constants = ReadonlyMap<string, SyntaxNode>

/** The literal, following names that the script assigns exactly once; undefined when only running it would tell. */
export function literalOf(node: SyntaxNode, text: string, constants: Constants, depth = 0): Literal | undefined {
  const source = text.slice(node.from, node.to)
  switch (node.name) {
    case 'String':
      return stringLiteral(source)
    case 'ContinuedString': {
      const parts = [...children(node)].map((part) => literalOf(part, text, constants, depth))
      const texts = parts.flatMap((part) => (part?.kind === 'text' ? [part.value] : []))
      return texts.length === parts.length ? { kind: 'text', value: texts.join('') } : undefined
    }
    case 'Number':
      return Number.isNaN(numberOf(source))
        ? { kind: 'other', what: 'a complex number' }
        : { kind: 'number', value: numberOf(source) }
    case 'UnaryExpression': {
      const [operator, operand] = [...children(node)]
      if (!operator || !operand) return undefined
      const inner = literalOf(operand, text, constants, depth)
      if (inner?.kind !== 'number') return undefined
      const sign = text.slice(operator.from, operator.to)
      if (sign !== '-' && sign !== '+') return undefined
      return { kind: 'number', value: sign === '-' ? -inner.value : inner.value }
    }
    case 'Boolean':
      return { kind: 'boolean', value: source === 'True' }
    case 'None':
      return { kind: 'none' }
    case 'ArrayExpression':
    case 'TupleExpression':
    case 'SetExpression': {
      const nodes = [...children(node)].filter((item) => !/^[[\](){},]$/.test(item.name) && !item.type.isError)
      return { kind: 'list', nodes, items: nodes.map((item) => literalOf(item, text, constants, depth)) }
    }
    case 'ParenthesizedExpression': {
      const inner = [...children(node)].find((item) => item.name !== '(' && item.name !== ')')
      return inner && literalOf(inner, text, constants, depth)
    }
    case 'LambdaExpression':
      return { kind: 'function' }
    case 'DictionaryExpression':
      return { kind: 'other', what: 'a dict' }
    case 'VariableName': {
      const assigned = constants.get(source)
      // A name bound to itself through others would never end.
      return assigned && depth < 8 ? literalOf(assigned, text, constants, depth + 1) : undefined
    }
    default:
      return undefined
  }
}

function numberOf(source: string): number {
  const plain = source.replaceAll('_', '')
  return Number(plain)
}

function stringLiteral(source: string): Literal | undefined {
  const match = /^([a-zA-Z]*)('''|"""|'|")([\s\S]*)\2$/.exec(source)
  if (!match) return undefined
  const [, prefix = '', , body = ''] = match
  const flags = prefix.toLowerCase()
  if (flags.includes('b')) return { kind: 'other', what: 'bytes' }
  return { kind: 'text', value: flags.includes('r') ? body : decodeEscapes(body) }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', '\n': '' }

const decodeEscapes = (body: string): string =>
  body.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[\s\S])/g, (_, code: string) =>
    code.length > 1 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : (ESCAPES[code] ?? code),
  )
