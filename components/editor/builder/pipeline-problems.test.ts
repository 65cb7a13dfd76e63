import { OPERATIONS } from '@gearboard/gears/docs'
import { addStep, newPipeline, type Pipeline, writePipeline } from '@gearboard/gears/pipeline'
import { blocksOf, parse, WORD_COUNT } from '@gearboard/gears/testing/pipelines'
import { describe, expect, it } from 'vitest'
import { TEMPLATES } from '@/lib/functions/templates'
import { expressionProblem, pipelineProblems } from './pipeline-problems'

const write = (pipeline: Pipeline) => writePipeline(pipeline).text

describe('problems stand in their place', () => {
  const problems = (text: string) =>
    pipelineProblems(blocksOf(text), parse).map(({ block, arg, severity, text: words }) => [
      block,
      arg,
      severity,
      words,
    ])
  it('silent for what is right', () => {
    expect(problems(WORD_COUNT)).toEqual([])
    for (const { name } of OPERATIONS) expect(pipelineProblems(addStep(newPipeline(), name, 0), parse)).toEqual([])
  })
  it.each([
    ["GB('StreamReader').register('a', batch=0)", ['action', 'batch', 'crash', /^batch=0 hangs the shard/]],
    ["GB().register(keyTypes=['hash', 'stream'])", ['action', 'keyTypes', 'crash', /'stream' crashes/]],
    ["GB('CommandReader').map(f).register()", ['action', null, 'error', /^A CommandReader needs a trigger or a hook/]],
    ['GB().map(lambda x: x).map(str).run()', [1, 'f', 'error', /^str is not a Python function/]],
    ["GB().limit('5').run()", [0, 'length', 'error', /^length must be a number/]],
    ['GB().map().run()', [0, 'f', 'error', /^Required: record → record/]],
    ["GB().run(mode='sync')", ['action', 'mode', 'error', /^mode does not know 'sync'/]],
  ])('%s', (text, [block, arg, severity, words]) => {
    const found = problems(text).filter(([, , , said]) => words instanceof RegExp && words.test(String(said)))
    expect(found).toEqual([[block, arg, severity, expect.any(String)]])
  })
  it('sees a prelude that Python cannot read', () => {
    const pipeline = { ...blocksOf(WORD_COUNT), prelude: 'import json\ndef f(:\n    pass' }
    expect(pipelineProblems(pipeline, parse)).toMatchObject([{ block: 'prelude', text: 'Syntax error in line 2.' }])
  })
  it.each<[string, string | undefined]>([
    ['lambda x: x', undefined],
    ['[\n    1,  # one\n]', undefined],
    ['', 'Enter a Python expression.'],
    ['lambda x: ', 'Syntax error at column 11.'],
    ['[1,\n2', 'Syntax error at line 2, column 2.'],
    ['1, 2', 'Enter one expression: put brackets around a tuple.'],
    ['x) + (y', 'Enter one expression: put brackets around it.'],
    ['f(1)\n', 'Enter one expression: put brackets around it.'],
    ['x = 1', 'Enter one expression, without a name or * before it.'],
    ['*x', 'Enter one expression, without a name or * before it.'],
    ['x  # why', 'Remove the comment at the end.'],
    ['x for x in y', 'Enter one expression: put brackets around it.'],
    ['1); execute("FLUSHALL"', 'Enter one expression: put brackets around it.'],
  ])('%j as an argument', (source, words) => {
    expect(expressionProblem(source, parse)).toBe(words)
  })
})

describe('templates as blocks', () => {
  it.each(TEMPLATES.filter((template) => template.action !== 'schedule'))('$id reads and writes itself', (template) => {
    const again = write(blocksOf(template.script))
    expect(blocksOf(again)).toEqual(blocksOf(template.script))
    expect(again.replace(/\n+/g, '\n')).toBe(template.script.replace(/\n+/g, '\n'))
  })
})
