/** What a key does to the rows that are selected, or to the active one where none is. */
export interface RowShortcut<Row> {
  /** One lower-case letter; `x` is taken by selecting. */
  readonly key: string
  /** For the hint in the row: `abort`. */
  readonly verb: string
  /** Whether the user may do it, and it makes sense for at least one of these rows now. */
  readonly fits: (rows: readonly Row[]) => boolean
  readonly act: (rows: readonly Row[]) => void
}

interface PressedKey {
  readonly key: string
  readonly shiftKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
}

/** The shortcut of a pressed key that can act on these rows; undefined where none can. With Caps Lock on, a letter is still the same key. */
export function shortcutFor<Row>(
  shortcuts: readonly RowShortcut<Row>[],
  { key, shiftKey, ctrlKey, metaKey, altKey }: PressedKey,
  rows: readonly Row[],
): RowShortcut<Row> | undefined {
  if (shiftKey || ctrlKey || metaKey || altKey || rows.length === 0) return undefined
  const shortcut = shortcuts.find((each) => each.key === key.toLowerCase())
  return shortcut?.fits(rows) ? shortcut : undefined
}
