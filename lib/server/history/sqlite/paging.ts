import { HistoryError } from '../history-error'
import { readable, Tally } from './readable'
import type { Row } from './row'

/** Where a page ends, by two columns: at its last entry that says so. Undefined where none does. */
export const lastPlaceOf = (
  rows: readonly Row[],
  first: string,
  second: string,
): readonly [number, number] | undefined =>
  readable(rows, (row): [number, number] => [row.number(first), row.number(second)], new Tally()).at(-1)

/** As `lastPlaceOf`, for a URL; null where there is none. */
export function cursorAt(rows: readonly Row[], first: string, second: string): string | null {
  const place = lastPlaceOf(rows, first, second)
  return place ? writeCursor(place) : null
}

/** A place in a list ordered by two numbers, as text for a URL. */
export const writeCursor = ([first, second]: readonly [number, number]): string => `${first}.${second}`

/** @throws HistoryError `invalid` */
export function readCursor(text: string): readonly [number, number] {
  const [, first, second] = /^(\d{1,15})\.(\d{1,15})$/.exec(text) ?? []
  if (first === undefined || second === undefined)
    throw new HistoryError('invalid', 'cursor: must be the `next` of an earlier page')
  return [Number(first), Number(second)]
}

/** @throws HistoryError `invalid` */
export function withinBounds(
  name: string,
  value: number | undefined,
  min: number,
  max: number,
  otherwise: number,
): number {
  if (value === undefined) return otherwise
  if (!Number.isInteger(value) || value < min || value > max)
    throw new HistoryError('invalid', `${name}: must be a whole number from ${min} to ${max}`)
  return value
}
