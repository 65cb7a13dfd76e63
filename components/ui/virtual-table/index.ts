export type { Sort, TableColumn, VirtualTableProps } from './types'
export { VirtualTable } from './virtual-table'
