import { readdirSync, readFileSync } from 'node:fs'
import { pythonLanguage } from '@codemirror/lang-python'
import { OPERATIONS, operation } from '@gearboard/gears/docs'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readScript } from '@/lib/functions/python/script'
import { type ScriptPlan, scriptPlans } from '@/lib/functions/python/script-plan'
import { TEMPLATES } from '@/lib/functions/templates'
import { type StartedProcess, startEngine } from './gears-processes'

const read = (text: string, generation: '1.0' | '1.2' = '1.2') =>
  scriptPlans(readScript(text, pythonLanguage.parser.parse(text).topNode), generation)

interface Recorded {
  readonly scenario: string
  readonly script: string
  readonly generation: '1.0' | '1.2'
  /** Type, name and argument in data-flow order. */
  readonly steps: readonly string[]
}

const FOLDER = new URL('../packages/engine/test/conformance/scenarios/', import.meta.url)

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined

/** The first list of steps in a recorded RG.GETEXECUTION, last step first as reported by the module. */
function stepsIn(value: unknown): readonly unknown[] | undefined {
  const items = Array.isArray(value) ? value : list(field(value, '$set'))
  const at = items.indexOf('steps')
  if (at >= 0) return list(items[at + 1])
  for (const item of items) {
    const found = stepsIn(item)
    if (found) return found
  }
  return undefined
}

/** Plans that were asked for by the id that sending the script answered with. */
const recorded: readonly Recorded[] = readdirSync(FOLDER).flatMap((file) => {
  const topic: unknown = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'))
  return list(field(topic, 'scenarios')).flatMap((scenario) => {
    const scripts = new Map<string, string>()
    return list(field(scenario, 'steps')).flatMap((step): Recorded[] => {
      const words = list(field(step, 'cmd') ?? field(step, 'poll')).map(text)
      const reply = field(step, 'expect') ?? field(step, 'until')
      if (words[0] === 'RG.PYEXECUTE') scripts.set(text(reply), text(words[1]))
      const script = words[0] === 'RG.GETEXECUTION' ? scripts.get(text(words[1])) : undefined
      const steps = script === undefined ? undefined : stepsIn(reply)
      if (script === undefined || steps === undefined) return []
      scripts.delete(text(words[1]))
      return [
        {
          scenario: text(field(scenario, 'name')),
          script,
          generation: field(scenario, 'version') === '1.0' ? '1.0' : '1.2',
          steps: steps.toReversed().map((recordedStep) => {
            const [, type, , , , name, , arg] = list(recordedStep).map(text)
            return `${type} / ${name} / ${arg?.replace(/ at 0x\$\{\*hex\}/, '')}`
          }),
        },
      ]
    })
  })
})

const lines = (plan: ScriptPlan | undefined): readonly string[] =>
  plan === undefined || 'problem' in plan
    ? [plan?.problem ?? 'no plan']
    : plan.steps.map(({ type, name, arg }) => `${type} / ${name} / ${arg}`)

it('reads the plans off the text that the module recorded for it', () => {
  expect(recorded.length).toBeGreaterThan(30)
  for (const { scenario, script, generation, steps } of recorded)
    expect(lines(read(script, generation)[0]), scenario).toEqual(steps)
})

describe('what RG.GETEXECUTION of an engine shows', () => {
  let engine: StartedProcess
  let redis: Redis
  beforeAll(async () => {
    engine = await startEngine()
    redis = new Redis(engine.port, '127.0.0.1', { protocol: 2 })
    await redis.call('RG.PYSTATS')
  })
  afterAll(async () => {
    redis.disconnect()
    await engine.stop()
  })

  const holds = async (script: string) => {
    const id = text(await redis.call('RG.PYEXECUTE', script, 'UNBLOCKING'))
    const steps = (stepsIn(await redis.call('RG.GETEXECUTION', id)) ?? []).map((step) => {
      const [, type, , , , name, , arg] = list(step).map(text)
      return `${type} / ${name} / ${arg?.replace(/ at 0x[0-9a-f]+/, '')}`
    })
    expect(lines(read(script)[0]), script).toEqual(steps.toReversed())
  }

  it.each(OPERATIONS.map(({ name }) => name))('%s', async (name) => {
    const needed = operation(name)?.args.flatMap(({ example }) => example ?? []) ?? []
    await holds(`GB('ShardsIDReader').${name}(${needed.join(', ')}).run()`)
  })

  it.each([
    'def f(x):\n    return x\nGB().map(f).filter((lambda x: True)).run("none", convertToStr=False)',
    'f = lambda x: x\nb = GB("ShardsIDReader")\nb = b.map(f)\nb.avg(lambda x: 1)\nb.run(collect=0)',
    'if True:\n    GB("ShardsIDReader").limit(1, 2).run("*", False, False, mode="async_local")',
    'async def f(x):\n    return x\nGB("ShardsIDReader").map(f).sort(False).distinct().countby(lambda x: 1).run()',
  ])('%s', holds)
})

describe('what only running it would tell', () => {
  it.each([
    ['GB(name).run()', 'The reader is known only at run time.'],
    [
      'gb = GB()\nfor f in fs:\n    gb.map(f)\ngb.run()',
      'Whether and how often line 3 is reached is known only at run time.',
    ],
    [
      'gb = GB()\nif x:\n    gb = GB("StreamReader")\ngb.run()',
      'Whether and how often line 4 is reached is known only at run time.',
    ],
    ['GB().run(convertToStr=flag())', 'Whether run gets a true convertToStr is known only at run time.'],
    ['GB().run(*args)', 'What * passes to run is known only at run time.'],
    ['GB().mapp(f).run()', 'GearsBuilder has no mapp (line 1).'],
    ['GB().map().run()', 'map on line 1 lacks f.'],
  ])('%s', (script, problem) => expect(read(script)[0]).toMatchObject({ problem }))

  it('is each plan by itself; a builder that is used twice has one', () => {
    const [first, second] = read("gb = GB()\ngb.register('a*')\ngb.register('b*')\n")
    expect(first).toMatchObject({ action: 'register', line: 2, reader: 'KeysReader' })
    expect(second).toMatchObject({ line: 3, problem: expect.stringContaining('used before') })
    expect(read("GB().register('a*')\nGB('StreamReader').register('b*')").map((plan) => 'steps' in plan)).toEqual([
      true,
      true,
    ])
  })

  it('is the name of a function that does not stand in the text: the argument as written', () => {
    const [plan] = read("from x import f\nGB().map(f).filter(fs['keep']).foreach(make()).run()")
    expect(
      lines(plan)
        .slice(1, 4)
        .map((line) => line.split(' / ')[2]),
    ).toEqual(['f', "fs['keep']", 'make()'])
  })
})

it('says whether records move between shards, by the mode', () => {
  const moves = (mode: string) => read(`GB().run(${mode})`).map((plan) => 'moves' in plan && plan.moves)
  expect([moves(''), moves("mode='async'"), moves("mode='async_local'"), moves('mode=m()')].flat()).toEqual([
    true,
    true,
    false,
    null,
  ])
})

it('reads every template', () => {
  for (const { title, script } of TEMPLATES)
    for (const plan of read(script)) expect(plan, title).not.toHaveProperty('problem')
})
