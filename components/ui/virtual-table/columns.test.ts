import { expect, test } from 'vitest'
import { roomiest } from './columns'
import type { TableColumn } from './types'

const columnsOf = (...widths: readonly (number | string)[]): readonly TableColumn<null>[] =>
  widths.map((width, at) => ({ id: `${at}`, header: '', cell: () => null, width }))

test.each([
  [[92, 'minmax(140px, 1fr)', 60], '1'],
  [['minmax(84px, 1fr)', 'minmax(140px, 5fr)', 'minmax(84px, 2.5fr)'], '1'],
  [['minmax(160px, 0.6fr)', 'minmax(120px, 0.4fr)'], '0'],
  [['1fr', 300, '1fr'], '0'],
  [['minmax(84px, 132px)', 400], undefined],
  [[], undefined],
])('of columns of the widths %j the roomiest is %s', (widths, id) => {
  expect(roomiest(columnsOf(...widths))).toBe(id)
})
