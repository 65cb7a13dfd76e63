'use client'

import { useState } from 'react'
import { fieldError } from '@/lib/api/call'
import type { UserEntry } from '@/lib/api/contract/people'
import { usePeopleChange } from '@/lib/api/mutations'
import { LEAST_PASSWORD_CHARS, passwordProblem } from '@/lib/model/people/password'
import { FormDialog } from '../shared/form/form-dialog'
import { listed, TextField } from '../shared/form/text-field'

const PASSWORD_HINT = `At least ${LEAST_PASSWORD_CHARS} characters`

const problemOf = (password: string, name: string) => (password === '' ? undefined : passwordProblem(password, name))

export function AddUserDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [groups, setGroups] = useState('')
  const { mutate, isPending, error } = usePeopleChange('addUser')
  const groupsError = error && (fieldError(error, 'groups') ?? fieldError(error, 'groups.0'))
  return (
    <FormDialog
      title="Add a user"
      submitLabel="Add user"
      pending={isPending}
      error={error}
      fields={['name', 'password', 'groups', 'groups.0']}
      onSubmit={() => mutate({ body: { name, password, groups: listed(groups) } }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <TextField label="Name" value={name} onChange={setName} error={fieldError(error, 'name')} autoFocus />
      <TextField
        label="Password"
        type="password"
        autoComplete="new-password"
        value={password}
        onChange={setPassword}
        error={problemOf(password, name) ?? fieldError(error, 'password')}
        hint={PASSWORD_HINT}
      />
      <TextField
        label="Groups"
        value={groups}
        onChange={setGroups}
        error={groupsError ?? undefined}
        hint="Comma-separated. Grants can be given to groups."
      />
    </FormDialog>
  )
}

interface OfUser {
  readonly user: UserEntry
  readonly onClose: () => void
}

export function GroupsDialog({ user, onClose }: OfUser) {
  const [groups, setGroups] = useState(user.groups.join(', '))
  const { mutate, isPending, error } = usePeopleChange('changeUser')
  return (
    <FormDialog
      title={`Groups of ${user.name}`}
      submitLabel="Save groups"
      pending={isPending}
      error={error}
      fields={[]}
      onSubmit={() => mutate({ params: { name: user.name }, body: { groups: listed(groups) } }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <TextField label="Groups" value={groups} onChange={setGroups} hint="Comma-separated" autoFocus />
    </FormDialog>
  )
}

export function PasswordDialog({ user, onClose }: OfUser) {
  const [password, setPassword] = useState('')
  const { mutate, isPending, error } = usePeopleChange('setUserPassword')
  return (
    <FormDialog
      title={`New password for ${user.name}`}
      submitLabel="Set password"
      pending={isPending}
      error={error}
      fields={['password']}
      onSubmit={() => mutate({ params: { name: user.name }, body: { password } }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p className="text-fg-2">This signs {user.name} out everywhere.</p>
      <TextField
        label="Password"
        type="password"
        autoComplete="new-password"
        value={password}
        onChange={setPassword}
        error={problemOf(password, user.name) ?? fieldError(error, 'password')}
        hint={PASSWORD_HINT}
        autoFocus
      />
    </FormDialog>
  )
}

export function OwnPasswordDialog({ name, onClose }: { readonly name: string; readonly onClose: () => void }) {
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const { mutate, isPending, error } = usePeopleChange('changeOwnPassword')
  return (
    <FormDialog
      title="Change your password"
      submitLabel="Change password"
      pending={isPending}
      error={error}
      fields={['current', 'password']}
      onSubmit={() => mutate({ body: { current, password } }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p className="text-fg-2">This signs you out in your other browsers.</p>
      <TextField
        label="Current password"
        type="password"
        autoComplete="current-password"
        value={current}
        onChange={setCurrent}
        error={fieldError(error, 'current')}
        autoFocus
      />
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        value={password}
        onChange={setPassword}
        error={problemOf(password, name) ?? fieldError(error, 'password')}
        hint={PASSWORD_HINT}
      />
    </FormDialog>
  )
}
