import type { RegistrationHistory } from '@/lib/server/history/store'
import { Tally } from '../readable'
import type { StoreAccess } from '../store-access'
import { readErrorGroups, readLost, readRegistrations } from './registration-reads'

export const registrationsIn = (access: StoreAccess): RegistrationHistory => ({
  record: (connection, at, registrations) => access.writer?.recordRegistrations(connection, at, registrations),
  recordGone: (connection, gone) => access.writer?.recordGoneRegistrations(connection, gone),
  all: (connection, tally = new Tally()) => access.read((reading) => readRegistrations(reading, connection, tally)),
  lost: (connection, name) => access.read((reading) => readLost(reading, connection, name)),
  errorGroups: (query, tally = new Tally()) => access.read((reading) => readErrorGroups(reading, query, tally)),
})
