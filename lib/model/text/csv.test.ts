import { expect, it } from 'vitest'
import { csvLine } from './csv'

it('quotes what would break a row', () => {
  expect(
    [
      ['a', 'say "no", twice\nor more'],
      ['b', null],
    ].map(csvLine),
  ).toEqual(['a,"say ""no"", twice\nor more"\r\n', 'b,\r\n'])
})

it('disarms formulas in text and leaves numbers as they are', () => {
  expect(csvLine(['=1+1', '@SUM(A1)', -5, true])).toBe("'=1+1,'@SUM(A1),-5,true\r\n")
  expect(csvLine(['\tcmd', '\rcmd', 'a\tb'])).toBe('"\'\tcmd","\'\rcmd","a\tb"\r\n')
})

/** What begins a cell for a spreadsheet that separates by `separator`, and drops the quotes and blanks before it. */
const beginnings = (csv: string, separator: RegExp) =>
  csv.split(separator).map((part) => part.replace(/^[\s"]*/, '').slice(0, 1))

it.each([
  ' =1+1',
  '\t=1+1',
  '\n=1+1',
  '\r\n  @SUM(A1)',
  ';=1+1',
  '; ;\t=1+1',
  '"=1+1',
  '\u00a0-1',
  '\u200b+1',
  '\ufeff=1',
  '＝1+1',
  'harmless;=1+1',
  'harmless\n=1+1',
  'harmless\t@x',
  'a;"=1+1',
  '\u001b[31m;=1',
])('disarms %j for commas, semicolons and tabs', (text) => {
  const row = csvLine([text, 'last'])
  for (const separator of [/[,\r\n]/, /[;\r\n]/, /[\t\r\n]/])
    for (const first of beginnings(row, separator)) expect('=+-@＝＋－＠'.includes(first) && first !== '').toBe(false)
})

it('writes control characters as text', () => {
  expect(csvLine(['\u001b[2J\u0007\u009b1m\u0000'])).toBe('\\x1b[2J\\x07\\x9b1m\\x00\r\n')
})

it.each([';', '\t', ' ', '"', "'", '=', '\u0007'])('reads a text of 1,000,000 times %j once', (character) => {
  const text = character.repeat(1_000_000)
  expect(csvLine([`a${text}`, text]).length).toBeGreaterThan(2 * text.length)
})
