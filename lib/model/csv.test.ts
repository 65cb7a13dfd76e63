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
