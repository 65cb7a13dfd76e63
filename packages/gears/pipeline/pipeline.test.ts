import { describe, expect, it } from 'vitest'
import { OPERATIONS, READER_NAMES, type ReaderName } from '../docs'
import { blocksOf, parse, WORD_COUNT } from '../testing/pipelines'
import { random } from '../testing/random'
import { pythonText } from '../vocabulary/python-text'
import {
  actionsOf,
  addStep,
  callableOf,
  flowOf,
  moveStep,
  newPipeline,
  type Pipeline,
  readPipeline,
  removeStep,
  setAction,
  setArgument,
  setReader,
  writePipeline,
} from './'

const read = (text: string) => readPipeline(text, parse(text))
const reason = (text: string) => {
  const result = read(text)
  return 'problem' in result ? result.problem : undefined
}
const write = (pipeline: Pipeline) => writePipeline(pipeline).text

describe('a script of blocks', () => {
  it('reads into blocks and writes the same script again', () => {
    const pipeline = blocksOf(WORD_COUNT)
    expect(pipeline).toEqual({
      prelude: "PREFIX = 'text:*'",
      reader: { name: 'KeysReader', args: { desc: "'word count'" } },
      steps: [
        {
          id: 0,
          name: 'filter',
          args: { f: "lambda r: r['type'] == 'string'" },
          comment: 'Lists and hashes have no words.',
        },
        { id: 1, name: 'flatmap', args: { f: "lambda r: r['value'].split()" }, comment: '' },
        { id: 2, name: 'countby', args: {}, comment: '' },
      ],
      action: { name: 'run', args: { arg: 'PREFIX', collect: 'False' }, comment: '' },
    })
    expect(write(pipeline)).toBe(WORD_COUNT)
  })

  it('reads other ways to write the same', () => {
    const expected = blocksOf(WORD_COUNT)
    for (const text of [
      `PREFIX = 'text:*'
(
    GB(desc='word count', reader='KeysReader')
    # Lists and hashes have no words.
    .filter(lambda r: r['type'] == 'string')
    .flatmap(lambda r: r['value'].split())
    .countby()
    .run(arg=PREFIX, collect=False)
)`,
      `PREFIX = 'text:*'\r\nb = redisgears.GearsBuilder('KeysReader', PREFIX, 'word count').filter(lambda r: r['type'] == 'string')  # Lists and hashes have no words.\r\nb = b.flatmap(lambda r: r['value'].split()).countby()\r\n\r\nb.run(collect=False)\r\n`,
    ])
      expect(blocksOf(text)).toEqual(expected)
  })

  it('keeps comments from between arguments and from behind a line', () => {
    const pipeline = blocksOf("gb = GB('StreamReader')\ngb.register(\n    'a:*',  # all\n    batch=5,\n)  # at last")
    expect(pipeline.action).toEqual({
      name: 'register',
      args: { prefix: "'a:*'", batch: '5' },
      comment: 'all\nat last',
    })
  })

  it('breaks long calls, one argument a line', () => {
    const pipeline = setArgument(
      blocksOf("gb = GB('StreamReader')\ngb.register('orders:*', batch=100, duration=1000, onFailedPolicy='retry')"),
      'action',
      'onRegistered',
      'open_connection_to_the_database_of_orders',
    )
    expect(write(pipeline)).toBe(`gb = GearsBuilder('StreamReader')
gb.register(
    'orders:*',
    batch=100,
    duration=1000,
    onFailedPolicy='retry',
    onRegistered=open_connection_to_the_database_of_orders,
)
`)
  })

  it('gives the builder a name that nothing else has', () => {
    expect(write(blocksOf('(GB().map(lambda gb: gb.builder).run())'))).toMatch(/^pipeline = /)
    expect(write(blocksOf('gb = builder = pipeline = 1\n(GB().run())'))).toMatch(/\n\ngb_1 = /)
  })

  it('is a new pipeline when it is empty', () => {
    expect(blocksOf(' \n')).toEqual(newPipeline())
  })
})

