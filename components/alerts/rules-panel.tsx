'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { BellRing, Plus } from 'lucide-react'
import { useState } from 'react'
import { ConfirmButton } from '@/components/shared/form/confirm-button'
import { StateWord } from '@/components/shared/text/outcome'
import { Badge } from '@/components/ui/badge'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/panel'
import { PlainTable } from '@/components/ui/plain-table'
import { Switch } from '@/components/ui/switch'
import { toast } from '@/components/ui/toaster'
import { describeError } from '@/lib/api/call'
import type { ReceiverSetting, RuleSetting } from '@/lib/api/contract/alerts'
import { useAlertChange } from '@/lib/api/mutations'
import { isAsDefault } from '@/lib/model/alerts/defaults'
import { ALERT_KIND } from '@/lib/model/alerts/kinds'
import { conditionInWords } from '@/lib/model/alerts/values'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import { listInWords } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'
import { SEVERITY_LOOK } from './alert-looks'
import { RuleDialog } from './rule-dialog'
import { switchedRule } from './rule-form'

interface RulesPanelProps {
  readonly rules: readonly RuleSetting[]
  readonly receivers: readonly ReceiverSetting[]
  /** Why none can be added or changed. */
  readonly blocked: string | undefined
}

export function RulesPanel({ rules, receivers, blocked }: RulesPanelProps) {
  const [open, setOpen] = useState<'add' | RuleSetting>()
  const enabled = rules.filter((rule) => rule.enabled).length
  return (
    <>
      {enabled === 0 && <DefaultsBanner hasReceiver={receivers.length > 0} blocked={blocked} />}
      <Panel
        title="Rules"
        note={`${enabled} of ${plural(rules.length, 'rule')} enabled`}
        actions={
          <Button size="row" icon={Plus} disabledReason={blocked} onClick={() => setOpen('add')}>
            Add rule
          </Button>
        }
      >
        <PlainTable
          label="Rules"
          cards
          rows={rules}
          rowKey={({ id }) => id}
          columns={[
            {
              id: 'name',
              header: 'Rule',
              cell: ({ name, kind }) => (
                <span title={ALERT_KIND[kind].explains} className="font-semibold">
                  {visibleText(name, NAME_CHARS)}
                </span>
              ),
            },
            { id: 'on', header: 'On', cell: (rule) => <RuleSwitch rule={rule} blocked={blocked} /> },
            {
              id: 'when',
              header: 'Fires at',
              className: 'min-w-50 whitespace-normal',
              cell: (rule) => `${ALERT_KIND[rule.kind].label}, ${conditionInWords(rule)}`,
            },
            {
              id: 'severity',
              header: 'Severity',
              cell: ({ severity }) => <StateWord look={SEVERITY_LOOK[severity]} />,
            },
            { id: 'where', header: 'Connections', cell: (rule) => <Scope rule={rule} /> },
            { id: 'to', header: 'Receivers', cell: (rule) => <Notifies rule={rule} receivers={receivers} /> },
            {
              id: 'actions',
              header: 'Actions',
              actions: true,
              cell: (rule) => <RuleActions rule={rule} blocked={blocked} change={() => setOpen(rule)} />,
            },
          ]}
        />
      </Panel>
      {open !== undefined && (
        <RuleDialog rule={open === 'add' ? undefined : open} receivers={receivers} onClose={() => setOpen(undefined)} />
      )}
    </>
  )
}

function DefaultsBanner({
  hasReceiver,
  blocked,
}: {
  readonly hasReceiver: boolean
  readonly blocked: string | undefined
}) {
  const { mutate, isPending } = useAlertChange('enableDefaultAlertRules')
  const enable = () =>
    mutate(
      {},
      {
        onSuccess: ({ enabled }) => toast.success(`${plural(enabled.length, 'rule')} enabled`),
        onError: (error) => toast.error(describeError(error)),
      },
    )
  return (
    <Banner
      tone="info"
      title="No rule is enabled: nothing is watched."
      actions={
        <Button icon={BellRing} pending={isPending} disabledReason={blocked} onClick={enable}>
          Enable the default rules
        </Button>
      }
    >
      {hasReceiver
        ? 'The default rules suit most servers; each can be changed or switched off.'
        : 'Add a receiver first, or enable rules to see alerts on the Alerts page only.'}
    </Banner>
  )
}

function RuleSwitch({ rule, blocked }: { readonly rule: RuleSetting; readonly blocked: string | undefined }) {
  const { mutate, isPending } = useAlertChange('changeAlertRule')
  return (
    <Switch
      label={<span className="sr-only">{visibleText(rule.name, NAME_CHARS)}</span>}
      className="gap-0"
      checked={rule.enabled}
      disabled={blocked !== undefined || isPending}
      onCheckedChange={(enabled) =>
        mutate(
          { params: { id: rule.id }, body: switchedRule(rule, enabled) },
          { onError: (error) => toast.error(describeError(error)) },
        )
      }
    />
  )
}

function Scope({ rule: { kind, connections, selects } }: { readonly rule: RuleSetting }) {
  if (ALERT_KIND[kind].of === 'gearboard') return <span className="text-fg-2">Gearboard itself</span>
  if (selects.length === 0) return <Badge tone="waiting">no connection</Badge>
  return (
    <span className="text-fg-2" title={listInWords(selects, selects.length)}>
      {connections.includes('*') ? 'all' : visibleText(listInWords(connections), NAME_CHARS)}
    </span>
  )
}

function Notifies({ rule, receivers }: { readonly rule: RuleSetting; readonly receivers: readonly ReceiverSetting[] }) {
  const { receivers: ids } = rule
  if (ids === null) return <span className="text-fg-2">{receivers.length === 0 ? 'none yet' : 'all'}</span>
  const names = receivers.flatMap(({ id, definition }) => (ids.includes(id) ? [definition.name] : []))
  return <span className="text-fg-2">{names.length === 0 ? 'none' : visibleText(listInWords(names), NAME_CHARS)}</span>
}

interface RuleActionsProps {
  readonly rule: RuleSetting
  readonly blocked: string | undefined
  readonly change: () => void
}

function RuleActions({ rule, blocked, change }: RuleActionsProps) {
  const { id, name, isDefault } = rule
  const { mutateAsync } = useAlertChange('removeAlertRule')
  const shown = visibleText(name, NAME_CHARS)
  return (
    <span className="inline-flex gap-1">
      <Button size="row" variant="ghost" disabledReason={blocked} onClick={change}>
        Change…
      </Button>
      <ConfirmButton
        label={isDefault ? 'Restore' : 'Remove'}
        title={isDefault ? `Restore default rule ${shown}?` : `Remove rule ${shown}?`}
        disabledReason={blocked ?? (isAsDefault(rule) ? 'It is as it was by default.' : undefined)}
        onConfirm={() => mutateAsync({ params: { id } })}
      >
        {isDefault
          ? 'Its name, condition and receivers become the default ones, and it is switched off. Its alerts end.'
          : 'Its alerts end; those that have ended stay listed.'}
      </ConfirmButton>
    </span>
  )
}
