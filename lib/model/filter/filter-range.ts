export type RangeKind = 'number' | 'duration' | 'age' | 'moment'

export interface FilterRange {
  readonly kind: 'range'
  readonly min: number
  readonly max: number
  /** Its ends do not belong to it. */
  readonly open: boolean
}

const UNIT_MS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ms: 1,
    s: 1000,
    sec: 1000,
    m: 60_000,
    min: 60_000,
    h: 3_600_000,
    d: 86_400_000,
  }),
)

/** `>5s`, `>=10`, `<10m`, `1s..5s`, `>2026-11-21T16:40`, and for numbers `=3` or `3`. Undefined when it is none, or when a time lacks its unit. */
export function parseRange(text: string, kind: RangeKind): FilterRange | undefined {
  const between = text.split('..')
  if (between.length === 2) {
    const min = parseQuantity(between[0] ?? '', kind)
    const max = parseQuantity(between[1] ?? '', kind)
    return min === undefined || max === undefined || min > max ? undefined : { kind: 'range', min, max, open: false }
  }
  const operator = /^(?:>=|<=|>|<|=)/.exec(text)?.[0] ?? ''
  const value = parseQuantity(text.slice(operator.length), kind)
  if (value === undefined) return undefined
  switch (operator) {
    case '>':
    case '>=':
      return { kind: 'range', min: value, max: Number.POSITIVE_INFINITY, open: operator === '>' }
    case '<':
    case '<=':
      return { kind: 'range', min: Number.NEGATIVE_INFINITY, max: value, open: operator === '<' }
    default:
      // Exactly 5,000 ms is hardly meant: a time without an operator is a slip.
      return kind === 'number' ? { kind: 'range', min: value, max: value, open: false } : undefined
  }
}

/** Server and browser must read the same: without a zone it is UTC. */
function parseMoment(text: string): number | undefined {
  const [, day, time = '00:00'] =
    /^\s*(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?))?Z?\s*$/i.exec(text) ?? []
  const moment = Date.parse(`${day}T${time}Z`)
  return Number.isNaN(moment) ? undefined : moment
}

function parseQuantity(text: string, kind: RangeKind): number | undefined {
  if (kind === 'moment') return parseMoment(text)
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? []
  if (digits === undefined || unit === undefined) return undefined
  const factor = kind === 'number' ? (unit === '' ? 1 : undefined) : UNIT_MS.get(unit.toLowerCase())
  return factor === undefined ? undefined : Number(digits) * factor
}

export const inRange = (value: number, range: FilterRange): boolean =>
  range.open ? value > range.min && value < range.max : value >= range.min && value <= range.max
