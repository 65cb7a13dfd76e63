'use client'

import { useState } from 'react'
import { SelectField } from '@/components/shared/form/select-field'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { Dialog, DialogClose, DialogContent } from '@/components/ui/dialog'
import { Switch } from '@/components/ui/switch'
import { fieldError } from '@/lib/api/call'
import { usePeopleChange } from '@/lib/api/mutations'
import { ROLES, type Role } from '@/lib/model/people/role'
import { FormDialog } from '../shared/form/form-dialog'
import { listed, TextField } from '../shared/form/text-field'

export function TokenDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('')
  const [connections, setConnections] = useState('*')
  const [role, setRole] = useState<Role>('viewer')
  const [readOnly, setReadOnly] = useState(true)
  const [days, setDays] = useState('90')
  const { mutate, data, isPending, error } = usePeopleChange('makeToken')
  if (data) return <MadeToken name={data.name} text={data.text} onClose={onClose} />
  return (
    <FormDialog
      title="Create an API token"
      submitLabel="Create token"
      pending={isPending}
      error={error}
      fields={['name', 'connections', 'connections.0', 'days']}
      onSubmit={() => mutate({ body: { name, connections: listed(connections), role, readOnly, days: Number(days) } })}
      onClose={onClose}
    >
      <p className="text-fg-2">A token never does more than you may at the time of each request.</p>
      <TextField label="Name" value={name} onChange={setName} error={fieldError(error, 'name')} autoFocus />
      <TextField
        label="Connections"
        value={connections}
        onChange={setConnections}
        error={fieldError(error, 'connections') ?? fieldError(error, 'connections.0')}
        hint="Names, patterns with *, or label: and a label, comma-separated"
      />
      <SelectField
        label="Role"
        value={role}
        options={ROLES.map((value) => ({ value, label: value }))}
        onValueChange={setRole}
      />
      <Switch label="Read-only" checked={readOnly} onCheckedChange={setReadOnly} />
      <TextField
        label="Expires after (days)"
        type="number"
        value={days}
        onChange={setDays}
        error={fieldError(error, 'days')}
        hint="1 to 366"
      />
    </FormDialog>
  )
}

interface MadeTokenProps {
  readonly name: string
  readonly text: string
  readonly onClose: () => void
}

const MadeToken = ({ name, text, onClose }: MadeTokenProps) => (
  <Dialog open onOpenChange={(open) => !open && onClose()}>
    <DialogContent
      title={`Token ${name}`}
      footer={
        <DialogClose asChild>
          <Button variant="primary">Done</Button>
        </DialogClose>
      }
    >
      <p>Copy it now: Gearboard keeps only a hash of it and cannot show it again.</p>
      <p className="mt-2 flex items-center gap-2">
        <code className="min-w-0 break-all font-mono text-small">{text}</code>
        <CopyButton text={text} label="Copy token" />
      </p>
    </DialogContent>
  </Dialog>
)
