'use client'

import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { SquareTerminal } from 'lucide-react'
import { useState } from 'react'
import { type ReplyForm, ReplyFormControl, ReplyView } from '@/components/shared/reply/reply-view'
import { LongText } from '@/components/shared/text/bounded-text'
import { ErrorText } from '@/components/shared/text/error-text'
import { Elapsed } from '@/components/shared/text/figures'
import { OutcomeBadge } from '@/components/shared/text/outcome'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { ApiError, describeError } from '@/lib/api/call'
import type { TriggerReply } from '@/lib/api/contract/functions'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import { formatDuration } from '@/lib/model/text/format'
import { replyText } from '@/lib/model/text/result-tree'
import { visibleText } from '@/lib/model/text/visible-text'
import type { TriggerCall } from '@/lib/model/trigger/trigger-line'
import { TRIGGER_OVERRIDES, type TriggerOverride } from '@/lib/model/trigger/trigger-override'

/** What became of the last call. */
export type TriggerState =
  | { readonly state: 'idle' }
  /** ms since the epoch. */
  | { readonly state: 'waiting'; readonly name: string; readonly since: number }
  | { readonly state: 'answered'; readonly name: string; readonly reply: TriggerReply }
  /** Gearboard could not send the command, or no reply came. */
  | {
      readonly state: 'failed'
      readonly name: string
      readonly call: TriggerCall
      /** The refusals that were already overridden. */
      readonly override: readonly TriggerOverride[]
      readonly error: unknown
    }

interface ReplyPanelProps {
  readonly sending: TriggerState
  /** Sends a call that was refused, naming what it overrides. */
  readonly onSendAnyway: (failed: Extract<TriggerState, { state: 'failed' }>) => void
}

export function ReplyPanel({ sending, onSendAnyway }: ReplyPanelProps) {
  const [form, setForm] = useState<ReplyForm>('tree')
  const answered = sending.state === 'answered' ? sending.reply : undefined
  return (
    <Panel
      title="Reply"
      note={
        sending.state === 'idle' ? undefined : (
          <span className="font-mono">{visibleText(sending.name, NAME_CHARS)}</span>
        )
      }
      actions={
        answered && (
          <>
            <CopyButton
              label="Copy reply"
              text={() => ('results' in answered ? replyText(answered.results) : answered.error)}
            />
            <ReplyFormControl value={form} onValueChange={setForm} />
          </>
        )
      }
    >
      <div aria-live="polite" aria-busy={sending.state === 'waiting'} className="border-line border-t px-3 py-2">
        <Body sending={sending} form={form} onSendAnyway={onSendAnyway} />
      </div>
    </Panel>
  )
}

function Body({ sending, form, onSendAnyway }: ReplyPanelProps & { readonly form: ReplyForm }) {
  switch (sending.state) {
    case 'idle':
      return (
        <EmptyState icon={SquareTerminal} title="No reply yet" className="py-8">
          Choose a command, fill in its arguments, and trigger it.
        </EmptyState>
      )
    case 'waiting':
      return (
        <p className="text-fg-2">
          Waiting for the function to answer: <Elapsed from={sending.since} />. Leaving this page does not stop it.
        </p>
      )
    case 'failed':
      return (
        <Banner
          tone="failed"
          title={overridesIn(sending.error).length > 0 ? 'Not sent' : 'No reply'}
          actions={
            overridesIn(sending.error).length > 0 && (
              <Button size="row" onClick={() => onSendAnyway(sending)}>
                Send anyway
              </Button>
            )
          }
        >
          <span className="whitespace-pre-wrap">{describeError(sending.error)}</span>
        </Banner>
      )
    case 'answered':
      return <Answer reply={sending.reply} form={form} />
  }
}

/** The refusals that a user overrides to send the call anyway. */
export const overridesIn = (error: unknown): readonly TriggerOverride[] =>
  error instanceof ApiError
    ? TRIGGER_OVERRIDES.filter((name) => error.details.some(({ at, message }) => at === 'override' && message === name))
    : []

function Answer({ reply, form }: { readonly reply: TriggerReply; readonly form: ReplyForm }) {
  const failed = 'error' in reply
  return (
    <div className="flex flex-col gap-2">
      <p className="flex flex-wrap items-center gap-x-3 text-small">
        <OutcomeBadge outcome={failed ? 'failed' : 'ok'} />
        <span className="text-fg-2">
          {failed ? 'the function raised, or the trigger is unknown' : plural(reply.resultCount, 'result')} in{' '}
          {formatDuration(reply.durationMs)}
        </span>
      </p>
      {!failed ? (
        reply.resultCount === 0 ? (
          <p className="text-fg-3">An empty list: the function let no record through.</p>
        ) : (
          <>
            {reply.results.length > 0 && <ReplyView results={reply.results} form={form} />}
            {reply.results.length < reply.resultCount && (
              <p className="text-fg-3 text-small">
                The first {plural(reply.results.length, 'result')} of {formatCount(reply.resultCount)}; the rest is too
                much to show here.
              </p>
            )}
          </>
        )
      ) : form === 'raw' ? (
        <pre className="whitespace-pre-wrap font-mono text-failed text-small [overflow-wrap:anywhere]">
          (error) <LongText text={reply.error} />
        </pre>
      ) : (
        <ErrorText text={reply.error} open />
      )}
    </div>
  )
}
