import { CompletionContext } from '@codemirror/autocomplete'
import { python } from '@codemirror/lang-python'
import { EditorState } from '@codemirror/state'
import { describe, expect, it } from 'vitest'
import { completeGears } from './completion'
import { argumentAt, callAround } from './context'

/** The `|` in the text marks the cursor. */
function at(text: string) {
  const pos = text.indexOf('|')
  const state = EditorState.create({ doc: text.replace('|', ''), extensions: [python()] })
  return { state, pos }
}

const labels = (text: string, explicit = false): readonly string[] => {
  const { state, pos } = at(text)
  return completeGears(new CompletionContext(state, pos, explicit))?.options.map((option) => option.label) ?? []
}

describe('completion', () => {
  it('offers operations and actions on a builder, whichever way one has it', () => {
    for (const text of [
      'GB().|',
      "GearsBuilder('KeysReader').map(f).fil|",
      'gb = GB()\ngb.|',
      'gb = GB()\ngb.map(f).re|\nx = 1',
    ])
      expect(labels(text)).toEqual(expect.arrayContaining(['map', 'foreach', 'run', 'register']))
  })
  it('offers none on anything else', () => {
    expect(labels("r = {}\nr['value'].|")).toEqual([])
    expect(labels('import json\njson.|')).toEqual([])
  })
  it('offers the arguments of the reader in use, without those that are there', () => {
    const stream = labels("gb = GB('StreamReader')\ngb.register('s', batch=5, on|)")
    expect(stream).toEqual(expect.arrayContaining(['duration', 'onFailedPolicy', 'trimStream']))
    expect(stream).not.toContain('batch')
    expect(stream).not.toContain('eventTypes')
    expect(labels("GB('CommandReader').register(tr|)")).toContain('trigger')
  })
  it('offers readers and choices inside quotes', () => {
    expect(labels("GearsBuilder('|')")).toContain('StreamReader')
    expect(labels("GB('StreamReader').register('s', onFailedPolicy='re|')")).toEqual(['continue', 'abort', 'retry'])
    expect(labels("GB().register('x*', keyTypes=['|'])")).toContain('hash')
    expect(labels("execute('|')")).toEqual([])
  })
  it('offers the names that every script finds, and nothing in comments', () => {
    expect(labels('exe|')).toContain('execute')
    expect(labels('# exe|')).toEqual([])
    expect(labels('|')).toEqual([])
    expect(labels('|', true)).toContain('hashtag')
  })
})

describe('signature help', () => {
  const signature = (text: string) => {
    const { state, pos } = at(text)
    const call = callAround(state, pos)
    return call && [call.callable.name, argumentAt(call, pos)?.name]
  }
  it.each([
    ["GB('StreamReader').register('s|')", ['register', 'prefix']],
    ["GB('StreamReader').register('s', batch=|5)", ['register', 'batch']],
    ["GB('StreamReader').run('s', fromId=|'1')", ['run', 'fromId']],
    ['GB().aggregate([], lambda a, r: a, lambda a, |r: a)', ['aggregate', 'combOp']],
    ["execute('SET', |'a')", ['execute', '*args']],
    ['registerTE(5, |tick)', ['registerTE', 'fn']],
  ])('%s', (text, expected) => {
    expect(signature(text)).toEqual(expected)
  })
  it('is silent elsewhere', () => {
    expect(signature('print(|1)')).toBeUndefined()
    expect(signature('x = |1')).toBeUndefined()
  })
})
