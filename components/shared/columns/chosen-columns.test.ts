import { expect, test } from 'vitest'
import type { TableColumn } from '@/components/ui/virtual-table/types'
import { chosenColumns } from './chosen-columns'

const column = (id: string, width: number | string): TableColumn<string> => ({
  id,
  header: id,
  width,
  cell: (row) => row,
})
const COLUMNS = [column('outcome', 92), column('name', 'minmax(140px, 1fr)'), column('duration', 'minmax(84px, 132px)')]
const shown = (hidden: readonly string[]) => chosenColumns(COLUMNS, hidden).map(({ id }) => id)

test('hidden columns leave, in any order; the others keep their places', () => {
  expect(shown([])).toEqual(['outcome', 'name', 'duration'])
  expect(shown(['duration', 'outcome'])).toEqual(['name'])
})

test('the column that names the row stays, and a column of another version is ignored', () => {
  expect(shown(['name', 'outcome'])).toEqual(['name', 'duration'])
  expect(shown(['no-such-column'])).toEqual(['outcome', 'name', 'duration'])
})
