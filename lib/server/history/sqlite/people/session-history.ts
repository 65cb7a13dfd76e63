import type { SessionHistory } from '@/lib/server/history/store'
import type { StoreAccess } from '../store-access'
import { readSession } from './sessions'

export const sessionsIn = (access: StoreAccess): SessionHistory => ({
  one: (digest) => access.writer && access.read((reading) => readSession(reading, digest)),
  write: async (session) => access.writing().writeSession(session),
  remove: async (digest) => access.writing().removeSession(digest),
})
