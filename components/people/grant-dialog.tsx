'use client'

import { useId, useState } from 'react'
import { SelectField } from '@/components/shared/form/select-field'
import { Checkbox } from '@/components/ui/checkbox'
import { fieldError } from '@/lib/api/call'
import type { GrantEntry } from '@/lib/api/contract/people'
import { usePeopleChange } from '@/lib/api/mutations'
import { HIDDEN_KINDS, type HiddenKind } from '@/lib/model/people/grant'
import { ROLES, type Role } from '@/lib/model/people/role'
import { granteeInWords } from '@/lib/model/people/words'
import { FormDialog } from '../shared/form/form-dialog'
import { listed, TextField } from '../shared/form/text-field'

const ROLE_WORDS: Readonly<Record<Role, string>> = {
  viewer: 'viewer: reads',
  operator: 'operator: also aborts, drops, triggers, pauses, unregisters',
  developer: 'developer: also submits and upgrades',
  admin: 'admin: also configuration, connections, people',
}

interface GrantDialogProps {
  /** Undefined: a new one. */
  readonly grant?: GrantEntry & { readonly id: string }
  readonly onClose: () => void
}

export function GrantDialog({ grant, onClose }: GrantDialogProps) {
  const [who, setWho] = useState(grant ? granteeInWords(grant.who) : 'user:')
  const [connections, setConnections] = useState(grant?.connections.join(', ') ?? '')
  const [role, setRole] = useState<Role>(grant?.role ?? 'viewer')
  const [hides, setHides] = useState<readonly HiddenKind[]>(grant?.hides ?? [])
  const add = usePeopleChange('addGrant')
  const change = usePeopleChange('changeGrant')
  const { error, isPending } = grant ? change : add
  const submit = () => {
    const body = { who, connections: listed(connections), role, hides: role === 'viewer' ? [...hides] : [] }
    if (grant) change.mutate({ params: { id: grant.id }, body }, { onSuccess: onClose })
    else add.mutate({ body }, { onSuccess: onClose })
  }
  const connectionsError = fieldError(error, 'connections') ?? fieldError(error, 'connections.0')
  return (
    <FormDialog
      title={grant ? 'Change a grant' : 'Add a grant'}
      submitLabel={grant ? 'Save grant' : 'Add grant'}
      pending={isPending}
      error={error}
      fields={['who', 'connections', 'connections.0']}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label="Who"
        value={who}
        onChange={setWho}
        error={fieldError(error, 'who')}
        hint="user: or group: and a name, or everyone"
        autoFocus
      />
      <TextField
        label="Connections"
        value={connections}
        onChange={setConnections}
        error={connectionsError}
        hint="Names, patterns with *, or label: and a label, comma-separated. * is all."
      />
      <SelectField
        label="Role"
        value={role}
        options={ROLES.map((value) => ({ value, label: ROLE_WORDS[value] }))}
        onValueChange={setRole}
      />
      {role === 'viewer' && <HidesChoice hides={hides} onChange={setHides} />}
    </FormDialog>
  )
}

interface HidesChoiceProps {
  readonly hides: readonly HiddenKind[]
  readonly onChange: (hides: readonly HiddenKind[]) => void
}

function HidesChoice({ hides, onChange }: HidesChoiceProps) {
  const id = useId()
  return (
    <fieldset className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <legend className="text-fg-3 text-small">Hides from this viewer</legend>
      {HIDDEN_KINDS.map((kind) => (
        <span key={kind} className="flex items-center gap-1.5">
          <Checkbox
            id={`${id}-${kind}`}
            checked={hides.includes(kind)}
            onCheckedChange={(checked) =>
              onChange(checked === true ? [...hides, kind] : hides.filter((each) => each !== kind))
            }
          />
          <label htmlFor={`${id}-${kind}`}>{kind}</label>
        </span>
      ))}
    </fieldset>
  )
}
