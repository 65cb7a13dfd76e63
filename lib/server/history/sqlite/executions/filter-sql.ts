import { OUTCOMES, type Outcome } from '@gearboard/gears/vocabulary/execution'
import type { Term, ValueTest } from '@/lib/model/filter/filter'
import { isWholeId } from '@/lib/model/filter/filter-match'
import { containing, exactly, startingWith } from '../sql-text'
import type { SqlValue } from '../sqlite'

/** A condition over a row of `execution`. */
export interface Condition {
  readonly sql: string
  readonly values: readonly SqlValue[]
}

/** What a filter says, as far as the database can decide it. What it lets through is tried again by the filter itself. */
export interface FilterConditions {
  /** What an index decides: first seen within, ms, both inclusive; one outcome. */
  readonly from: number | undefined
  readonly to: number | undefined
  readonly outcome: Outcome | undefined
  /** What is tried row by row. */
  readonly rows: readonly Condition[]
  /** Some term is left to the filter altogether. */
  readonly partly: boolean
}

/** In history as running or waiting, and not seen to end: its outcome is unknown. The hub lists those that the server still holds. */
const OUTCOME = `CASE WHEN outcome IN ('running', 'waiting') THEN 'unknown' ELSE outcome END`

/** Of what no shard lists any more, only a status that it ended with says something. */
const STATUS = `CASE WHEN status IN ('done', 'aborted') THEN status ELSE ${OUTCOME} END`

const COLUMNS: ReadonlyMap<string | null, string> = new Map([
  ['duration', 'duration_ms'],
  ['results', 'results'],
  ['errors', 'errors'],
  ['at', 'first_seen'],
])

/** What the rows themselves do not tell. */
export interface FilterContext {
  /** Our clock, ms, against which ages are taken. */
  readonly now: number
  /** By id of a registration: its reader, in the filter's word. */
  readonly readers: () => ReadonlyMap<string, string>
}

export function conditionsOf(terms: readonly Term[], context: FilterContext): FilterConditions {
  const { now } = context
  const rows: Condition[] = []
  let from: number | undefined
  let to: number | undefined
  let outcome: Outcome | undefined
  let partly = false
  for (const term of terms) {
    const range = term.field === 'seen' && !term.negated ? onlyRange(term.tests) : undefined
    if (range) {
      if (Number.isFinite(range.max)) from = Math.max(from ?? 0, Math.floor(now - range.max))
      if (Number.isFinite(range.min)) to = Math.min(to ?? now, Math.ceil(now - range.min))
      continue
    }
    const moments = term.field === 'at' && !term.negated ? onlyRange(term.tests) : undefined
    if (moments) {
      if (Number.isFinite(moments.min)) from = Math.max(from ?? 0, moments.min)
      if (Number.isFinite(moments.max)) to = Math.min(to ?? moments.max, moments.max)
      continue
    }
    outcome ??= term.negated ? undefined : onlyOutcome(term)
    const condition = conditionOf(term, context)
    if (condition) rows.push(term.negated ? { ...condition, sql: `NOT (${condition.sql})` } : condition)
    else partly = true
  }
  return { from, to, outcome, rows, partly }
}

/** What the term says before it is negated; a column that is null makes it null, so that neither holds. Undefined: it is not for SQL. */
function conditionOf({ field, tests, negated }: Term, { now, readers }: FilterContext): Condition | undefined {
  const like = (columns: readonly string[], patternOf: (text: string) => string) =>
    likeAny(columns, tests, patternOf, negated)
  switch (field) {
    case 'outcome':
      return oneOf([OUTCOME], tests)
    case 'status':
      return oneOf([OUTCOME, STATUS], tests)
    case 'registered':
      return oneOf([`CASE registered WHEN 0 THEN 'no' ELSE 'yes' END`], tests)
    case 'kept':
      return oneOf([`'gearboard'`], tests)
    case 'shard':
      return like(['shard'], startingWith)
    case 'reader':
      return readBy(tests, readers())
    case 'function':
      return like(['origin_name'], containing)
    case 'registration':
      return like([`CASE origin_kind WHEN 'registration' THEN origin_id END`], idOrPart)
    case 'error':
      return like(['first_error'], containing)
    case 'id':
      return like(['gears_id'], idOrPart)
    case null:
      return like(['gears_id', 'origin_name', 'first_error'], containing)
    case 'seen':
      return any(tests.flatMap((test) => (test.kind === 'range' ? within(`${now} - first_seen`, test) : [])))
    default: {
      const column = COLUMNS.get(field)
      return column === undefined ? undefined : measured(column, tests)
    }
  }
}

