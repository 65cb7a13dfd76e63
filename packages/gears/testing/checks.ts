// What a value must look like, written without the decoders: a second opinion on them.

export type ShapeCheck = (value: unknown) => boolean

export const isText: ShapeCheck = (value) => typeof value === 'string'
export const isInteger: ShapeCheck = (value) => Number.isSafeInteger(value)
export const isNumber: ShapeCheck = (value) => typeof value === 'number' && Number.isFinite(value)
export const isFlag: ShapeCheck = (value) => typeof value === 'boolean'
export const isNothing: ShapeCheck = (value) => value === undefined
export const isBytes: ShapeCheck = (value) => Buffer.isBuffer(value)
export const orNull =
  (check: ShapeCheck): ShapeCheck =>
  (value) =>
    value === null || check(value)
export const either =
  (...checks: readonly ShapeCheck[]): ShapeCheck =>
  (value) =>
    checks.some((check) => check(value))
export const word =
  (...words: readonly unknown[]): ShapeCheck =>
  (value) =>
    words.includes(value)
export const each =
  (check: ShapeCheck): ShapeCheck =>
  (value) =>
    Array.isArray(value) && value.every(check)

/** Exactly these keys, none more and none less. */
export const only =
  (checks: Readonly<Record<string, ShapeCheck>>): ShapeCheck =>
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    const entries = Object.entries(value)
    return (
      entries.length === Object.keys(checks).length && entries.every(([key, inner]) => checks[key]?.(inner) ?? false)
    )
  }

export const isValue: ShapeCheck = (value) =>
  value === null ||
  typeof value === 'string' ||
  typeof value === 'bigint' ||
  isNumber(value) ||
  isBytes(value) ||
  only({ error: isText })(value) ||
  each(isValue)(value)
