import type { KeptRecord, SessionRow } from '../history'
import type { RecordStore } from '../kept-records'
import type { PeopleStore } from './people-records'
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

/** Small records as a history on disk keeps them. */
export function recordsInMemory<Kind extends string>(): RecordStore<Kind> {
  const records = new Map<Kind, Map<string, KeptRecord>>()
  const of = (kind: Kind) => {
    const known = records.get(kind) ?? new Map<string, KeptRecord>()
    records.set(kind, known)
    return known
  }
  return {
    all: (kind) => [...of(kind).values()],
    write: async (kind, record) => void of(kind).set(record.id, record),
    update: async (kind, record) => void (of(kind).has(record.id) && of(kind).set(record.id, record)),
    remove: async (kind, id) => void of(kind).delete(id),
  }
}

/** Users, grants and tokens as a history on disk keeps them. */
export const peopleInMemory = (): PeopleStore => recordsInMemory()
