export {
  constructTable,
  createSortedRowModel,
  rowSortingFeature,
  sortFn_basic,
  tableFeatures,
} from '@tanstack/react-table'
export { storeReactivityBindings } from '@tanstack/table-core/store-reactivity-bindings'
export { applyChange, emptyKeyed } from '@/lib/api/live-cache'
export { RowHold } from '@/lib/model/list/row-hold'
export { Derived } from '@/lib/model/list/row-list'
export { sorted } from '@/lib/model/list/sorted'
