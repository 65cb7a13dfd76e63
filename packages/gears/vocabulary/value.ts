/**
 * A value that a Gears function returned, safe for JSON: text and integers as they are; a nested error reply, a simple string and
 * bytes that are not UTF-8 are marked, since a result may be any of them (protocol 4.6).
 */
export type ResultValue =
  | string
  | number
  | null
  | readonly ResultValue[]
  | { readonly error: string }
  | { readonly status: string }
  | { readonly base64: string }

/**
 * What the function returned where an element of its results is an error. RedisGears 1.2 sends a text that begins with `-` as an error without the
 * dash (protocol 4.6); nothing else among results is one.
 */
export const signedText = ({ error }: { readonly error: string }): string => `-${error}`

/** Levels of lists that are searched. */
const DEEPEST = 40

/** Whether a text that began with `-` is among the values. */
export const hasSignedText = (values: readonly ResultValue[], depth = 0): boolean =>
  values.some((value) => {
    if (value === null || typeof value !== 'object') return false
    if ('error' in value) return true
    return isList(value) && depth < DEEPEST && hasSignedText(value, depth + 1)
  })

const isList = (value: ResultValue): value is readonly ResultValue[] => Array.isArray(value)
