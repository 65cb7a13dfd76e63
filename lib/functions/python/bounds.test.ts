import { pythonLanguage } from '@codemirror/lang-python'
import { scriptRefusal } from '@gearboard/gears/script/hazard'
import { copyOf, descendants } from '@gearboard/gears/script/tree'
import { expect, it } from 'vitest'
import { inspectText } from './lint'
import { nestingOf } from './nesting'
import { Interpreter } from './reading/interpreter'
import { hazardsIn } from './refusal'
import { MOST_READ, unreadScript } from './script'

const parse = (text: string) => pythonLanguage.parser.parse(text).topNode

/** Steps that following a script takes. */
function workOf(text: string): number {
  const root = copyOf(parse(text))
  const interpreter = new Interpreter(text, [...descendants(root)].length)
  interpreter.run(root)
  return interpreter.work
}

const SHAPES: Readonly<Record<string, (n: number) => string>> = {
  statements: (n) => 'x = 1\n'.repeat(n),
  functions: (n) => Array.from({ length: n }, (_, i) => `def f${i}(x):\n    return str(x) + f${i}.n\n`).join(''),
  branches: (n) => Array.from({ length: n }, (_, i) => `if a.b${i}:\n    x${i} = 1\nelse:\n    y = 2\n`).join(''),
  pipelines: (n) => "GB('KeysReader').map(lambda r: r['key']).register('a:*')\n".repeat(n),
  chains: (n) => `x = ${'a + '.repeat(n)}1\n`,
  'calls of libraries': (n) => `import lib\n${'lib.f(x, y)\n'.repeat(n)}`,
}

it.each(Object.entries(SHAPES))('following %s takes twice the steps for twice the script', (_, make) => {
  const [once, twice] = [workOf(make(200)), workOf(make(400))]
  expect(twice / once).toBeGreaterThan(1.5)
  expect(twice / once).toBeLessThan(2.5)
})

/** What would grow without end, or take the time of its square, if it were followed as written. */
it.each([
  'x = [1]\nfor i in range(200):\n    x += x\n',
  'x = [1]\nfor i in range(200):\n    x.extend(x)\n',
  'x = [1]\nfor i in range(200):\n    x = [*x, *x]\n',
  "x = 'ab'\nfor i in range(200):\n    x = x.join([x, x, x])\n",
  "x = 'ab'\nfor i in range(200):\n    x = x.replace('a', x)\n",
  "x = '' * 10**400\ny = [] * 10**400\n",
  'y = [list(range(1000))] * 1000\nfor i in range(200):\n    z = list(zip(*y))\n',
  'x = [1] * 10000\nfor i in range(200):\n    for j in range(200):\n        y = sum(x) + max(x) + len(sorted(x))\n',
  'x = [0] * 10000\ny = [x] * 10000\nz = [y] * 10000\nGB().map(lambda r: z).run(convertToStr=False)\n',
  'a = [1]\nfor i in range(200):\n    a = [a, a]\nGB().map(lambda r: a).run(convertToStr=False)\n',
  'def f(n):\n    return [f(n - 1), f(n - 1), f(n - 1), f(n - 1)]\nGB().map(lambda r: f(99)).run()\n',
])('ends soon with %j', (text) => {
  expect(workOf(text)).toBeLessThan(600_000)
  expect(() => inspectText(text, parse)).not.toThrow()
})

it('says of what is too large that it is not known, and parses none of it', () => {
  const large = `GB('StreamReader').register('s', batch=0)\n${'x = 1\n'.repeat(150_000)}`
  const never = () => {
    throw new Error('it is parsed')
  }
  const { findings, script } = inspectText(large, never)
  expect(findings.map(({ rule, severity }) => [rule, severity])).toEqual([['unread', 'unread']])
  expect(script.cannotTell[0]?.why).toContain('the script is too large to check: 900,042 characters, limit 131,072')
  const hazards = hazardsIn(large, never)
  expect(scriptRefusal(hazards)?.message).toContain('override: ["unread"]')
  expect(scriptRefusal(hazards, ['unread'])).toBeUndefined()
})

it('reads what is just small enough', () => {
  expect(unreadScript(' '.repeat(MOST_READ))).toBeUndefined()
  expect(unreadScript(' '.repeat(MOST_READ + 1))).toBeDefined()
})

it('counts nesting past strings and comments', () => {
  expect(nestingOf('f(g([1, 2], {3: 4}))\nh()').brackets).toBe(3)
  expect(nestingOf(`x = "((((" + '''((\n((''' # ((((`).brackets).toBe(0)
  expect(nestingOf("x = 'it\\'s (' + f('(\nb = g(h())").brackets).toBe(3)
  expect(nestingOf('x = a + b - c\ny = [-1, -2, -3]').links).toBe(2)
  expect(nestingOf('a\nx = a.b(1).c(2).d(3)')).toMatchObject({ links: 6, at: 2 })
})
