'use client'

import { Send } from 'lucide-react'
import { useState } from 'react'
import { FormDialog } from '@/components/shared/form/form-dialog'
import { SelectField } from '@/components/shared/form/select-field'
import { TextField } from '@/components/shared/form/text-field'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { ApiError } from '@/lib/api/call'
import type { ReceiverSetting } from '@/lib/api/contract/alerts'
import { useAlertChange, useTestUnsavedReceiver } from '@/lib/api/mutations'
import type { ReceiverSecret } from '@/lib/model/alerts/receiver'
import { visibleText } from '@/lib/model/text/visible-text'
import {
  EMPTY_RECEIVER,
  type ReceiverField,
  type ReceiverForm,
  receiverBody,
  receiverFieldAt,
  receiverForm,
} from './receiver-form'

const KINDS = [
  { value: 'webhook', label: 'Webhook' },
  { value: 'email', label: 'E-mail' },
] as const
const SHAPES = [
  { value: 'generic', label: 'JSON, signed' },
  { value: 'slack', label: 'Slack' },
  { value: 'teams', label: 'Microsoft Teams' },
] as const
const SECURITY = [
  { value: 'starttls', label: 'STARTTLS' },
  { value: 'tls', label: 'TLS' },
  { value: 'none', label: 'None, private addresses only' },
] as const
const URL_HINTS: Readonly<Record<ReceiverForm['shape'], string>> = {
  generic: 'https://…; docs/alerts.md describes what is sent.',
  slack: 'The address of an incoming webhook.',
  teams: 'The address of a Workflow that posts what a webhook receives.',
}

interface ReceiverDialogProps {
  /** Undefined: a new one. */
  readonly receiver?: ReceiverSetting
  readonly onClose: () => void
}

/** Where notifications go. Stored secrets are never shown: left empty they are kept. */
export function ReceiverDialog({ receiver, onClose }: ReceiverDialogProps) {
  const [form, setForm] = useState(() => (receiver ? receiverForm(receiver) : EMPTY_RECEIVER))
  const add = useAlertChange('addAlertReceiver')
  const change = useAlertChange('changeAlertReceiver')
  const test = useTestUnsavedReceiver()
  const saving = receiver ? change : add
  const error = saving.error ?? test.error
  const has = receiver?.has ?? []
  const details = error instanceof ApiError ? error.details : []
  const errorAt = (field: ReceiverField) => details.find(({ at }) => receiverFieldAt(at) === field)?.message
  const set = (changed: Partial<ReceiverForm>) => {
    // What was found is true of what was tested.
    if (!test.isIdle) test.reset()
    setForm((before) => ({ ...before, ...changed }))
  }
  const submit = () => {
    test.reset()
    const body = receiverBody(form, has)
    if (receiver) change.mutate({ params: { id: receiver.id }, body }, { onSuccess: onClose })
    else add.mutate({ body }, { onSuccess: onClose })
  }
  const sendTest = () => {
    saving.reset()
    test.mutate({ receiver: receiverBody(form, has), ...(receiver && { id: receiver.id }) })
  }
  const text = (name: Exclude<ReceiverField, 'security'>, label: string, hint?: string) => (
    <TextField
      label={label}
      value={form[name]}
      onChange={(value) => set({ [name]: value })}
      error={errorAt(name)}
      hint={hint}
      type={name === 'password' || name === 'secret' ? 'password' : name === 'port' ? 'number' : 'text'}
      autoComplete={name === 'password' || name === 'secret' ? 'new-password' : 'off'}
      autoFocus={name === 'name'}
    />
  )
  const secret = (name: ReceiverSecret, label: string, hint?: string) => {
    const isStored = has.includes(name) && receiver?.definition.kind === form.kind && !form.dropped.includes(name)
    return (
      <div className="flex flex-col items-start gap-1">
        <div className="w-full">{text(name, label, isStored ? 'Stored. Leave empty to keep it.' : hint)}</div>
        {isStored && name !== 'url' && (
          <Button size="row" onClick={() => set({ dropped: [...form.dropped, name] })}>
            Remove stored {label.toLowerCase()}
          </Button>
        )}
      </div>
    )
  }
  return (
    <FormDialog
      title={receiver ? `Change receiver ${visibleText(receiver.definition.name)}` : 'Add a receiver'}
      submitLabel={receiver ? 'Save receiver' : 'Add receiver'}
      pending={saving.isPending}
      error={error}
      fields={details.flatMap(({ at }) => (receiverFieldAt(at) === undefined ? [] : [at]))}
      extra={
        <Button icon={Send} pending={test.isPending} onClick={sendTest}>
          Send test
        </Button>
      }
      onSubmit={submit}
      onClose={onClose}
    >
      <SegmentedControl label="Kind" value={form.kind} options={KINDS} onValueChange={(kind) => set({ kind })} />
      {text('name', 'Name')}
      {form.kind === 'webhook' ? (
        <>
          <SelectField label="Format" value={form.shape} options={SHAPES} onValueChange={(shape) => set({ shape })} />
          {secret('url', 'Address', URL_HINTS[form.shape])}
          {form.shape === 'generic' && secret('secret', 'Signing secret', 'The receiver verifies messages with it.')}
        </>
      ) : (
        <>
          <div className="grid grid-cols-[1fr_96px] items-start gap-3">
            {text('host', 'SMTP server')}
            {text('port', 'Port')}
          </div>
          <SelectField
            label="Encryption"
            error={errorAt('security')}
            value={form.security}
            options={SECURITY}
            onValueChange={(security) => set({ security })}
          />
          {text('username', 'User', 'Empty: no sign-in.')}
          {secret('password', 'Password')}
          {text('from', 'From')}
          {text('to', 'To', 'Addresses, comma-separated')}
        </>
      )}
      {test.data && (
        <Banner
          tone={test.data.delivered ? 'info' : 'failed'}
          title={test.data.delivered ? 'Delivered' : 'Not delivered'}
        >
          {test.data.answer}
        </Banner>
      )}
    </FormDialog>
  )
}
