'use client'

import { CircleCheck, OctagonX, Plus } from 'lucide-react'
import { useState } from 'react'
import { ConfirmButton } from '@/components/shared/form/confirm-button'
import { StateWord } from '@/components/shared/text/outcome'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { PlainTable, WRAPS } from '@/components/ui/plain-table'
import { toast } from '@/components/ui/toaster'
import { describeError } from '@/lib/api/call'
import type { ReceiverSetting } from '@/lib/api/contract/alerts'
import { useAlertChange } from '@/lib/api/mutations'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import { listInWords } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'
import { ReceiverDialog } from './receiver-dialog'

interface ReceiversPanelProps {
  readonly receivers: readonly ReceiverSetting[]
  /** Why none can be added or changed. */
  readonly blocked: string | undefined
}

const KIND_WORDS = { generic: 'Webhook', slack: 'Slack', teams: 'Microsoft Teams' } as const

/** Where a receiver is, as far as that is no secret. */
function Place({ receiver: { definition, address } }: { readonly receiver: ReceiverSetting }) {
  const to = definition.kind === 'email' ? `${listInWords(definition.to)} by ${address}` : address
  return <span className="font-mono text-fg-2 text-small">{visibleText(to, NAME_CHARS)}</span>
}

export function ReceiversPanel({ receivers, blocked }: ReceiversPanelProps) {
  const [open, setOpen] = useState<'add' | ReceiverSetting>()
  return (
    <Panel
      title="Receivers"
      note="where notifications are sent"
      actions={
        <Button size="row" icon={Plus} disabledReason={blocked} onClick={() => setOpen('add')}>
          Add receiver
        </Button>
      }
    >
      {receivers.length === 0 ? (
        <EmptyState title="No receivers yet">
          Add a webhook, a Slack or Teams channel, or an e-mail address. Until then alerts are shown on the Alerts page
          only.
        </EmptyState>
      ) : (
        <PlainTable
          label="Receivers"
          cards
          rows={receivers}
          rowKey={({ id }) => id}
          columns={[
            {
              id: 'name',
              header: 'Name',
              cell: ({ definition }) => (
                <span className="font-semibold">{visibleText(definition.name, NAME_CHARS)}</span>
              ),
            },
            {
              id: 'kind',
              header: 'Kind',
              cell: ({ definition }) => (definition.kind === 'email' ? 'E-mail' : KIND_WORDS[definition.shape]),
            },
            { id: 'place', header: 'Address', className: WRAPS, cell: (receiver) => <Place receiver={receiver} /> },
            {
              id: 'state',
              header: 'State',
              cell: ({ problem }) => (
                <StateWord
                  look={
                    problem === null
                      ? { icon: CircleCheck, tone: 'ok', word: 'ready' }
                      : { icon: OctagonX, tone: 'failed', word: 'cannot be used' }
                  }
                />
              ),
            },
            {
              id: 'changed',
              header: 'Changed',
              cell: ({ changedAt, changedBy }) => (
                <span className="text-fg-2">
                  <TimeAgo at={changedAt} />
                  {changedBy !== null && ` by ${visibleText(changedBy, NAME_CHARS)}`}
                </span>
              ),
            },
            {
              id: 'actions',
              header: 'Actions',
              actions: true,
              cell: (receiver) => (
                <ReceiverActions receiver={receiver} blocked={blocked} change={() => setOpen(receiver)} />
              ),
            },
          ]}
        />
      )}
      {open !== undefined && (
        <ReceiverDialog receiver={open === 'add' ? undefined : open} onClose={() => setOpen(undefined)} />
      )}
    </Panel>
  )
}

interface ReceiverActionsProps {
  readonly receiver: ReceiverSetting
  readonly blocked: string | undefined
  readonly change: () => void
}

function ReceiverActions({ receiver: { id, definition }, blocked, change }: ReceiverActionsProps) {
  const test = useAlertChange('testAlertReceiver')
  const { mutateAsync } = useAlertChange('removeAlertReceiver')
  const name = visibleText(definition.name, NAME_CHARS)
  const sendTest = () =>
    test.mutate(
      { params: { id }, body: {} },
      {
        onSuccess: ({ delivered, answer }) =>
          delivered
            ? toast.success(`Test delivered to ${name}`)
            : toast.error(`Test not delivered to ${name}: ${answer}`),
        onError: (error) => toast.error(describeError(error)),
      },
    )
  return (
    <span className="inline-flex gap-1">
      <Button size="row" variant="ghost" pending={test.isPending} onClick={sendTest}>
        Send test
      </Button>
      <Button size="row" variant="ghost" disabledReason={blocked} onClick={change}>
        Change…
      </Button>
      <ConfirmButton
        label="Remove"
        title={`Remove receiver ${name}?`}
        disabledReason={blocked}
        onConfirm={() => mutateAsync({ params: { id } })}
      >
        Notifications that wait for it are not sent. Rules that name it keep their other receivers.
      </ConfirmButton>
    </span>
  )
}
