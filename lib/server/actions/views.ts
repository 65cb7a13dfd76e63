import { wallMs } from '@gearboard/gears/vocabulary/clock'
import 'server-only'
import type { SavedView } from '@/lib/model/record/saved-view'
import type { ConnectionParts } from '../connection-parts'
import { Refusal } from '../errors'

/** @throws HistoryError `invalid`; Refusal or HistoryError where nothing can be kept */
export function saveView(
  { name, chronicle }: ConnectionParts,
  view: Pick<SavedView, 'page' | 'name' | 'query'>,
  who: string | null,
): Promise<SavedView> {
  const at = wallMs()
  return chronicle.history.writeView(name, {
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
  { name, chronicle }: ConnectionParts,
  before: SavedView,
  change: { readonly name?: string | undefined; readonly query?: string | undefined },
  who: string | null,
): Promise<SavedView> =>
  chronicle.history.writeView(name, {
    ...before,
    name: change.name ?? before.name,
    query: change.query ?? before.query,
    changedAt: wallMs(),
    changedBy: who,
  })

/** @throws as `saveView` */
export async function deleteView({ chronicle }: ConnectionParts, view: SavedView): Promise<SavedView> {
  await chronicle.history.removeView(view.id)
  return view
}

/** The view of this number, as a path names it. @throws Refusal `not_found` */
export function viewOf({ name, chronicle }: ConnectionParts, id: string): SavedView {
  const view = /^\d{1,15}$/.test(id) ? chronicle.history.view(name, Number(id)) : undefined
  if (!view) throw new Refusal('not_found', 'There is no such view any more: somebody deleted it.')
  return view
}

export const viewInWords = ({ page, name, query }: Pick<SavedView, 'page' | 'name' | 'query'>): string =>
  `${name}: ${page}?${query}`
