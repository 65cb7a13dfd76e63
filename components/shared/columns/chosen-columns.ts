import type { TableColumn } from '@/components/ui/virtual-table/types'

/** Rows are known by the column that takes the room that the others leave: it is always shown. */
export const isRequired = <Row>({ width }: TableColumn<Row>): boolean =>
  typeof width === 'string' && width.includes('fr')

/** The columns that are left when those with these ids are hidden. */
export const chosenColumns = <Row>(
  columns: readonly TableColumn<Row>[],
  hidden: readonly string[],
): readonly TableColumn<Row>[] => columns.filter((column) => isRequired(column) || !hidden.includes(column.id))
