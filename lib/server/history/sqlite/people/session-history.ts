import type { SessionHistory } from '@/lib/server/history/store'
import type { StoreAccess } from '../store-access'
import { readSession, readSessions, removeSession, touchSession, writeSession } from './sessions'

export const sessionsIn = (access: StoreAccess): SessionHistory => ({
  one: (digest) => access.writer && access.read((reading) => readSession(reading, digest)),
  all: () => (access.writer ? access.read(readSessions) : []),
  write: async (session) => access.writing().keep((writing) => writeSession(writing, session)),
  touch: async (digest, at) => access.writing().keep((writing) => touchSession(writing, digest, at)),
  remove: async (digest) => access.writing().keep((writing) => removeSession(writing, digest)),
})
