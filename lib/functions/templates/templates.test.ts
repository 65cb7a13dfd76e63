import { pythonLanguage } from '@codemirror/lang-python'
import { splitWords } from '@gearboard/gears/vocabulary/shell-words'
import { describe, expect, it } from 'vitest'
import { inspect } from '../python/lint'
import { STARTER, TEMPLATES } from './'

const inspectText = (text: string) => inspect(text, pythonLanguage.parser.parse(text).topNode)

describe.each(TEMPLATES)('template $id', (template) => {
  it('has no findings and does what it says', () => {
    const { findings, script } = inspectText(template.script)
    expect(findings).toEqual([])
    expect(script.actions.map((action) => action.name)).toEqual(template.action === 'schedule' ? [] : [template.action])
  })
  it('has commands to try that redis-cli can read', () => {
    for (const line of template.tryIt) expect(splitWords(line)).toHaveProperty('words')
  })
})

it('has the ten that were asked for, under ids of their own', () => {
  const ids = TEMPLATES.map((template) => template.id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toEqual(
    expect.arrayContaining([
      'word-count',
      'delete-by-prefix',
      'key-expiry',
      'write-behind',
      'stream-retry',
      'rate-limiter',
      'monte-carlo-pi',
      'scheduled-work',
      'cache-aside',
      'command-hook',
    ]),
  )
})

it('starts an empty editor with a script without findings', () => {
  expect(inspectText(STARTER).findings).toEqual([])
})
