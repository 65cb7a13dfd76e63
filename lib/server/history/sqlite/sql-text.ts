/**
 * The rows of a kind in the batch, as `r.value`, each with its connection `c`. CROSS JOIN fixes the order: the planner knows nothing of the
 * size of a batch, and would rather scan a table.
 */
export const incoming = (kind: string, joins = ''): string =>
  `temp.batch r CROSS JOIN connection c ON c.name = r.value->>'connection' ${joins} WHERE r.kind = '${kind}'`

/** Makes known the connections that the rows of a kind name. */
export const connectionsOf = (kind: string): string =>
  `INSERT OR IGNORE INTO connection (name)
   SELECT DISTINCT r.value->>'connection' FROM temp.batch r WHERE r.kind = '${kind}'`

/** `r.value->>'a', r.value->>'b'` */
export const fields = (names: readonly string[]): string => names.map((name) => `r.value->>'${name}'`).join(', ')

/** A pattern for LIKE … ESCAPE '\' that finds what begins with `text`. */
export const startingWith = (text: string): string => `${exactly(text)}%`

/** A pattern for LIKE … ESCAPE '\' that finds `text` alone. */
export const exactly = (text: string): string => text.replace(/[\\%_]/g, '\\$&')

/** Patterns for GLOB that find `id` anywhere, but not as the beginning of another id. */
export function containingId(id: string): readonly string[] {
  const text = id.replace(/[*?[]/g, '[$&]')
  return [`*${text}`, `*${text}[^0-9]*`]
}

/** A pattern for LIKE … ESCAPE '\' that finds `text` anywhere. */
export const containing = (text: string): string => `%${startingWith(text)}`
