import { wallMs } from '@gearboard/gears/vocabulary/clock'
import 'server-only'
import type { SavedView } from '@/lib/model/record/saved-view'
import type { ConnectionParts } from '../connection/connection-parts'
import { ApiRefusal } from '../errors'

/** @throws HistoryError `invalid`; ApiRefusal or HistoryError where nothing can be kept */
export function saveView(
  { name, history }: ConnectionParts,
  view: Pick<SavedView, 'page' | 'name' | 'query'>,
  who: string | null,
): Promise<SavedView> {
  const at = wallMs()
  return history.store.views.write(name, {
    ...view,
    id: null,
    createdAt: at,
    createdBy: who,
    changedAt: at,
    changedBy: who,
  })
}

/** @throws as `saveView` */
export const changeView = (
  { name, history }: ConnectionParts,
  before: SavedView,
  change: { readonly name?: string | undefined; readonly query?: string | undefined },
  who: string | null,
): Promise<SavedView> =>
  history.store.views.write(name, {
    ...before,
    name: change.name ?? before.name,
    query: change.query ?? before.query,
    changedAt: wallMs(),
    changedBy: who,
  })

/** @throws as `saveView` */
export async function deleteView({ history }: ConnectionParts, view: SavedView): Promise<SavedView> {
  await history.store.views.remove(view.id)
  return view
}

/** The view of this number, as a path names it. @throws ApiRefusal `not_found` */
export function viewOf({ name, history }: ConnectionParts, id: string): SavedView {
  const view = /^\d{1,15}$/.test(id) ? history.store.views.one(name, Number(id)) : undefined
  if (!view) throw new ApiRefusal('not_found', 'This view was deleted.')
  return view
}

export const viewInWords = ({ page, name, query }: Pick<SavedView, 'page' | 'name' | 'query'>): string =>
  `${name}: ${page}?${query}`
