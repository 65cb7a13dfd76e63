import { z } from 'zod'
import { MAX_VIEW_NAME, MAX_VIEW_QUERY, type SavedView, VIEW_PAGES } from '@/lib/model/record/saved-view'
import { answers, endpoint } from '../endpoint'

const page = z.enum(VIEW_PAGES, `must be one of ${VIEW_PAGES.join(', ')}`)
const name = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(MAX_VIEW_NAME, `must be at most ${MAX_VIEW_NAME} characters`)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must be one line of text')
const query = z
  .string()
  .max(MAX_VIEW_QUERY, `must be at most ${MAX_VIEW_QUERY} characters`)
  .regex(/^[!-~]*$/, 'must be URL search parameters')

/** Views of a list, shared by all who use this Gearboard. 503 `no_history` where they cannot be kept. */
export const viewsEndpoints = {
  views: endpoint({
    method: 'GET',
    path: '/api/{connection}/views',
    access: 'read',
    summary: 'The saved views of a page, by name',
    query: z.object({ page }),
    reply: answers<{ readonly views: readonly SavedView[]; readonly unreadable?: number }>(),
  }),
  saveView: endpoint({
    method: 'POST',
    action: 'Save view',
    confirm: null,
    path: '/api/{connection}/views',
    access: 'operate',
    ownRecord: true,
    summary: 'Save the filter of a page under a name',
    body: z.object({ page, name, query }),
    reply: answers<SavedView>(),
  }),
  changeView: endpoint({
    method: 'PUT',
    action: 'Change view',
    confirm: null,
    path: '/api/{connection}/views/{id}',
    access: 'operate',
    ownRecord: true,
    summary: 'Rename a saved view, or change its query',
    body: z
      .object({ name: name.optional(), query: query.optional() })
      .refine((change) => change.name !== undefined || change.query !== undefined, 'must change the name or the query'),
    reply: answers<SavedView>(),
  }),
  deleteView: endpoint({
    method: 'DELETE',
    action: 'Delete view',
    confirm: null,
    path: '/api/{connection}/views/{id}',
    access: 'operate',
    ownRecord: true,
    summary: 'Delete a saved view',
    reply: answers<SavedView>(),
  }),
} as const
