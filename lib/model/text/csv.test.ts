import { expect, it } from 'vitest'
import { toCsv } from './csv'

it('quotes what would break a row', () => {
  expect(
    toCsv(
      ['id', 'error'],
      [
        ['a', 'say "no", twice\nor more'],
        ['b', null],
      ],
    ),
  ).toBe('id,error\r\na,"say ""no"", twice\nor more"\r\nb,\r\n')
})

it('disarms formulas in text and leaves numbers as they are', () => {
  expect(toCsv(['x'], [['=1+1'], ['@SUM(A1)'], [-5], [true]])).toBe("x\r\n'=1+1\r\n'@SUM(A1)\r\n-5\r\ntrue\r\n")
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
  const [, row] = toCsv(['x', 'y'], [[text, 'last']]).split(/^x,y\r\n/)
  if (row === undefined) throw new Error('no row')
  for (const separator of [/[,\r\n]/, /[;\r\n]/, /[\t\r\n]/])
    for (const first of beginnings(row, separator)) expect('=+-@＝＋－＠'.includes(first) && first !== '').toBe(false)
})

it('writes control characters as text', () => {
  expect(toCsv(['x'], [['\u001b[2J\u0007\u009b1m\u0000']])).toBe('x\r\n\\x1b[2J\\x07\\x9b1m\\x00\r\n')
})

it.each([';', '\t', ' ', '"', "'", '=', '\u0007'])('reads a text of 1,000,000 times %j once', (character) => {
  const text = character.repeat(1_000_000)
  expect(toCsv(['x'], [[`a${text}`], [text]]).length).toBeGreaterThan(2 * text.length)
})