describe('what blocks cannot hold is said', () => {
  it.each<[string, number | null, string | RegExp]>([
    ['gb = GB(\n', 1, 'Syntax error.'],
    ['import time\nprint(1)', null, 'The script creates no GearsBuilder at its top level.'],
    ['def f():\n    GB().run()\nf()', null, /^The script creates no GearsBuilder/],
    ['gb = GB()\ngb.map(lambda x: x)', null, 'The builder has no run or register call.'],
    ['gb = GB()\nx = 1\ngb.run()', 2, 'An assignment is between the blocks. Move it above GearsBuilder.'],
    ['gb = GB()\nif x:\n    gb.map(f)\ngb.run()', 2, /^An if is between the blocks/],
    ['gb = GB()\nfor f in fs:\n    gb.map(f)\ngb.run()', 2, /^A loop is between the blocks/],
    ['gb = GB()\n\ndef f(x):\n    return x\n\ngb.map(f)\ngb.run()', 3, /^A function is between the blocks/],
    ['gb = GB()\nother.map(f)\ngb.run()', 2, /^A statement is between the blocks/],
    ['GB().run()\nGB().register()', 2, 'A second builder starts here. Blocks show one pipeline.'],
    ['gb = GB()\nhb = GB()\ngb.run()', 2, 'A second builder starts here. Blocks show one pipeline.'],
    ["GB().run()\n\nlog('done')", 3, 'A statement after run has no block.'],
    ['gb = GB()\ngb.run()\n# the end', 3, 'A comment after run has no block. Move it above.'],
    ['GB().run().then(f)', 1, 'then is called on the result of run.'],
    ['GB().map(f).frobnicate(f).run()', 1, 'GearsBuilder has no frobnicate.'],
    ['GB(which).run()', 1, 'The reader is known only at run time.'],
    ["GB('KeyReader').run()", 1, 'There is no reader named KeyReader.'],
    ["GB('CommandReader').run()", 1, 'CommandReader does not support run.'],
    ['GB().groupby(*both).run()', 1, 'What * passes to groupby is known only at run time.'],
    ["GB('StreamReader').register('a', bacth=5)", 1, /^register does not know bacth; it knows prefix, batch/],
    ["GB('StreamReader').register('a', 5)", 1, 'register takes 1 by place: name this one.'],
    ["GB('CommandReader').register('a')", 1, 'register takes no argument by place: name this one.'],
    ['GB().map(f, f=g).run()', 1, 'f is given twice.'],
    ['GB().map(x for x in y).run()', 1, 'Put brackets around this argument of map.'],
    ['gb = GB()\ngb.map(lambda x: gb)\ngb.run()', 2, 'An argument of map uses the builder itself.'],
    ["GB('KeysReader', 'a*').register('b*')", 1, 'defaultArg has no effect on this register. Remove it.'],
  ])('%j', (text, line, words) => {
    const found = reason(text)
    expect(found?.line).toBe(line)
    expect(found?.reason).toMatch(words)
  })
})

function randomly(seed: number) {
  const next = random(seed)
  const below = (n: number) => Math.floor(next() * n)
  const one = <T>(from: readonly [T, ...T[]]): T => from[below(from.length)] ?? from[0]
  return { below, one, often: (chance: number) => next() < chance }
}

const SOURCES = [
  'lambda r: r',
  "lambda r: r['value'].split()",
  'lambda gb, builder: (gb, [builder])',
  'lambda x: {\n    "a": 1,  # one\n    \'b\': [y for y in x if y],\n}',
  'parse',
  'module.function(1, *rest, **more)',
  "'user:*'",
  '"it\'s \\"quoted\\" \\\\"',
  "f'{a}:{b!r}'",
  "'''two\nlines'''",
  "'a' 'b'",
  '(1, 2)',
  '-1.5e3',
  '0x1F',
  'None',
  "['set', 'expired']",
  '(yield_ if a else b)',
  'x if y else z',
  'not a or b and c',
  pythonText('\u2028 \0 \t ü 🙂 \' " \\ #'),
  pythonText([1, -2, { a: null, 'b c': [true, 2n ** 70n] }]),
] as const

const PRELUDES = [
  '',
  'import json',
  '# Counts.\n# All of it.',
  'def parse(r):\n    """Text:\n\n    # no comment"""\n    return r',
  "from time import time as now\n\nX = {\n    'gb': 1,\n}",
  'class A:\n    def b(self):\n        return GB().run()\n\n\nx = A()  # kept',
] as const

const COMMENTS = ['', '', 'one line', 'two\n  lines\n\nand more', '# twice #'] as const

