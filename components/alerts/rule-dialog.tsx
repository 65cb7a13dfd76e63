'use client'

import { useId, useState } from 'react'
import { FormDialog } from '@/components/shared/form/form-dialog'
import { SelectField } from '@/components/shared/form/select-field'
import { TextField } from '@/components/shared/form/text-field'
import { Checkbox } from '@/components/ui/checkbox'
import { Switch } from '@/components/ui/switch'
import { ApiError } from '@/lib/api/call'
import type { ReceiverSetting, RuleSetting } from '@/lib/api/contract/alerts'
import { useAlertChange } from '@/lib/api/mutations'
import { ALERT_KIND, ALERT_KINDS, ALERT_SEVERITIES, type AlertKind } from '@/lib/model/alerts/kinds'
import { THRESHOLD_FIELD, valueInWords } from '@/lib/model/alerts/values'
import { visibleText } from '@/lib/model/text/visible-text'
import { type RuleForm, ruleBody, ruleForm, suggestedRule, thresholdProblem } from './rule-form'

const FIELDS = ['name', 'connections', 'threshold', 'forS', 'receivers'] as const

interface RuleDialogProps {
  /** Undefined: a new one. */
  readonly rule?: RuleSetting
  readonly receivers: readonly ReceiverSetting[]
  readonly onClose: () => void
}

/** What to watch for, where, and whom to notify. */
export function RuleDialog({ rule, receivers, onClose }: RuleDialogProps) {
  const [form, setForm] = useState(() => (rule ? ruleForm(rule) : suggestedRule('failure-rate')))
  const [asked, setAsked] = useState(false)
  const add = useAlertChange('addAlertRule')
  const change = useAlertChange('changeAlertRule')
  const { error, isPending } = rule ? change : add
  const details = error instanceof ApiError ? error.details : []
  const errorAt = (field: (typeof FIELDS)[number]) => details.find(({ at }) => at.split('.')[0] === field)?.message
  const set = (changed: Partial<RuleForm>) => setForm((before) => ({ ...before, ...changed }))
  const facts = ALERT_KIND[form.kind]
  const submit = () => {
    setAsked(true)
    if (thresholdProblem(form) !== undefined) return
    const body = ruleBody(form)
    if (rule) change.mutate({ params: { id: rule.id }, body }, { onSuccess: onClose })
    else add.mutate({ body }, { onSuccess: onClose })
  }
  return (
    <FormDialog
      title={rule ? `Change rule ${visibleText(rule.name)}` : 'Add a rule'}
      submitLabel={rule ? 'Save rule' : 'Add rule'}
      pending={isPending}
      error={error}
      fields={details.flatMap(({ at }) => (FIELDS.some((field) => at.split('.')[0] === field) ? [at] : []))}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField label="Name" value={form.name} onChange={(name) => set({ name })} error={errorAt('name')} autoFocus />
      <SelectField
        label="Kind"
        hint={facts.explains}
        value={form.kind}
        options={ALERT_KINDS.map((value) => ({ value, label: ALERT_KIND[value].label }))}
        onValueChange={(kind: AlertKind) =>
          setForm({ ...suggestedRule(kind), name: form.name, receivers: form.receivers })
        }
      />
      {facts.of === 'connection' && (
        <TextField
          label="Connections"
          value={form.connections}
          onChange={(connections) => set({ connections })}
          error={errorAt('connections')}
          hint="Names, patterns with *, or label: and a label, comma-separated. * is all."
        />
      )}
      <div className="grid items-start gap-3 sm:grid-cols-2">
        {facts.threshold && (
          <TextField
            label={`Threshold (${THRESHOLD_FIELD[facts.threshold.unit].unit})`}
            type="number"
            value={form.threshold}
            onChange={(threshold) => set({ threshold })}
            error={errorAt('threshold') ?? (asked ? thresholdProblem(form) : undefined)}
            hint={`${facts.threshold.fires === 'below' ? 'Fires below it' : 'Fires from it on'}. Suggested: ${valueInWords(form.kind, facts.threshold.default)}`}
          />
        )}
        <TextField
          label="For (s)"
          type="number"
          value={form.forS}
          onChange={(forS) => set({ forS })}
          error={errorAt('forS')}
          hint="How long it must last; 0 fires at once."
        />
      </div>
      <SelectField
        label="Severity"
        value={form.severity}
        options={ALERT_SEVERITIES.map((value) => ({ value, label: value }))}
        onValueChange={(severity) => set({ severity })}
      />
      <ReceiversChoice
        receivers={receivers}
        chosen={form.receivers}
        error={errorAt('receivers')}
        onChange={(chosen) => set({ receivers: chosen })}
      />
      <Switch label="Enabled" checked={form.enabled} onCheckedChange={(enabled) => set({ enabled })} />
    </FormDialog>
  )
}

interface ReceiversChoiceProps {
  readonly receivers: readonly ReceiverSetting[]
  /** Null: every receiver. */
  readonly chosen: readonly string[] | null
  readonly error: string | undefined
  readonly onChange: (chosen: readonly string[] | null) => void
}

function ReceiversChoice({ receivers, chosen, error, onChange }: ReceiversChoiceProps) {
  const id = useId()
  const known = new Set(receivers.map((receiver) => receiver.id))
  const toggle = (receiver: string, on: boolean) =>
    onChange([...(chosen ?? []).filter((each) => each !== receiver && known.has(each)), ...(on ? [receiver] : [])])
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="text-fg-3 text-small">Receivers</legend>
      <Switch
        label="Every receiver"
        hint="those that are added later, too"
        checked={chosen === null}
        onCheckedChange={(all) => onChange(all ? null : receivers.map((receiver) => receiver.id))}
      />
      {chosen !== null &&
        receivers.map((receiver) => (
          <span key={receiver.id} className="flex min-h-6 items-center gap-1.5">
            <Checkbox
              id={`${id}-${receiver.id}`}
              checked={chosen.includes(receiver.id)}
              onCheckedChange={(checked) => toggle(receiver.id, checked === true)}
            />
            <label htmlFor={`${id}-${receiver.id}`}>{visibleText(receiver.definition.name)}</label>
          </span>
        ))}
      {chosen !== null && chosen.length === 0 && (
        <p className="text-fg-3 text-small">None: its alerts are shown on the Alerts page only.</p>
      )}
      {error !== undefined && <p className="text-failed text-small">{error}</p>}
    </fieldset>
  )
}
