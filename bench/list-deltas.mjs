/**
 * What a delta costs the list of executions, at 1,000 rows and at 100,000: everything that the page computes of the list, by what changed
 * beside from all rows, of the same data in this run.
 */
import { bundled } from './support/bundled.mjs'

const SIZES = [1000, 100_000]
const DELTAS = 40
/** Per delta, as busy servers make: changed, new, and gone. */
const CHANGED = 30
const ADDED = 20
const GONE = 20
const NOW = 1.7e12

const {
  applyChange,
  byStart,
  Derived,
  emptyKeyed,
  endsPer,
  executionVocabulary,
  filtered,
  inFlight,
  matcher,
  parseFilter,
  withRemembered,
} = await bundled('bench/entries/list-deltas.ts')

const SHARD = '7b2e'.repeat(10)
const keyOf = ({ key }) => key
const OUTCOMES = ['ok', 'ok', 'ok', 'failed', 'running', 'unknown']

const made = (n, outcome = OUTCOMES[n % OUTCOMES.length]) => ({
  key: `${SHARD}-${n}`,
  id: `${SHARD}-${n}`,
  shard: SHARD,
  status: outcome === 'running' ? 'running' : 'done',
  outcome,
  registered: false,
  results: 1,
  errors: 0,
  firstError: outcome === 'failed' ? `KeyError: ${n % 50}` : null,
  durationMs: (n * 31) % 5000,
  firstSeen: NOW + n * 10,
  lastSeen: NOW + n * 10,
  endSeen: null,
  precisionMs: 500,
  live: true,
  coverage: { answered: 1, of: 1 },
  origin: { kind: 'submission', name: `function-${(n * 17) % 50}`, sourceId: 's' },
})

const vocabulary = executionVocabulary(() => null)
const { terms } = parseFilter('status:failed,running -function:function-3 duration:>100ms', vocabulary)

/** What the page computes: each a derivation of the list before it. */
const pipeline = () => {
  const stages = {
    'one list with the record': new Derived(withRemembered([])),
    'rows that the filter finds': new Derived(filtered(matcher(terms, vocabulary, NOW), byStart)),
    'longest in flight': new Derived(inFlight),
    'ends over time': new Derived(endsPer(15_000)),
  }
  return (held, timed) => {
    const list = timed('one list with the record', () => stages['one list with the record'].of(held))
    const found = timed('rows that the filter finds', () => stages['rows that the filter finds'].of(list))
    timed('longest in flight', () => stages['longest in flight'].of(list))
    timed('ends over time', () => stages['ends over time'].of(found))
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

function measure(size) {
  const times = new Map()
  const timed = (prefix) => (name, work) => {
    const start = performance.now()
    const result = work()
    const taken = performance.now() - start
    const key = `${prefix} ${name}`
    times.set(key, [...(times.get(key) ?? []), taken])
    return result
  }
  const following = pipeline()
  const untimed = (_, work) => work()
  let held = applyChange(emptyKeyed(), keyOf, {
    full: true,
    upserts: Array.from({ length: size }, (_, n) => made(n)),
    removed: [],
  })
  following(held, untimed)
  for (let delta = 0; delta < DELTAS; delta++) {
    const first = delta * GONE
    const changed = Array.from({ length: CHANGED }, (_, n) => made(size - 1 - ((n * 7919 + delta) % (size / 2)), 'ok'))
    const added = Array.from({ length: ADDED }, (_, n) => made(size + delta * ADDED + n, 'running'))
    const removed = Array.from({ length: GONE }, (_, n) => `${SHARD}-${first + n}`)
    const change = { full: false, upserts: [...changed, ...added], removed }
    held = timed('by steps')('delta into the list', () => applyChange(held, keyOf, change))
    following(held, timed('by steps'))
  }
  // Apart, so that the garbage of the one is not cleared away in the time of the other.
  for (let again = 0; again < DELTAS / 4; again++) {
    timed('from all')('delta into the list', () =>
      applyChange(emptyKeyed(), keyOf, { full: true, upserts: held.rows, removed: [] }),
    )
    pipeline()(held, timed('from all'))
  }
  return (way, name) => median(times.get(`${way} ${name}`))
}

const [few, many] = SIZES.map(measure)
const STAGES = [
  'delta into the list',
  'one list with the record',
  'rows that the filter finds',
  'longest in flight',
  'ends over time',
]
console.log(`a delta of ${CHANGED} changed, ${ADDED} new, ${GONE} gone; medians of ${DELTAS}, ms\n`)
console.log(
  ''.padEnd(28),
  ...['1,000 rows', '100,000 rows', 'ratio', 'from all rows', 'saved'].map((head) => head.padStart(14)),
)
const total = { few: 0, many: 0, all: 0 }
const line = (name, cost) =>
  console.log(
    name.padEnd(28),
    cost.few.toFixed(3).padStart(14),
    cost.many.toFixed(3).padStart(14),
    `${(cost.many / cost.few).toFixed(1)}×`.padStart(14),
    cost.all.toFixed(2).padStart(14),
    `${(cost.all / cost.many).toFixed(0)}×`.padStart(14),
  )
for (const name of STAGES) {
  const cost = { few: few('by steps', name), many: many('by steps', name), all: many('from all', name) }
  for (const key of Object.keys(total)) total[key] += cost[key]
  line(name, cost)
}
line('together', total)
