import { pythonLanguage } from '@codemirror/lang-python'
import { describe, expect, it } from 'vitest'
import { isDeeperThan, type ScriptVerdict, verdictFinding } from './verdict'

const refused = (line: number | null, column: number | null): ScriptVerdict => ({
  kind: 'refused',
  type: 'SyntaxError',
  message: 'invalid syntax',
  line,
  column,
})

describe('verdictFinding', () => {
  const text = 'a = 1\nb = = 2\n\nc'
  const marked = (verdict: ScriptVerdict) => {
    const finding = verdictFinding(text, verdict)
    return finding && text.slice(finding.from, finding.to)
  }
  it('marks from the column to the end of its line', () => {
    expect(marked(refused(2, 5))).toBe('= 2')
    expect(marked(refused(2, null))).toBe('b = = 2')
    expect(verdictFinding(text, refused(2, 5))?.message).toBe('SyntaxError: invalid syntax')
  })
  it('stays within the text where Python points behind it, or nowhere', () => {
    expect(marked(refused(2, 99))).toBe('2')
    expect(marked(refused(99, 1))).toBe('c')
    expect(marked(refused(null, null))).toBe('a = 1')
    expect(verdictFinding('', refused(1, 1))).toMatchObject({ from: 0, to: 0 })
  })
  it('is none where Python reads it', () => {
    expect(verdictFinding(text, { kind: 'ok' })).toBeUndefined()
  })
})

describe('isDeeperThan', () => {
  const deeper = (text: string, most: number) => isDeeperThan(pythonLanguage.parser.parse(text).cursor(), most)
  it('tells a chain of operators, which Python nests, from a long list, which it does not', () => {
    expect(deeper(`x = ${Array(2000).fill('1').join('+')}`, 1000)).toBe(true)
    expect(deeper(`x = [${Array(5000).fill('1').join(',')}]`, 1000)).toBe(false)
    expect(deeper('x = 1\n'.repeat(5000), 10)).toBe(false)
  })
})
