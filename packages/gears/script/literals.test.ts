import { expect, test } from 'vitest'
import { parse } from '../testing/pipelines'
import { type Constants, literalOf } from './literals'
import { children, descendants, type SyntaxNode } from './tree'

/** The value of `x = …`, and what the script assigns before it. */
function assigned(script: string) {
  const constants = new Map<string, SyntaxNode>()
  for (const node of descendants(parse(script))) {
    if (node.name !== 'AssignStatement' || !node.firstChild) continue
    const value = [...children(node)].at(-1)
    if (value) constants.set(script.slice(node.firstChild.from, node.firstChild.to), value)
  }
  const value = constants.get('x')
  if (!value) throw new Error(`no x in ${script}`)
  return { value, constants: constants satisfies Constants }
}

const read = (script: string) => {
  const { value, constants } = assigned(script)
  return literalOf(value, script, constants)
}

test.each([
  ['x = 7', 7],
  ['x = -7', -7],
  ['x = +7', 7],
  ['x = - -7', 7],
  ['x = 1_000', 1000],
  ['x = -0x10', -16],
  ['x = 1e3', 1000],
  ['x = (-2.5)', -2.5],
  ['n = 3\nx = -n', -3],
])('%j is the number %d', (script, value) => {
  expect(read(script)).toEqual({ kind: 'number', value })
})

test.each(['x = ~7', 'x = not 7', "x = -'7'", 'x = -None', 'x = -n', 'x = f()', 'x = 1 + 1', 'x = x'])(
  'only running it would tell: %j',
  (script) => {
    expect(read(script)).toBeUndefined()
  },
)

test.each([
  ["x = 'a' 'b'", 'ab'],
  ["x = 'a\\n\\x41\\u00e9'", 'a\nAé'],
  ["x = r'a\\n'", 'a\\n'],
  ['x = """a"""', 'a'],
  ["k = 'a'\nx = k", 'a'],
])('%j is the text %j', (script, value) => {
  expect(read(script)).toEqual({ kind: 'text', value })
})

test.each([
  ['x = 2j', { kind: 'other', what: 'a complex number' }],
  ["x = b'a'", { kind: 'other', what: 'bytes' }],
  ['x = {}', { kind: 'other', what: 'a dict' }],
  ['x = True', { kind: 'boolean', value: true }],
  ['x = False', { kind: 'boolean', value: false }],
  ['x = None', { kind: 'none' }],
  ['x = lambda r: r', { kind: 'function' }],
])('%j is %o', (script, literal) => {
  expect(read(script)).toEqual(literal)
})

test.each([
  ["x = ['a', n, -1]", [{ kind: 'text', value: 'a' }, undefined, { kind: 'number', value: -1 }]],
  ['x = (1,)', [{ kind: 'number', value: 1 }]],
  ['x = []', []],
])('%j is a list of what is known', (script, items) => {
  expect(read(script)).toMatchObject({ kind: 'list', items })
})
