import { CommandError, NOT_FLOAT, NOT_INTEGER, SYNTAX } from '../command-error'
import { parseDouble, parseInt64, parseInteger } from '../keys/numbers'

/** A key, field or member as the store names it: its bytes as latin1. */
export const name = (bytes: Buffer | undefined): string => bytes?.toString('latin1') ?? ''
export const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')

/** An option word in lower case. */
export const word = (arg: Buffer | undefined): string => arg?.toString('latin1').toLowerCase() ?? ''

export const EMPTY = Buffer.alloc(0)

/** The argument at `index`; empty beyond the end, which the arity check rules out where it matters. */
export const arg = (argv: readonly Buffer[], index: number): Buffer => argv[index] ?? EMPTY

export function integer(text: Buffer | undefined, refusal = NOT_INTEGER): number {
  const value = parseInteger(text ?? EMPTY)
  if (value === undefined) throw new CommandError(refusal)
  return value
}

/** An exact 64-bit integer. */
export function bigInteger(text: Buffer | undefined, refusal = NOT_INTEGER): bigint {
  const value = parseInt64(name(text))
  if (value === undefined) throw new CommandError(refusal)
  return value
}

export function double(text: Buffer | undefined, refusal = NOT_FLOAT): number {
  const value = parseDouble(name(text))
  if (value === undefined) throw new CommandError(refusal)
  return value
}

export const syntaxError = (): never => {
  throw new CommandError(SYNTAX)
}

/** Reads a blocking command's timeout, given in seconds with a fraction, as milliseconds; 0 means no timeout. */
export function timeoutMs(text: Buffer | undefined): number {
  const seconds = parseDouble(name(text))
  if (seconds === undefined) throw new CommandError('ERR timeout is not a float or out of range')
  if (seconds < 0) throw new CommandError('ERR timeout is negative')
  if (seconds * 1000 > Number.MAX_SAFE_INTEGER) throw new CommandError('ERR timeout is out of range')
  return Math.ceil(seconds * 1000)
}

/** Resolves Redis's start and end, which may be negative, against a length. Both ends are inclusive; undefined if the range is empty. */
export function range(start: number, end: number, length: number): readonly [number, number] | undefined {
  const from = start < 0 ? Math.max(0, length + start) : start
  const to = end < 0 ? length + end : Math.min(end, length - 1)
  return from > to || from >= length ? undefined : [from, to]
}
