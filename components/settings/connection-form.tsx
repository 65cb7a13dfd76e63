'use client'

import { Plus, Stethoscope, Trash2 } from 'lucide-react'
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { ConfirmationField, untypedReason } from '@/components/shared/command/confirm-dialog'
import { SelectField } from '@/components/shared/form/select-field'
import { Banner } from '@/components/ui/banner'
import { Button, IconButton } from '@/components/ui/button'
import { Field, Input, Textarea } from '@/components/ui/input'
import { Panel } from '@/components/ui/panel'
import { Switch } from '@/components/ui/switch'
import { ApiError, describeError } from '@/lib/api/call'
import type { ConnectionSetting, SecretField } from '@/lib/api/contract/connection-settings'
import { useAddConnection, useChangeConnection, useTestConnection } from '@/lib/api/mutations'
import { confirmationName } from '@/lib/model/connection/confirmation'
import { CONNECTION_COLOURS } from '@/lib/model/connection/connection'
import { bodyOf, type ConnectionForm, EMPTY_FORM, errorsByField, type FormField, formOf } from './connection-form-state'
import { ConnectionSteps } from './connection-steps'

const CLUSTER_OPTIONS = [
  { value: 'auto', label: 'Detect' },
  { value: 'yes', label: 'Cluster' },
  { value: 'no', label: 'Standalone' },
] as const

const COLOUR_OPTIONS = [
  { value: 'none', label: 'None' },
  ...CONNECTION_COLOURS.map((value) => ({ value, label: value })),
] as const

/** The forms of a URL, each with an example. */
const URL_FORMS = [
  ['One server, or one node of a cluster', 'redis://host:6379'],
  ['Several nodes of a cluster', 'redis://host1:6379,host2:6379'],
  ['With TLS', 'rediss://host:6379'],
  ['Sentinel', 'redis+sentinel://host1:26379,host2:26379/mymaster'],
  ['Unix socket', 'unix:///run/redis.sock'],
] as const

interface ConnectionFormProps {
  /** The stored connection that is edited; undefined: a new one. */
  readonly setting?: ConnectionSetting
  readonly blocked: string | undefined
  readonly onSaved: (name: string) => void
  readonly onCancel: () => void
}

