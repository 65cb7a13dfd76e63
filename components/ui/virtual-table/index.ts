export type { RowGroups, Sort, TableColumn, VirtualTableProps } from './types'
export { VirtualTable } from './virtual-table'
