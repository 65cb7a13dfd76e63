import { random } from '@gearboard/gears/testing/random'
import { EXECUTION_STATUSES, OUTCOMES } from '@gearboard/gears/vocabulary/execution'
import { expect, it } from 'vitest'
import type { Execution, ExecutionOrigin } from '@/lib/model/executions/execution'
import { asRemembered } from '@/lib/model/executions/execution-list'
import { type FilterField, parseFilter, quoteValue } from '@/lib/model/filter/filter'
import { executionVocabulary } from '@/lib/model/filter/filter-fields'
import { matcher } from '@/lib/model/filter/filter-match'
import { counters, execution, idOf, open, registration, T0 } from '@/lib/server/history/testing/index'
import type { HistoryStore } from '../..'

const NOW = T0 + 60_000
const ROWS = 60
const READERS: ReadonlyMap<string, string> = new Map([[idOf(1), 'command']])
const VOCABULARY = executionVocabulary(({ origin }) =>
  origin.kind === 'registration' ? (READERS.get(origin.registrationId) ?? null) : null,
)
const WORDS = ['KeyError', 'Straße ſ 5%_', `O'Neil \\ "x"`, 'İstanbul K', 'ü😀 aB', 'Über-rollup', 'on user:*'] as const

/** What a seed chooses. */
function chance(seed: number) {
  const between = random(seed)
  const below = (limit: number) => Math.floor(between() * limit)
  const pick = <T>(items: readonly [T, ...T[]]): T => items[below(items.length)] ?? items[0]
  return { below, pick, sometimes: <T>(value: T): T | null => (below(4) === 0 ? null : value) }
}

type Chance = ReturnType<typeof chance>

/** Rows in which every field has several values, and is null where it may be. */
async function rowsByChance({ below, pick, sometimes }: Chance): Promise<HistoryStore> {
  const history = open({ clock: () => NOW })
  history.registrations.record('default', T0, [registration(T0, counters(1))])
  const name = () => pick([...WORDS, `${pick(WORDS)}: ${below(9)}`])
  const origin = (): ExecutionOrigin =>
    pick<() => ExecutionOrigin>([
      () => ({ kind: 'registration', name: name(), registrationId: idOf(pick([1, 7, 71])), inferred: true }),
      () => ({ kind: 'submission', name: name(), sourceId: idOf(7) }),
      () => ({ kind: 'unknown' }),
    ])()
  for (let row = 0; row < ROWS; row++) {
    // Some are first seen at the same moment.
    const firstSeen = T0 + below(60) * 1000 + pick([0, 0, 1, 500])
    const recorded = execution(row, {
      firstSeen,
      lastSeen: firstSeen,
      outcome: pick(OUTCOMES),
      status: pick(EXECUTION_STATUSES),
      shard: pick(['B57e', 'b57f', 'c041', 'C041x', 'ab57']),
      registered: below(2) === 0,
      results: sometimes(below(12)),
      errors: sometimes(below(4)),
      firstError: sometimes(name()),
      durationMs: sometimes(pick([0, below(60), below(600) / 10])),
      origin: origin(),
    })
    history.executions.record('default', recorded)
  }
  await history.flush()
  return history
}

const remembered = async (history: HistoryStore) =>
  (await history.executions.page({ connection: 'default', limit: 500 })).executions

/** What the record finds, page by page, is what the filter lets through of all rows. @returns how many it found */
async function foundBy(history: HistoryStore, filter: string, rows: Awaited<ReturnType<typeof remembered>>) {
  const { terms, problems } = parseFilter(filter, VOCABULARY)
  expect(problems, filter).toEqual([])
  const matches = matcher<Execution>(terms, VOCABULARY, NOW)
  const found: string[] = []
  let cursor: string | undefined
  do {
    const page = await history.executions.page({ connection: 'default', filter, limit: 17, ...(cursor && { cursor }) })
    found.push(...page.executions.map(({ key }) => key))
    cursor = page.next ?? undefined
  } while (cursor)
  expect(found, filter).toEqual(rows.filter((row) => matches(asRemembered(row))).map(({ key }) => key))
  return found.length
}

