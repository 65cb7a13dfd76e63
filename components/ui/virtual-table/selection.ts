/** The selection after `key` was toggled; with `anchor`, every row between the two takes the new state of `key`. */
export function toggleSelection(
  selected: ReadonlySet<string>,
  keys: readonly string[],
  key: string,
  anchor?: string,
): ReadonlySet<string> {
  const next = new Set(selected)
  const on = !selected.has(key)
  const from = anchor === undefined ? -1 : keys.indexOf(anchor)
  const to = keys.indexOf(key)
  const range = from < 0 || to < 0 ? [key] : keys.slice(Math.min(from, to), Math.max(from, to) + 1)
  for (const each of range) {
    if (on) next.add(each)
    else next.delete(each)
  }
  return next
}
