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
