import { HistoryError } from './history-error'

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
export function bounded(name: string, value: number | undefined, min: number, max: number, otherwise: number): number {
  if (value === undefined) return otherwise
  if (!Number.isInteger(value) || value < min || value > max)
    throw new HistoryError('invalid', `${name}: must be a whole number from ${min} to ${max}`)
  return value
}
