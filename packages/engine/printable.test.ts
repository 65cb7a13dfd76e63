import { describe, expect, it } from 'vitest'
import { printable } from './printable'

describe('a line of the log', () => {
  const cases: Readonly<Record<string, readonly [text: string, shown: string]>> = {
    'colours and a cleared screen': ['\x1b[2J\x1b[31mred', '\\x1b[2J\\x1b[31mred'],
    'a title and the clipboard': [
      '\x1b]0;owned\x07\x1b]52;c;ZXZpbA==\x07',
      '\\x1b]0;owned\\x07\\x1b]52;c;ZXZpbA==\\x07',
    ],
    'escapes of eight bits': ['\x9b31m\x90\x9d', '\\x9b31m\\x90\\x9d'],
    'what overwrites a line': ['safe\rGEARS: forged\b\b\x7f', 'safe\\x0dGEARS: forged\\x08\\x08\\x7f'],
    'what reorders it': ['a\u202eb\u2066c\u200bd\ufeff', 'a\\u202eb\\u2066c\\u200bd\\ufeff'],
    'other marks': ['a\u061cb\u00adc\u{e0041}d', 'a\\u061cb\\xadc\\u{e0041}d'],
    'a line of its own': ['first\nshard 0 ended', 'first\n    shard 0 ended'],
    'line ends of other kinds': ['a\u2028b\x0bc\x0cd\x85e', 'a\\u2028b\\x0bc\\x0cd\\x85e'],
  }
  for (const [name, [text, shown]] of Object.entries(cases)) {
    it(`shows ${name}`, () => {
      expect(printable(text)).toBe(shown)
    })
  }

  it('leaves what is only text', () => {
    expect(printable('naïve → 日本 🎉\tx')).toBe('naïve → 日本 🎉\tx')
  })
})