/** Every field of a connection. What was typed stays when the server refuses it. */
export function ConnectionFormPanel({ setting, blocked, onSaved, onCancel }: ConnectionFormProps) {
  const [form, setForm] = useState(() => (setting ? formOf(setting) : EMPTY_FORM))
  const add = useAddConnection()
  const change = useChangeConnection()
  const test = useTestConnection()
  const saving = setting ? change : add
  const { isPending } = saving
  const error = saving.error ?? test.error
  const has = setting?.has ?? []
  const [typed, setTyped] = useState('')
  const word = setting?.definition.production ? confirmationName(setting.definition) : undefined
  const untyped = untypedReason(word, typed)
  const { fields, others } = errorsByField(error instanceof ApiError ? error.details : [])
  const element = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (error) element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [error])

  const set = <Name extends keyof ConnectionForm>(name: Name, value: ConnectionForm[Name]) => {
    // What was found is true of what was tested.
    if (!test.isIdle) test.reset()
    setForm((before) => ({ ...before, [name]: value }))
  }
  const body = () => (setting ? bodyOf(form, has) : bodyOf(form))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isPending || blocked !== undefined || untyped !== undefined) return
    const onSuccess = ({ definition }: ConnectionSetting) => onSaved(definition.name)
    test.reset()
    if (setting) change.mutate({ ...body(), confirm: word }, { onSuccess })
    else add.mutate(body(), { onSuccess })
  }
  const tryOut = () => {
    saving.reset()
    test.mutate(body())
  }
  const text = (name: TextName, at: FormField, label: string, more: TextOptions = {}) => {
    const { hint, mono = false, long = false, readOnly = false, placeholder, className } = more
    const control = {
      value: form[name],
      mono,
      readOnly,
      placeholder,
      onChange: (event: { readonly target: { readonly value: string } }) => set(name, event.target.value),
    }
    return (
      <Field label={label} hint={hint} error={fields[at]} className={className}>
        {(aria) => (long ? <Textarea {...aria} {...control} /> : <Input {...aria} {...control} />)}
      </Field>
    )
  }
  const secret = (name: SecretName, at: SecretField, label: string, long = false) => {
    const stored = has.includes(at) && !form.dropped.includes(at)
    return (
      <div className="flex items-end gap-1.5">
        <Field
          label={label}
          hint={stored ? 'Stored. Leave empty to keep it.' : undefined}
          error={fields[at]}
          className="min-w-0 flex-1"
        >
          {(aria) =>
            long ? (
              <Textarea
                {...aria}
                mono
                value={form[name]}
                placeholder={stored ? 'stored, leave empty to keep' : '-----BEGIN PRIVATE KEY-----'}
                onChange={(event) => set(name, event.target.value)}
              />
            ) : (
              <Input
                {...aria}
                type="password"
                autoComplete="new-password"
                value={form[name]}
                placeholder={stored ? 'stored, leave empty to keep' : undefined}
                onChange={(event) => set(name, event.target.value)}
              />
            )
          }
        </Field>
        {stored && (
          <IconButton
            label={`Remove the stored ${label.toLowerCase()}`}
            icon={Trash2}
            onClick={() => set('dropped', [...form.dropped, at])}
            className="mb-5"
          />
        )}
      </div>
    )
  }
  const usesTls = /^rediss[:+]/.test(form.url.trim())
  const usesSentinel = /^rediss?\+sentinel:/.test(form.url.trim())
  const filled = (...names: readonly TextName[]) => names.some((name) => form[name] !== '')

  return (
    <form ref={element} onSubmit={submit} noValidate className="flex max-w-200 flex-col gap-3">
      {error && (
        <Banner
          tone="failed"
          title={test.error ? 'Connection not tested' : setting ? 'Changes not saved' : 'Connection not added'}
        >
          {Object.keys(fields).length > 0 && others.length === 0
            ? 'See the marked fields.'
            : others.length > 0
              ? others.map(({ at, message }) => `${at === '' ? 'The form' : at} ${message}`).join('; ')
              : describeError(error)}
        </Banner>
      )}
      <FieldGroup title="Connection">
        {text('name', 'name', 'Name', {
          readOnly: setting !== undefined,
          mono: true,
          hint: setting
            ? 'History, grants and links use it, so it cannot change.'
            : 'Part of its address: letters, digits, dots, dashes and underscores.',
        })}
        {text('label', 'label', 'Label', { hint: 'What people call it; the name if empty.' })}
        {text('url', 'url', 'URL', { mono: true, placeholder: 'redis://host:6379', className: 'md:col-span-2' })}
        <details className="text-fg-2 text-small md:col-span-2">
          <summary className="cursor-pointer text-fg-3">Forms of a URL</summary>
          <dl className="mt-1 grid grid-cols-[auto_1fr] gap-x-4 gap-y-0.5 max-md:grid-cols-1">
            {URL_FORMS.map(([words, example]) => (
              <div key={example} className="contents">
                <dt>{words}</dt>
                <dd className="font-mono [overflow-wrap:anywhere]">{example}</dd>
              </div>
            ))}
          </dl>
          <p className="mt-1">User and password have their own fields. An IPv6 address is in brackets.</p>
        </details>
        {text('username', 'username', 'User', { hint: 'Empty: the default user.' })}
        {secret('password', 'password', 'Password')}
        <SelectField
          label="Topology"
          error={fields.cluster}
          value={form.cluster}
          options={CLUSTER_OPTIONS}
          onValueChange={(value) => set('cluster', value)}
        />
      </FieldGroup>
      {(usesTls || filled('ca', 'cert', 'key', 'servername') || has.includes('tls.key') || fields.tls) && (
        <FieldGroup title="TLS" error={fields.tls}>
          <PemField label="CA certificate" error={fields['tls.ca']} value={form.ca} onChange={(ca) => set('ca', ca)} />
          <PemField
            label="Client certificate"
            error={fields['tls.cert']}
            value={form.cert}
            onChange={(cert) => set('cert', cert)}
          />
          {secret('key', 'tls.key', 'Client key', true)}
          {text('servername', 'tls.servername', 'Server name', {
            hint: 'Name in the server’s certificate, if it is not the host of the URL.',
          })}
          <Switch
            label="Verify the certificate"
            hint={form.verify ? undefined : 'any certificate is accepted'}
            checked={form.verify}
            onCheckedChange={(verify) => set('verify', verify)}
          />
        </FieldGroup>
      )}
      {(usesSentinel ||
        filled('sentinelUsername', 'sentinelPassword') ||
        has.includes('sentinel.password') ||
        !form.sentinelTls ||
        fields.sentinel) && (
        <FieldGroup title="Sentinel" error={fields.sentinel}>
          {text('sentinelUsername', 'sentinel.username', 'User on the sentinels')}
          {secret('sentinelPassword', 'sentinel.password', 'Password on the sentinels')}
          {(usesTls || !form.sentinelTls) && (
            <Switch
              label="TLS to the sentinels"
              hint={form.sentinelTls ? undefined : 'their password is sent unencrypted'}
              checked={form.sentinelTls}
              onCheckedChange={(sentinelTls) => set('sentinelTls', sentinelTls)}
            />
          )}
        </FieldGroup>
      )}
      <FieldGroup
        title="Announced addresses"
        note="where nodes announce addresses that Gearboard cannot reach"
        error={fields.natMap}
      >
        <NatMap rows={form.natMap} onChange={(natMap) => set('natMap', natMap)} />
      </FieldGroup>
      <FieldGroup title="Use">
        <Switch
          label="Production"
          hint="changes ask for its name"
          checked={form.production}
          onCheckedChange={(production) => set('production', production)}
        />
        <Switch
          label="Read-only"
          hint="Gearboard refuses changes"
          checked={form.readOnly}
          onCheckedChange={(readOnly) => set('readOnly', readOnly)}
        />
        <SelectField
          label="Colour"
          error={fields.colour}
          value={form.colour}
          options={COLOUR_OPTIONS}
          onValueChange={(colour) => set('colour', colour)}
        />
        {text('labels', 'labels', 'Labels', {
          hint: 'Separated by commas: team:payments, eu',
          placeholder: 'team:payments, eu',
        })}
        {text('note', 'note', 'Note', { long: true, className: 'md:col-span-2' })}
      </FieldGroup>
      {word !== undefined && <ConfirmationField word={word} typed={typed} onTyped={setTyped} />}
      <div className="flex gap-2">
        <Button type="submit" variant="primary" pending={isPending} disabledReason={blocked ?? untyped}>
          {setting ? 'Save changes' : 'Add connection'}
        </Button>
        <Button icon={Stethoscope} pending={test.isPending} disabledReason={blocked} onClick={tryOut}>
          Test
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
      {test.data && <ConnectionSteps steps={test.data.steps} />}
    </form>
  )
}