function randomPipeline(seed: number): Pipeline {
  const { below, one, often } = randomly(seed)
  let pipeline = newPipeline(one<ReaderName>(READER_NAMES))
  pipeline = setAction(pipeline, actionsOf(pipeline.reader.name)[below(2)] ?? pipeline.action.name)
  for (let i = below(6); i > 0; i--)
    pipeline = addStep(pipeline, OPERATIONS[below(OPERATIONS.length)]?.name ?? 'map', pipeline.steps.length)
  for (const id of ['reader', ...pipeline.steps.map((step) => step.id), 'action'] as const)
    for (const { name } of callableOf(pipeline, id).args)
      pipeline = setArgument(pipeline, id, name, often(0.6) ? one(SOURCES) : undefined)
  return {
    ...pipeline,
    prelude: one(PRELUDES),
    steps: pipeline.steps.map((step) => ({ ...step, comment: one(COMMENTS) })),
    action: { ...pipeline.action, comment: one(COMMENTS) },
  }
}

it('any pipeline reads back from its script, and the script is the same again', () => {
  for (let seed = 0; seed < 2000; seed++) {
    const pipeline = randomPipeline(seed)
    const text = write(pipeline)
    expect({ seed, pipeline: blocksOf(text) }).toEqual({ seed, pipeline })
    expect(write(blocksOf(text))).toBe(text)
  }
})

it('spans tell where each argument stands', () => {
  for (let seed = 0; seed < 200; seed++) {
    const pipeline = randomPipeline(seed)
    const { text, spans } = writePipeline(pipeline)
    for (const { block, arg, from, to } of spans) {
      if (arg === null || block === 'prelude') continue
      const { args } =
        block === 'reader' || block === 'action'
          ? pipeline[block]
          : (pipeline.steps.find(({ id }) => id === block) ?? {})
      expect(text.slice(from, to)).toBe(args?.[arg])
    }
  }
})

describe('changing blocks', () => {
  const pipeline = blocksOf(WORD_COUNT)
  const names = ({ steps }: Pipeline) => steps.map((step) => step.name)
  it('adds, moves and removes steps; ids stay with their steps', () => {
    const added = addStep(pipeline, 'limit', 1)
    expect(added.steps[1]).toEqual({ id: 3, name: 'limit', args: { length: '10' }, comment: '' })
    expect(names(moveStep(added, 3, 3))).toEqual(['filter', 'flatmap', 'countby', 'limit'])
    expect(names(moveStep(added, 0, 1))).toEqual(['limit', 'filter', 'flatmap', 'countby'])
    expect(names(removeStep(added, 1))).toEqual(['filter', 'limit', 'countby'])
    expect(moveStep(pipeline, 99, 0)).toBe(pipeline)
  })
  it('another action keeps what both know', () => {
    expect(setAction(pipeline, 'register').action).toEqual({
      name: 'register',
      args: { collect: 'False' },
      comment: '',
    })
  })
  it('another reader takes an action that it supports, and what it reads is its own', () => {
    expect(setReader(pipeline, 'CommandReader').action).toEqual({
      name: 'register',
      args: { collect: 'False' },
      comment: '',
    })
    expect(setReader(setReader(pipeline, 'CommandReader'), 'PythonReader').action).toEqual({
      name: 'run',
      args: { arg: 'lambda: (n for n in range(10))', collect: 'False' },
      comment: '',
    })
  })
})

it('the flow: which steps move records, and where there is but one shard left', () => {
  const flow = (text: string) =>
    flowOf(blocksOf(text)).map(({ moves, oneShard }) => `${moves}${oneShard ? ' one' : ''}`)
  expect(flow('GB().map(f).countby().limit(5).run()')).toEqual(['null', 'repartition', 'null', 'collect one'])
  expect(flow('GB().count().map(f).groupby(f, g).run(collect=False)')).toEqual([
    'collect one',
    'null one',
    'repartition',
    'null',
  ])
  expect(flow("GB().count().register(mode='sync')")).toEqual(['null', 'null'])
})

describe('values as Python', () => {
  it.each<[Parameters<typeof pythonText>[0], string]>([
    ["it's\n\\ \0\u2028\ud800🙂", "'it\\'s\\n\\\\ \\x00\\u2028\\ud800🙂'"],
    [-1, '(-1)'],
    [-0, '(-0.0)'],
    [1.5, '1.5'],
    [1e21, '1e+21'],
    [Number.NEGATIVE_INFINITY, "float('-inf')"],
    [2n ** 64n, '18446744073709551616'],
    [null, 'None'],
    [[true, false], '[True, False]'],
    [{ a: { "b'": 1 } }, "{'a': {'b\\'': 1}}"],
    [Uint8Array.of(0, 39, 65, 92, 255), "b'\\x00\\x27A\\x5c\\xff'"],
  ])('%o', (value, text) => {
    expect(pythonText(value)).toBe(text)
  })
})
