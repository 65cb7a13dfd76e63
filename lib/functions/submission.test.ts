import { pythonLanguage } from '@codemirror/lang-python'
import { describe, expect, it } from 'vitest'
import {
  MAX_SCRIPT_BYTES,
  plainSubmission,
  type Submission,
  submissionBody,
  submissionOf,
  submissionProblems,
  submissionWords,
} from './submission'

const base: Submission = { ...plainSubmission("GB().register('x*')"), mode: 'new' }
const registering = (registers: number) => ({ registers, mayRegister: 0, cannotTell: undefined })
const { topNode } = pythonLanguage.parser.parse('build(GB())')
const hidden = { ...registering(0), cannotTell: { node: topNode, why: 'GearsBuilder is passed to build' } }
const around = { sessions: ['orders'], generation: '1.2', effects: registering(1) } as const
const problems = (change: Partial<Submission>, other = {}) =>
  submissionProblems({ ...base, ...change }, { ...around, ...other })

describe('submissionProblems', () => {
  it('has none for a script that registers, with and without a name', () => {
    expect(problems({})).toEqual({})
    expect(problems({ id: 'orders-2', description: 'd', requirements: ['redis==3.5.3'] })).toEqual({})
    expect(problems({ mode: 'upgrade', id: 'orders' })).toEqual({})
    expect(problems({ mode: 'replace', id: 'orders-2', replaceWith: 'orders' })).toEqual({})
  })
  it('refuses scripts that cannot be sent', () => {
    expect(problems({ script: ' \n' })).toHaveProperty('script', 'The script is empty.')
    expect(problems({ script: 'a\nb\0' }).script).toContain('Line 2')
    expect(problems({ script: 'é'.repeat(MAX_SCRIPT_BYTES / 2) })).toEqual({})
    expect(problems({ script: 'é'.repeat(MAX_SCRIPT_BYTES / 2 + 1) }).script).toContain('1,000,002 bytes')
  })
  it('refuses an upgrade that registers nothing, unless it may do so unseen', () => {
    expect(problems({ mode: 'upgrade', id: 'orders' }, { effects: registering(0) }).script).toContain(
      'registers nothing',
    )
    expect(problems({ mode: 'upgrade', id: 'orders' }, { effects: hidden })).toEqual({})
    expect(problems({ mode: 'run' }, { effects: registering(0) })).toEqual({})
  })
  it.each([
    [{ id: 'a b' }, 'not a space'],
    [{ id: 'ä' }, 'not ä'],
    [{ id: 'x'.repeat(257) }, '256'],
    [{ id: 'orders' }, 'Session orders already exists'],
    [{ mode: 'upgrade' }, 'Name the session'],
    [{ mode: 'replace', replaceWith: 'orders' }, 'Name the new'],
    [{ mode: 'replace', id: 'orders', replaceWith: 'orders' }, 'another name'],
  ] as const)('refuses the name of %j', (change, reason) => {
    expect(problems(change).id).toContain(reason)
  })
  it('refuses what the server does not have', () => {
    expect(problems({ mode: 'replace', id: 'n', replaceWith: 'gone' }).replaceWith).toBe('Session gone does not exist.')
    expect(problems({ mode: 'replace', id: 'n', replaceWith: 'gone' }, { sessions: undefined })).toEqual({})
    expect(problems({}, { generation: '1.0' }).mode).toContain('1.0')
    expect(problems({ mode: 'run' }, { generation: '1.0' })).toEqual({})
  })
  it('refuses requirements that are none, and the same twice', () => {
    expect(problems({ requirements: ['a', 'a'] }).requirements).toBe('a is listed twice.')
    expect(problems({ requirements: ['a b'] }).requirements).toContain('pip')
  })
})

describe('what is sent', () => {
  it('holds only what belongs to the mode', () => {
    const typed = {
      ...base,
      id: 'orders',
      description: ' d ',
      replaceWith: 'old',
      requirements: ['r'],
      reinstall: true,
    }
    expect(submissionBody({ ...typed, mode: 'run' })).not.toHaveProperty('id')
    expect(submissionBody({ ...typed, mode: 'upgrade' })).toMatchObject({
      id: 'orders',
      upgrade: true,
      description: 'd',
    })
    expect(submissionBody({ ...typed, mode: 'upgrade' })).not.toHaveProperty('replaceWith')
    expect(submissionWords({ ...typed, mode: 'replace' })).toEqual([
      'RG.PYEXECUTE',
      base.script,
      'UNBLOCKING',
      'ID',
      'orders',
      'DESCRIPTION',
      'd',
      'REPLACE_WITH',
      'old',
      'FORCE_REINSTALL_REQUIREMENTS',
      'REQUIREMENTS',
      'r',
    ])
  })
})

describe('what was sent goes back into the editor', () => {
  const sent = {
    script: 'x',
    requirements: ['r'],
    options: { id: 'orders', description: 'd', upgrade: true },
    outcome: 'registered',
  } as const
  it('as an upgrade of the session where that stands, else as a new one', () => {
    expect(submissionOf(sent, ['orders'], false)).toMatchObject({ mode: 'upgrade', id: 'orders', description: 'd' })
    expect(submissionOf(sent, undefined, true)).toMatchObject({ mode: 'upgrade', id: 'orders' })
    expect(submissionOf(sent, [], false)).toMatchObject({ mode: 'new', id: 'orders', requirements: ['r'] })
    expect(submissionOf(sent, undefined, false)).toMatchObject({ mode: 'new' })
  })
  it('as an upgrade of a session whose name was made up, while something of it is live', () => {
    const unnamed = { ...sent, options: { session: 'a1b2' } }
    expect(submissionOf(unnamed, [], true)).toMatchObject({ mode: 'upgrade', id: 'a1b2' })
    expect(submissionOf(unnamed, ['a1b2'], false)).toMatchObject({ mode: 'new', id: '' })
    // RedisGears 1.0 has no sessions.
    expect(submissionOf({ ...sent, options: {} }, undefined, true)).toMatchObject({ mode: 'run', id: '' })
  })
  it('as a run where it registered nothing and had no name', () => {
    const run = { ...sent, outcome: 'finished', options: { blocking: true, description: 'stock-value' } } as const
    expect(submissionOf(run, [], false)).toMatchObject({ mode: 'run', blocking: true, description: 'stock-value' })
    expect(submissionOf({ ...run, outcome: 'started', options: {} }, [''], false)).toMatchObject({
      mode: 'run',
      id: '',
      blocking: false,
    })
    expect(submissionOf({ ...run, outcome: 'rejected' }, [], false)).toMatchObject({ mode: 'run' })
  })
})

describe('the description of a run', () => {
  it('is sent, and refused in its field where RedisGears 1.0 takes none', () => {
    const run = { ...base, mode: 'run', description: ' stock-value ' } as const
    expect(submissionBody(run)).toMatchObject({ description: 'stock-value' })
    expect(problems(run, { effects: registering(0) })).toEqual({})
    expect(problems(run, { generation: '1.0' }).description).toContain('takes no description')
    expect(problems({ ...run, description: ' ' }, { generation: '1.0' })).toEqual({})
  })
})
