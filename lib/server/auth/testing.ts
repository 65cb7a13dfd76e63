import type { SessionRow } from '../history'
import type { SessionStore } from './sessions'

/** Sessions as a history on disk keeps them. */
export function storeInMemory(): SessionStore & { readonly rows: Map<string, SessionRow> } {
  const rows = new Map<string, SessionRow>()
  return {
    rows,
    find: (digest) => rows.get(digest),
    all: () => [...rows.values()],
    addSession: async (record) => void rows.set(record.digest, record),
    touch: async (digest, at) => {
      const row = rows.get(digest)
      if (row) rows.set(digest, { ...row, seenAt: at })
    },
    remove: async (digest) => void rows.delete(digest),
  }
}
