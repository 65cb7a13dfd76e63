'use client'

import { Check, Trash2 } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { IconButton } from '@/components/ui/button'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import { EmptyState } from '@/components/ui/empty-state'
import { Input } from '@/components/ui/input'
import { toast } from '@/components/ui/toaster'
import { describeError } from '@/lib/api/call'
import { useChangeView, useDeleteView } from '@/lib/api/mutations'
import { MAX_VIEW_NAME, type SavedView } from '@/lib/model/record/saved-view'

interface ManageViewsProps {
  readonly views: readonly SavedView[]
  readonly open: boolean
  readonly blocked: string | undefined
  readonly onClose: () => void
}

export function ManageViews({ views, open, blocked, onClose }: ManageViewsProps) {
  return (
    <Dialog open={open} onOpenChange={(next) => !next && onClose()}>
      <DialogContent title="Saved views" description="Views are shared: renaming or deleting one affects everyone.">
        {views.length === 0 ? (
          <EmptyState title="No saved views yet">Filter the list, then save it as a view.</EmptyState>
        ) : (
          <ul className="flex flex-col gap-2">
            {views.map((view) => (
              <ViewRow key={view.id} view={view} blocked={blocked} />
            ))}
          </ul>
        )}
      </DialogContent>
    </Dialog>
  )
}

function ViewRow({ view, blocked }: { readonly view: SavedView; readonly blocked: string | undefined }) {
  const [name, setName] = useState(view.name)
  const change = useChangeView()
  const remove = useDeleteView()
  const error = change.error ?? remove.error
  const id = String(view.id)
  const rename = (event: FormEvent) => {
    event.preventDefault()
    if (blocked === undefined) change.mutate({ id, name })
  }
  return (
    <li className="flex flex-col gap-1">
      <form onSubmit={rename} className="flex items-center gap-1.5">
        <Input
          aria-label={`Name of ${view.name}`}
          maxLength={MAX_VIEW_NAME}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <IconButton
          icon={Check}
          type="submit"
          label={`Rename ${view.name}`}
          disabledReason={blocked ?? (name.trim() === view.name ? 'The name is unchanged.' : undefined)}
        />
        <IconButton
          icon={Trash2}
          label={`Delete ${view.name}`}
          disabledReason={blocked}
          onClick={() => remove.mutate({ id }, { onSuccess: () => toast.success(`Deleted view ${view.name}`) })}
        />
      </form>
      <p className="text-fg-3 text-small">
        {view.changedBy === null ? 'Changed ' : `${view.changedBy} changed it `}
        <TimeAgo at={view.changedAt} />
      </p>
      {error && <p className="text-failed text-small">{describeError(error)}</p>}
    </li>
  )
}
