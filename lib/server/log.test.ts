import { expect, test } from 'vitest'
import { terminalSafe } from './log'

test.each([
  '\x1b[2J\x1b]0;title\x07 cleared',
  '\x9b31m one byte is an escape sequence, too',
  'a\u202etxt.exe\u2066 turned around\u2069',
  'line\u2028separators\u2029 and a mark \ufeff, \u200b nothing',
  'soft\u00adhyphen, an Arabic mark \u061c, a tag \u{e0041}',
  'Über 😀 "quoted" \\ \ud800',
])('a line of the log is the same JSON, and steers no terminal: %j', (text) => {
  const line = terminalSafe(JSON.stringify({ text }))
  expect(JSON.parse(line)).toEqual({ text })
  expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
})
