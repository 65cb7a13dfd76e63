/** What a delta costs a table of 100,000 rows: the sorting and holding of the list engine beside a plain sort, and beside TanStack's row models, of the same data in this run. */
import { bundled } from './support/bundled.mjs'

const ROWS = 100_000
const DELTAS = 25
/** Per delta, as busy servers make: changed in place, new at the end; every 20,000th row goes. */
const CHANGED = 300
const ADDED = 100

const {
  applyChange,
  Derived,
  emptyKeyed,
  RowHold,
  sorted,
  constructTable,
  createSortedRowModel,
  rowSortingFeature,
  sortFn_basic,
  storeReactivityBindings,
  tableFeatures,
} = await bundled('bench/entries/table-rows.ts')

const keyOf = ({ key }) => key
/** Starts are scattered over a day, durations repeat and some are unknown, names are few. */
const made = (n) => ({
  key: `7b2e19c04f-${n}@${n}`,
  seen: 1.7e12 + ((n * 7919) % ROWS) * 13,
  duration: n % 7 ? (n * 31) % 5000 : null,
  name: `function-${(n * 17) % 50}`,
})

/** What the server tells of a delta. */
function changeOf({ rows }, delta) {
  const changed = new Map()
  for (let n = 0; n < CHANGED; n++) {
    const row = rows[(n * 3331 + delta * 77) % rows.length]
    changed.set(row.key, { ...row, seen: row.seen + 1, duration: delta })
  }
  const added = Array.from({ length: ADDED }, (_, n) => made(ROWS + delta * ADDED + n))
  const removed = rows.filter((_, at) => at % 20_000 === delta).map(keyOf)
  for (const key of removed) changed.delete(key)
  return { full: false, upserts: [...changed.values(), ...added], removed }
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
  let list = applyChange(emptyKeyed(), keyOf, {
    full: true,
    upserts: Array.from({ length: ROWS }, (_, n) => made(n)),
    removed: [],
  })
  const order = list.rows.map(keyOf)
  const by = { read: (row) => row[id], desc: true, groupOf: undefined }
  const byId = new Derived(sorted(by, list.order))
  const hold = new RowHold(byId.of(list), list, keyOf)
  const inTable = rowModels(id)
  for (let delta = 0; delta < DELTAS; delta++) {
    list = applyChange(list, keyOf, changeOf(list, delta))
    const { rows } = list
    timed('plain sort', () => plainSort(rows, id))
    timed('sorted from scratch', () => sorted(by, list.order).start(rows))
    const found = timed('sorted by the steps', () => byId.of(list))
    timed('held by a new map', () => holdByMap(rows, order))
    timed('held by the steps', () => hold.of(found, list))
    timed("TanStack's row models", () => inTable(rows))
  }
  const unit = median(times.get('plain sort'))
  console.log(`\nby ${id}`.padEnd(28), '      ms   of a plain sort')
  for (const [name, values] of times) {
    const ms = median(values)
    console.log(name.padEnd(24), ms.toFixed(1).padStart(10), (ms / unit).toFixed(2).padStart(10))
  }
}