const FILTERS: readonly string[] = [
  'status:failed',
  'status:aborted',
  'outcome:aborted',
  'status:unknown,aborted',
  '-status:ok',
  'outcome:unknown',
  'status:running',
  'status:done -outcome:ok',
  '-registered:yes',
  'kept:server',
  'kept:gearboard shard:b5,q',
  '-shard:b5',
  'reader:command',
  '-reader:command',
  'function:ÜBER',
  '-function:ÜBER',
  'reader:unknown',
  'function:"on user"',
  '-function:user,rollup',
  'registration:-7',
  '-registration:-7',
  'error:unknown',
  '-error:KeyError',
  'duration:>20ms',
  '-duration:>20ms',
  'duration:unknown',
  '-duration:unknown',
  'results:3,7..9',
  'errors:1..2,unknown',
  'seen:<30s',
  '-seen:<30s',
  'seen:10s..40s seen:>20s',
  `at:>${new Date(T0 + 20_000).toISOString()}`,
  `-at:${new Date(T0 + 10_000).toISOString()}..${new Date(T0 + 20_000).toISOString()}`,
  `at:${new Date(T0 + 5000).toISOString()}..${new Date(T0 + 45_000).toISOString()} at:<${new Date(T0 + 30_000).toISOString()}`,
  'keyerror',
  '-keyerror -user',
  'id:-1 status:failed,ok duration:<1m',
  `id:${idOf(1)}`,
  `-id:${idOf(1).toUpperCase()},${idOf(12)}`,
]

it('finds what the filter says', async () => {
  const history = await rowsByChance(chance(1))
  const rows = await remembered(history)
  expect(rows).toHaveLength(ROWS)
  for (const filter of FILTERS) expect(await foundBy(history, filter, rows), filter).toBeLessThan(ROWS)
})

/** Writes filters of every field, and all that each kind of field takes. */
function filtersByChance({ below, pick }: Chance): () => string {
  const LETTERS = [
    'a',
    'B',
    '%',
    '_',
    'ü',
    'Ü',
    'ß',
    'İ',
    'ſ',
    'K',
    '\\',
    "'",
    '"',
    ' ',
    'user',
    'keyERROR',
    '-1',
    '-7',
  ] as const
  const text = () => quoteValue(Array.from({ length: 1 + below(3) }, () => pick([...LETTERS, '😀'])).join(''))
  /** In every form that a range has. */
  const range = (one: string, other: string) =>
    pick([`>${one}`, `>=${one}`, `<${one}`, `<=${one}`, `${one}..${other}`, `${one}..${one}`, 'unknown'])
  const amounts = (unit: string) => {
    const [low = 0, high = 0] = [below(60), below(60)].sort((a, b) => a - b)
    return range(`${low}${unit}`, `${high}${unit}`)
  }
  const moments = () => {
    const at = () => new Date(T0 + below(60) * 1000 + pick([0, 1, 500])).toISOString()
    const [low = '', high = ''] = [at(), at()].sort()
    return range(low, high)
  }
  const writeValue = (field: FilterField<Execution>): string => {
    switch (field.kind) {
      case 'word': {
        if (field.key === 'shard') return pick(['b', 'B57E', 'c0', 'q', 'c041x'])
        const [first = 'command', ...others] = field.values ?? ['command', 'comm', 'unknown', 'keys']
        return pick([first, ...others])
      }
      case 'text':
        return text()
      case 'number':
        return pick([amounts(''), `${below(12)}`, `=${below(12)}`])
      case 'duration':
        return amounts(pick(['ms', '.5ms']))
      case 'age':
        return amounts(pick(['s', '.5s']))
      case 'moment':
        return moments()
    }
  }
  const term = () => {
    const field = VOCABULARY.fields[below(VOCABULARY.fields.length)]
    const values = Array.from({ length: 1 + below(3) }, () => (field ? writeValue(field) : ''))
    const body = below(6) === 0 ? text() : `${field?.key}:${values.join(',')}`
    return below(3) === 0 ? `-${body}` : body
  }
  return () => Array.from({ length: 1 + below(3) }, term).join(' ')
}

it.each([1, 2, 3, 4, 5])(
  'hold what the filter says: 200 filters by chance over rows by chance, seed %i',
  async (seed) => {
    const by = chance(seed)
    const history = await rowsByChance(by)
    const rows = await remembered(history)
    const filter = filtersByChance(by)
    let some = 0
    for (let n = 0; n < 200; n++) {
      const found = await foundBy(history, filter(), rows)
      if (found > 0 && found < ROWS) some++
    }
    // Most filters tell rows apart: one that finds nothing, or everything, proves little.
    expect(some).toBeGreaterThan(80)
  },
)
