import type { ConnectionState } from './connection'

/** The header in which a write to a production connection carries the connection's name, percent-encoded: it works for every method and body. */
export const CONFIRM_HEADER = 'x-gearboard-confirm'

/** What is to be typed, or sent, before a production connection is changed: what its users call it. */
export const confirmationName = ({ name, label }: Pick<ConnectionState, 'name' | 'label'>): string => label ?? name

/** A name as `CONFIRM_HEADER` carries it: a header holds no other letters. */
export const asConfirmHeader = (name: string): string => encodeURIComponent(name)

/** The name that the header carries; undefined where it carries none. */
export function confirmedName(header: string | null): string | undefined {
  try {
    return header === null ? undefined : decodeURIComponent(header)
  } catch {
    return undefined
  }
}