type TextName =
  | 'name'
  | 'label'
  | 'url'
  | 'username'
  | 'ca'
  | 'cert'
  | 'key'
  | 'servername'
  | 'sentinelUsername'
  | 'sentinelPassword'
  | 'labels'
  | 'note'
type SecretName = 'password' | 'key' | 'sentinelPassword'

interface TextOptions {
  readonly hint?: string
  readonly mono?: boolean
  readonly long?: boolean
  readonly readOnly?: boolean
  readonly placeholder?: string
  readonly className?: string
}

interface FieldGroupProps {
  readonly title: string
  readonly note?: string
  readonly error?: string | undefined
  readonly children: ReactNode
}

function FieldGroup({ title, note, error, children }: FieldGroupProps) {
  return (
    <Panel title={title} note={note} bodyClassName="px-3 pb-3">
      {error && (
        <p role="alert" className="mb-2 text-failed text-small">
          {error}
        </p>
      )}
      <div className="grid items-start gap-x-4 gap-y-3 md:grid-cols-2">{children}</div>
    </Panel>
  )
}

interface PemFieldProps {
  readonly label: string
  readonly error: string | undefined
  readonly value: string
  readonly onChange: (value: string) => void
}

const PemField = ({ label, error, value, onChange }: PemFieldProps) => (
  <Field label={label} error={error} hint="Paste it in PEM form.">
    {(aria) => (
      <Textarea
        {...aria}
        mono
        value={value}
        placeholder="-----BEGIN CERTIFICATE-----"
        onChange={(event) => onChange(event.target.value)}
      />
    )}
  </Field>
)

interface NatMapProps {
  readonly rows: ConnectionForm['natMap']
  readonly onChange: (rows: ConnectionForm['natMap']) => void
}

function NatMap({ rows, onChange }: NatMapProps) {
  const change = (id: number, part: 'announced' | 'reached', value: string) =>
    onChange(rows.map((row) => (row.id === id ? { ...row, [part]: value } : row)))
  return (
    <div className="flex flex-col gap-2 md:col-span-2">
      {rows.map(({ id, announced, reached }, at) => (
        <div key={id} className="flex items-center gap-2">
          <Input
            mono
            aria-label={`Announced address ${at + 1}`}
            placeholder="announced host:port"
            value={announced}
            onChange={(event) => change(id, 'announced', event.target.value)}
          />
          <span className="text-fg-3 text-small">is at</span>
          <Input
            mono
            aria-label={`Reachable address ${at + 1}`}
            placeholder="reachable host:port"
            value={reached}
            onChange={(event) => change(id, 'reached', event.target.value)}
          />
          <IconButton
            label={`Remove address ${at + 1}`}
            icon={Trash2}
            onClick={() => onChange(rows.filter((row) => row.id !== id))}
          />
        </div>
      ))}
      <Button
        icon={Plus}
        className="self-start"
        onClick={() =>
          onChange([...rows, { id: Math.max(-1, ...rows.map(({ id }) => id)) + 1, announced: '', reached: '' }])
        }
      >
        Add address
      </Button>
    </div>
  )
}
