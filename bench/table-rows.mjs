/** What a delta costs a table of 100,000 rows: its own sorting and holding beside a plain sort, and beside TanStack's row models, of the same data in this run. */
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const ROWS = 100_000
const DELTAS = 25
/** Per delta, as busy servers make: changed in place, new at the end; every 20,000th row goes. */
const CHANGED = 300
const ADDED = 100

const folder = fileURLToPath(new URL('../components/ui/virtual-table', import.meta.url))
const { outputFiles } = await build({
  stdin: {
    contents: `
      export { HoldMemory, holdOrder } from './held-order'
      export { SortMemory, sortRows } from './sort-rows'
      export { constructTable, createSortedRowModel, rowSortingFeature, sortFn_basic, tableFeatures } from '@tanstack/react-table'
      export { storeReactivityBindings } from '@tanstack/table-core/store-reactivity-bindings'
    `,
    resolveDir: folder,
    loader: 'ts',
  },
  bundle: true,
  format: 'esm',
  platform: 'node',
  write: false,
  define: { 'process.env.NODE_ENV': '"production"' },
})
const code = outputFiles[0]?.text ?? ''
const {
  HoldMemory,
  holdOrder,
  SortMemory,
  sortRows,
  constructTable,
  createSortedRowModel,
  rowSortingFeature,
  sortFn_basic,
  storeReactivityBindings,
  tableFeatures,
} = await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`)

const keyOf = ({ key }) => key
/** Starts are scattered over a day, durations repeat and some are unknown, names are few. */
const made = (n) => ({
  key: `7b2e19c04f-${n}@${n}`,
  seen: 1.7e12 + ((n * 7919) % ROWS) * 13,
  duration: n % 7 ? (n * 31) % 5000 : null,
  name: `function-${(n * 17) % 50}`,
})

function afterDelta(rows, delta) {
  const next = rows.filter((_, at) => at % 20_000 !== delta)
  for (let n = 0; n < CHANGED; n++) {
    const at = (n * 3331 + delta * 77) % next.length
    next[at] = { ...next[at], seen: next[at].seen + 1, duration: delta }
  }
  for (let n = 0; n < ADDED; n++) next.push(made(ROWS + delta * ADDED + n))
  return next
}

const plainSort = (rows, id) =>
  rows.slice().sort((a, b) => {
    const [left, right] = [a[id], b[id]]
    if (left === null || right === null) return Number(left === null) - Number(right === null)
    return left < right ? 1 : left > right ? -1 : 0
  })

function holdByMap(rows, order) {
  const newest = new Map(rows.map((row) => [row.key, row]))
  return order.map((key) => newest.get(key)).filter((row) => row !== undefined)
}

function rowModels(id) {
  const table = constructTable({
    features: tableFeatures({
      coreReactivityFeature: storeReactivityBindings(),
      rowSortingFeature,
      sortedRowModel: createSortedRowModel(),
    }),
    columns: [{ id, accessorFn: (row) => row[id], sortFn: sortFn_basic }],
    data: [],
    getRowId: keyOf,
    initialState: { sorting: [{ id, desc: true }] },
  })
  return (rows) => {
    table.setOptions((options) => ({ ...options, data: rows }))
    return table.getRowModel().rows
  }
}

const times = new Map()
function timed(name, work) {
  const start = performance.now()
  const result = work()
  const taken = performance.now() - start
  times.set(name, [...(times.get(name) ?? []), taken])
  return result
}
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

console.log(`${ROWS} rows, a delta of ${CHANGED} changed and ${ADDED} new, median of ${DELTAS}`)
for (const id of ['seen', 'duration', 'name']) {
  times.clear()
  let rows = Array.from({ length: ROWS }, (_, n) => made(n))
  const columns = [{ id, sortValue: (row) => row[id] }]
  const sort = { id, desc: true }
  const order = rows.map(keyOf)
  const sorted = new SortMemory(keyOf)
  const held = new HoldMemory()
  const inTable = rowModels(id)
  sortRows(rows, columns, sort, sorted)
  holdOrder(rows, keyOf, order, held)
  for (let delta = 0; delta < DELTAS; delta++) {
    rows = afterDelta(rows, delta)
    timed('plain sort', () => plainSort(rows, id))
    timed('sorted from scratch', () => sortRows(rows, columns, sort))
    timed('sorted with memory', () => sortRows(rows, columns, sort, sorted))
    timed('held by a new map', () => holdByMap(rows, order))
    timed('held with memory', () => holdOrder(rows, keyOf, order, held))
    timed("TanStack's row models", () => inTable(rows))
  }
  const unit = median(times.get('plain sort'))
  console.log(`\nby ${id}`.padEnd(28), '      ms   of a plain sort')
  for (const [name, values] of times) {
    const ms = median(values)
    console.log(name.padEnd(24), ms.toFixed(1).padStart(10), (ms / unit).toFixed(2).padStart(10))
  }
}
