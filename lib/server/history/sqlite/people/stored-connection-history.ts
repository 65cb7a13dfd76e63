import type { StoredConnections } from '@/lib/server/history/store'
import { Tally } from '../readable'
import type { StoreAccess } from '../store-access'
import { readStoredConnections } from './stored-connections'

export const storedConnectionsIn = (access: StoreAccess): StoredConnections => ({
  all: (tally = new Tally()) => access.read((reading) => readStoredConnections(reading, tally)),
  write: async (stored) => access.writing().writeStoredConnection(stored),
  remove: async (name) => access.writing().removeStoredConnection(name),
})
