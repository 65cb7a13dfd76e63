'use client'

import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { BulkDialog } from '@/components/shared/bulk/bulk-dialog'
import { CopyAsCli } from '@/components/shared/copy-as-cli'
import { useWriteBlock } from '@/components/shared/write-block'
import { Switch } from '@/components/ui/switch'
import { useShards } from '@/lib/api/live'
import { useUnregister } from '@/lib/api/mutations'
import { registrationBlocked } from '@/lib/model/actions'
import { formatCount, plural } from '@/lib/model/format'
import type { Registration } from '@/lib/model/registration'
import { visibleText } from '@/lib/model/visible-text'

interface UnregisterDialogProps {
  /** Undefined: closed. Fixed when it opens, so that a live list cannot change what is confirmed. */
  readonly registrations: readonly Registration[] | undefined
  readonly onClose: () => void
  readonly onDone?: () => void
}

const LISTED = 6

/** Confirms RG.UNREGISTER: which, on how many shards, and what becomes of what is pending. */
export function UnregisterDialog({ registrations, ...rest }: UnregisterDialogProps) {
  return registrations ? <Asking registrations={registrations} {...rest} /> : null
}

function Asking({
  registrations,
  onClose,
  onDone,
}: UnregisterDialogProps & { readonly registrations: readonly Registration[] }) {
  const blocked = useWriteBlock()
  const shards = useShards()?.length ?? 1
  const { mutateAsync } = useUnregister()
  const [abortPending, setAbortPending] = useState(false)
  const items = registrations.filter((r) => registrationBlocked.unregister(r) === undefined)
  const perMinute = items.reduce((sum, r) => sum + 60 * (r.rates?.triggered ?? 0), 0)
  return (
    <BulkDialog
      open
      onOpenChange={(open) => !open && onClose()}
      disabledReason={blocked}
      onDone={onDone}
      action={{
        verb: 'Unregister',
        past: 'Unregistered',
        noun: 'registration',
        icon: Trash2,
        danger: true,
        items,
        nameOf: (r) => r.name,
        act: (r) => mutateAsync({ id: r.key, abortPending }),
      }}
    >
      <div className="flex flex-col gap-3">
        <p>
          {items.length === 1 ? 'It stops' : 'They stop'} firing on{' '}
          {shards === 1 ? 'the server' : `all ${shards} shards`}
          {perMinute >= 1 && `, now ${plural(Math.round(perMinute), 'time')} a minute`}, and{' '}
          {items.length === 1 ? 'its' : 'their'} counters are gone. Executions that run now finish. Registering again
          needs the script.
        </p>
        <ul className="flex flex-col">
          {items.slice(0, LISTED).map((r) => (
            <li key={r.key} className="flex gap-2">
              <bdi className="min-w-0 truncate font-medium text-fg">{visibleText(r.name)}</bdi>
              <span className="ml-auto shrink-0 text-small">triggered {formatCount(r.counters.triggered)} times</span>
            </li>
          ))}
          {items.length > LISTED && <li>and {plural(items.length - LISTED, 'other')}</li>}
        </ul>
        <Switch
          label="Also abort what is pending"
          hint="runs that have not started yet"
          checked={abortPending}
          onCheckedChange={setAbortPending}
        />
        <div>
          <CopyAsCli
            size="row"
            commands={items.map(({ id }) => ['RG.UNREGISTER', id, ...(abortPending ? ['abortpending'] : [])])}
          />
        </div>
      </div>
    </BulkDialog>
  )
}
