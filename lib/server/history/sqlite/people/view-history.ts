import type { ViewHistory } from '@/lib/server/history/store'
import { Tally } from '../readable'
import type { StoreAccess } from '../store-access'
import { readViews, viewWith } from './views'

export const viewsIn = (access: StoreAccess): ViewHistory => ({
  all: (connection, page, tally = new Tally()) => access.read((reading) => readViews(reading, connection, page, tally)),
  one: (connection, id) => access.read((reading) => viewWith(reading, connection, id)),
  write: (connection, view) => access.writing().writeView(connection, view),
  remove: async (id) => access.writing().removeView(id),
})
