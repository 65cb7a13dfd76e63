import { parseAsString, useQueryState } from 'nuqs'

/** The key of the row whose panel is open, from the URL. Back closes the panel; another row in the open panel is no step of its own. */
export function useOpenKey(): readonly [string | null, (key: string | null) => void] {
  const [open, setOpen] = useQueryState('open', parseAsString)
  return [open, (key) => void setOpen(key, { history: open !== null && key !== null ? 'replace' : 'push' })]
}
