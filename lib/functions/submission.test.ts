import { pythonLanguage } from '@codemirror/lang-python'
import { describe, expect, it } from 'vitest'
import {
  MAX_SCRIPT_BYTES,
  type Submission,
  submissionBody,
  submissionOf,
  submissionProblems,
  submissionWords,
} from './submission'

const base: Submission = {
  script: "GB().register('x*')",
  mode: 'new',
  id: '',
  description: '',
  replaceWith: '',
  requirements: [],
  blocking: false,
  reinstall: false,
}
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
  const sent = { script: 'x', requirements: ['r'], options: { id: 'orders', description: 'd', upgrade: true } }
  it('as an upgrade of the session where that stands, else as a new one', () => {
    expect(submissionOf(sent, ['orders'])).toMatchObject({ mode: 'upgrade', id: 'orders', description: 'd' })
    expect(submissionOf(sent, [])).toMatchObject({ mode: 'new', id: 'orders', requirements: ['r'] })
    expect(submissionOf(sent, undefined)).toMatchObject({ mode: 'new' })
  })
  it('as a run where it had no session of a name', () => {
    expect(submissionOf({ ...sent, options: { blocking: true } }, [])).toMatchObject({ mode: 'run', blocking: true })
    expect(submissionOf({ ...sent, options: {} }, [''])).toMatchObject({ id: '', blocking: false })
  })
})
