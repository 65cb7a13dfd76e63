/** Checks a value that comes from Python, whose types TypeScript does not know. */
export type TypeGuard<T> = (value: unknown) => value is T

export const isText: TypeGuard<string> = (value): value is string => typeof value === 'string'

export const isNumber: TypeGuard<number> = (value): value is number => typeof value === 'number'

export const isFlag: TypeGuard<boolean> = (value): value is boolean => typeof value === 'boolean'

/** An integer; it arrives as a bigint beyond 53 bits. */
export const isInteger: TypeGuard<number | bigint> = (value): value is number | bigint =>
  typeof value === 'bigint' || Number.isInteger(value)

export const isOneOf =
  <const T extends string>(...words: readonly T[]): TypeGuard<T> =>
  (value): value is T =>
    words.some((word) => word === value)

export const isNullOr =
  <T>(guard: TypeGuard<T>): TypeGuard<T | null> =>
  (value): value is T | null =>
    value === null || guard(value)

export const isAbsentOr =
  <T>(guard: TypeGuard<T>): TypeGuard<T | undefined> =>
  (value): value is T | undefined =>
    value === undefined || guard(value)

export const isListOf =
  <T>(guard: TypeGuard<T>): TypeGuard<readonly T[]> =>
  (value): value is readonly T[] =>
    Array.isArray(value) && value.every(guard)

/** An object with these fields, which may have others. */
export const hasFields =
  <T extends object>(guards: { readonly [K in keyof T]-?: TypeGuard<T[K]> }): TypeGuard<T> =>
  (value): value is T => {
    if (typeof value !== 'object' || value === null) return false
    for (const name in guards) if (!guards[name](Reflect.get(value, name))) return false
    return true
  }

/** @throws TypeError if the value does not fit; `what` names it: `a run` */
export function checked<T>(guard: TypeGuard<T>, value: unknown, what: string): T {
  if (guard(value)) return value
  throw new TypeError(`Python passed something that is not ${what}`)
}
