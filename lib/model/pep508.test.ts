import { describe, expect, it } from 'vitest'
import { requirementName, requirementProblem, requirementState } from './pep508'

describe('requirementProblem', () => {
  it.each([
    'requests',
    'psycopg2-binary==2.9.9',
    'requests[security,socks] >= 2.8.1, == 2.8.*',
    'name (>=1,<2)',
    'pip @ https://example.com/pip-1.3.1.zip',
    "dataclasses; python_version < '3.7'",
    'numpy~=1.21',
    'a',
  ])('takes %s', (text) => {
    expect(requirementProblem(text)).toBeUndefined()
  })
  it.each([
    ['', 'Write a requirement'],
    ['requests=2.0', 'two equals signs'],
    ['-r requirements.txt', 'Options of pip'],
    ['two words', 'as pip reads it'],
    ['name==', 'as pip reads it'],
    ['-', 'Options'],
    ['name\nother', 'one line'],
    ['a'.repeat(513), '512'],
    ['bad!name', 'as pip reads it'],
  ])('refuses %j', (text, reason) => {
    expect(requirementProblem(text)?.toLowerCase()).toContain(reason.toLowerCase())
  })
})

describe('requirementState', () => {
  it('compares specifiers as text and projects by their normalized name', () => {
    const held = ['redis==3.5.3', 'Zope.Interface']
    expect(requirementState('redis==3.5.3', held)).toEqual({ kind: 'installed' })
    expect(requirementState('redis==4.1.0', held)).toEqual({ kind: 'conflict', installed: 'redis==3.5.3' })
    expect(requirementState('zope-interface>=1', held)).toEqual({ kind: 'conflict', installed: 'Zope.Interface' })
    expect(requirementState('tenacity', held)).toEqual({ kind: 'new' })
    expect(requirementName('Foo__Bar[x]==1')).toBe('foo-bar')
  })
})