const idOrPart = (text: string): string => (isWholeId(text) ? exactly(text) : containing(text))

function measured(column: string, tests: readonly ValueTest[]): Condition | undefined {
  const ranges = tests.flatMap((test) => (test.kind === 'range' ? within(column, test) : []))
  return any(
    tests.some(({ kind }) => kind === 'unknown') ? [{ sql: `${column} IS NULL`, values: [] }, ...ranges] : ranges,
  )
}

function within(sql: string, { min, max, open }: Extract<ValueTest, { kind: 'range' }>): Condition {
  const bounds = [
    [min, open ? '>' : '>='],
    [max, open ? '<' : '<='],
  ] as const
  const known = bounds.filter(([bound]) => Number.isFinite(bound))
  return {
    sql: known.map(([, operator]) => `${sql} ${operator} ?`).join(' AND '),
    values: known.map(([bound]) => bound),
  }
}

const oneOf = (expressions: readonly string[], tests: readonly ValueTest[]): Condition | undefined => {
  const words = JSON.stringify(wordsOf(tests).map((word) => word.toLowerCase()))
  return any(expressions.map((sql) => ({ sql: `${sql} IN (SELECT value FROM json_each(?))`, values: [words] })))
}

const REGISTERED_AS = `origin_kind = 'registration' AND origin_id IN (SELECT value FROM json_each(?))`

function readBy(tests: readonly ValueTest[], readers: ReadonlyMap<string, string>): Condition | undefined {
  const meant = (reader: string): boolean => wordsOf(tests).some((word) => reader.startsWith(word.toLowerCase()))
  const ids = [...readers].filter(([, reader]) => meant(reader)).map(([id]) => id)
  const known = { sql: REGISTERED_AS, values: [JSON.stringify(ids)] }
  const unknown = { sql: `NOT coalesce(${REGISTERED_AS}, 0)`, values: [JSON.stringify([...readers.keys()])] }
  return any(meant('unknown') ? [known, unknown] : [known])
}

/** LIKE knows the case of ASCII letters alone: any other may be anything, which the filter decides; what that lets through cannot be negated. */
function likeAny(
  columns: readonly string[],
  tests: readonly ValueTest[],
  patternOf: (text: string) => string,
  negated: boolean,
): Condition | undefined {
  const patterns = wordsOf(tests).map((word) => {
    const pattern = patternOf(word)
    const text = pattern.replace(OTHERS, '%')
    return { text, whole: text === pattern }
  })
  if (negated && patterns.some(({ whole }) => !whole)) return undefined
  return any(
    columns.flatMap((column) =>
      patterns.map(({ text }) => ({ sql: `coalesce(${column}, '') LIKE ? ESCAPE '\\'`, values: [text] })),
    ),
  )
}

/** Letters that LIKE does not fold, and what no text column holds as it came. */
const OTHERS = /[^ -~]+/g

const any = (conditions: readonly Condition[]): Condition | undefined =>
  conditions.length === 0
    ? undefined
    : {
        sql: conditions.map(({ sql }) => `(${sql})`).join(' OR '),
        values: conditions.flatMap(({ values }) => values),
      }

const wordsOf = (tests: readonly ValueTest[]): readonly string[] =>
  tests.flatMap((test) => (test.kind === 'text' ? test.text : []))

function onlyRange(tests: readonly ValueTest[]): Extract<ValueTest, { kind: 'range' }> | undefined {
  const [only, ...others] = tests
  return others.length === 0 && only?.kind === 'range' ? only : undefined
}

/** The one outcome that the term asks for, where no status shares its name and rows are stored under it. */
function onlyOutcome({ field, tests }: Term): Outcome | undefined {
  if (field !== 'outcome' && field !== 'status') return undefined
  const [only, ...others] = wordsOf(tests)
  const outcome = others.length > 0 ? undefined : OUTCOMES.find((known) => known === only?.toLowerCase())
  if (outcome === 'ok' || outcome === 'failed') return outcome
  return field === 'outcome' && outcome === 'aborted' ? outcome : undefined
}
