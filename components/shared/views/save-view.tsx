'use client'

import { type FormEvent, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog, DialogClose, DialogContent } from '@/components/ui/dialog'
import { Field, Input } from '@/components/ui/input'
import { toast } from '@/components/ui/toaster'
import { describeError } from '@/lib/api/call'
import { useChangeView, useSaveView } from '@/lib/api/mutations'
import { MAX_VIEW_NAME, type SavedView, type ViewPage } from '@/lib/model/record/saved-view'

interface SaveViewProps {
  readonly page: ViewPage
  readonly query: string
  readonly views: readonly SavedView[]
  readonly open: boolean
  readonly blocked: string | undefined
  readonly onClose: () => void
}

export function SaveView({ open, onClose, ...rest }: SaveViewProps) {
  return (
    <Dialog open={open} onOpenChange={(next) => !next && onClose()}>
      {open && <SaveContent {...rest} onClose={onClose} />}
    </Dialog>
  )
}

/** A name that is taken saves over that view, and says so first. */
function SaveContent({ page, query, views, blocked, onClose }: Omit<SaveViewProps, 'open'>) {
  const [name, setName] = useState('')
  const save = useSaveView()
  const change = useChangeView()
  const taken = views.find((view) => view.name.toLowerCase() === name.trim().toLowerCase())
  const error = save.error ?? change.error
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (blocked !== undefined || name.trim() === '') return
    try {
      const view = taken
        ? await change.mutateAsync({ id: String(taken.id), query })
        : await save.mutateAsync({ page, name, query })
      toast.success(`Saved as ${view.name}, for everyone`)
      onClose()
    } catch {
      // The mutation keeps the error; the dialog stays open with it.
    }
  }
  return (
    <DialogContent
      title="Save this view"
      description="Saves its filter, order and time range under a name, for everyone who uses this Gearboard."
      footer={
        <>
          <DialogClose asChild>
            <Button>Cancel</Button>
          </DialogClose>
          <Button
            variant="primary"
            type="submit"
            form="save-view"
            pending={save.isPending || change.isPending}
            disabledReason={blocked ?? (name.trim() === '' ? 'Enter a name first.' : undefined)}
          >
            {taken ? 'Overwrite' : 'Save view'}
          </Button>
        </>
      }
    >
      <form id="save-view" onSubmit={submit} className="flex flex-col gap-2">
        <Field
          label="Name"
          {...(error ? { error: describeError(error) } : {})}
          hint={taken ? `${taken.name} already exists and will be overwritten.` : undefined}
        >
          {(control) => (
            <Input
              {...control}
              autoFocus
              maxLength={MAX_VIEW_NAME}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <p className="text-fg-3 text-small">
          {query === '' ? (
            'No filter.'
          ) : (
            <code className="break-all">{decodeURIComponent(query.replaceAll('+', ' '))}</code>
          )}
        </p>
      </form>
    </DialogContent>
  )
}
