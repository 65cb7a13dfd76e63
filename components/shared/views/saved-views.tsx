'use client'

import { useQuery } from '@tanstack/react-query'
import { Bookmark, BookmarkPlus, Check, Settings2 } from 'lucide-react'
import { useRouter, useSearchParams } from 'next/navigation'
import { useState } from 'react'
import { Unreadable } from '@/components/shared/text/unreadable'
import { Button } from '@/components/ui/button'
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu'
import { describeError } from '@/lib/api/call'
import { useConnectionName } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import type { SavedView, ViewPage } from '@/lib/model/record/saved-view'
import { ManageViews } from './manage-views'
import { SaveView } from './save-view'
import { useViewBlock } from './use-view-block'

/** The saved views of a list, shared by all users: the query of its URL, under a name. */
export function SavedViews({ page }: { readonly page: ViewPage }) {
  const connection = useConnectionName()
  const router = useRouter()
  const shown = shownQuery(useSearchParams())
  const blocked = useViewBlock()
  const [open, setOpen] = useState<'save' | 'manage'>()
  const { data, error } = useQuery(endpointQuery('views', { connection, page }))
  const views = data?.views ?? []
  const current = views.find(({ query }) => query === shown)
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button icon={Bookmark}>{current ? <bdi className="max-w-40 truncate">{current.name}</bdi> : 'Views'}</Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent>
          <DropdownMenuLabel>{wordsOf(views, error)}</DropdownMenuLabel>
          <Unreadable count={data?.unreadable ?? 0} />
          {views.map((view) => (
            <DropdownMenuItem
              key={view.id}
              icon={view === current ? Check : Bookmark}
              onSelect={() => router.push(`?${view.query}`)}
            >
              <bdi className="max-w-72 truncate">{view.name}</bdi>
            </DropdownMenuItem>
          ))}
          <DropdownMenuSeparator />
          <DropdownMenuItem icon={BookmarkPlus} onSelect={() => setOpen('save')}>
            Save this view
          </DropdownMenuItem>
          <DropdownMenuItem icon={Settings2} onSelect={() => setOpen('manage')}>
            Rename or delete
          </DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
      <SaveView
        page={page}
        query={shown}
        views={views}
        open={open === 'save'}
        blocked={blocked}
        onClose={() => setOpen(undefined)}
      />
      <ManageViews views={views} open={open === 'manage'} blocked={blocked} onClose={() => setOpen(undefined)} />
    </>
  )
}

/** The query of the URL, without the row that happens to be open. */
function shownQuery(parameters: { toString(): string }): string {
  const query = new URLSearchParams(parameters.toString())
  query.delete('open')
  return query.toString()
}

function wordsOf(views: readonly SavedView[], error: Error | null): string {
  if (error) return `Cannot load views. ${describeError(error)}`
  return views.length === 0 ? 'No saved views yet' : 'Saved views, shared with everyone'
}
