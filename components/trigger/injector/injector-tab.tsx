'use client'

import { cutEnd, plural } from '@gearboard/gears/vocabulary/text'
import { useState } from 'react'
import { ConfirmDialog } from '@/components/shared/command/confirm-dialog'
import { useAskProduction } from '@/components/shared/command/production-guard'
import { useWriteBlock } from '@/components/shared/command/write-block'
import { PageHeader } from '@/components/shared/page/page-header'
import type { Confirmed } from '@/lib/api/call'
import { useShards } from '@/lib/api/live'
import { useInjectEvent } from '@/lib/api/mutations'
import { serverClock } from '@/lib/api/server-clock'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import { visibleText } from '@/lib/model/text/visible-text'
import { canFire, EVENT_COMMAND, hasFired, type InjectionReport, TEST_PREFIX } from '@/lib/model/trigger/injection'
import { InjectionForm, type TestEvent } from './injection-form'
import { type Injecting, InjectionPanel } from './injection-panel'

/** Writes a test event and shows what fires. */
export function InjectorTab() {
  const [injecting, setInjecting] = useState<Injecting>({ state: 'idle' })
  const [asked, setAsked] = useState<TestEvent>()
  const { mutateAsync, isPending } = useInjectEvent()
  const blocked = useWriteBlock('develop')
  const shards = useShards()?.length
  const askProduction = useAskProduction()
  const send = async (event: TestEvent, foreign: boolean, confirmed: Confirmed) => {
    setInjecting({ state: 'watching', key: event.key, since: serverClock.now() })
    try {
      setInjecting({
        state: 'seen',
        report: await mutateAsync({ ...event, ...confirmed, words: [...event.words], foreign }),
      })
    } catch (error) {
      setInjecting({ state: 'failed', key: event.key, error })
    }
  }
  const sendTest = async (event: TestEvent) => {
    const confirmed = await askProduction({ effect: `Inject ${EVENT_COMMAND[event.type]}` })
    if (confirmed) await send(event, false, confirmed)
  }
  return (
    <>
      <PageHeader {...headline(injecting)} />
      <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,420px)_minmax(0,1fr)]">
        <InjectionForm
          pending={isPending}
          blocked={blocked}
          onSend={(event) => {
            if (event.key.startsWith(TEST_PREFIX)) void sendTest(event)
            else setAsked(event)
          }}
        />
        <InjectionPanel injecting={injecting} />
      </div>
      <ConfirmDialog
        open={asked !== undefined}
        onOpenChange={(open) => !open && setAsked(undefined)}
        title={asked ? `Write ${visibleText(asked.key, NAME_CHARS)} on this server?` : ''}
        confirmLabel={asked ? `${EVENT_COMMAND[asked.type]} ${cutEnd(asked.key, 40)}` : ''}
        danger
        disabledReason={blocked}
        onConfirm={async ({ confirm }) => {
          if (asked) void send(asked, true, { confirm })
        }}
      >
        <ul className="list-disc pl-4">
          <li>
            The key is outside <code className="font-mono">{TEST_PREFIX}</code>: functions that serve real data may run,
            on {shards === undefined ? 'every shard' : plural(shards, 'shard')}, and what they do is not undone.
          </li>
          <li>A key that is there already is left alone; a stream gets one entry more, which stays in it.</li>
          <li>A key that comes by this goes again by its expiry, which is an event too.</li>
        </ul>
      </ConfirmDialog>
    </>
  )
}

function headline(injecting: Injecting) {
  switch (injecting.state) {
    case 'idle':
      return {
        headline: 'Write a test event, and see what fires.',
        second: `Keys under ${TEST_PREFIX} are Gearboard’s own; they go by themselves.`,
      }
    case 'watching':
      return { headline: 'Written: watching what fires.', second: undefined }
    case 'failed':
      return { headline: 'Nothing was injected.', second: undefined }
    case 'seen':
      return seenHeadline(injecting.report)
  }
}

function seenHeadline({ registrations, watchedMs, settled, silent }: InjectionReport) {
  const fired = registrations.filter(hasFired)
  const failed = fired.filter(({ grew }) => grew.failures > 0)
  const others = registrations.filter(({ grew, reaches }) => grew.triggered > 0 && !canFire(reaches)).length
  const within = `within ${(watchedMs / 1000).toFixed(1)} s`
  const second = [
    silent.length > 0
      ? `${plural(silent.length, 'shard')} did not tell: what fired there is not known.`
      : settled
        ? 'Counted from the counters before and after: other traffic on the same keys counts too.'
        : 'Some still run; the counters went on while it was watched.',
    others > 0 && `${plural(others, 'other registration')} fired meanwhile for other reasons.`,
  ]
    .filter((part) => part !== false)
    .join(' ')
  if (fired.length === 0) return { headline: `No registration that it reaches fired ${within}.`, second }
  const words = `${plural(fired.length, 'registration')} fired ${within}`
  return { headline: failed.length > 0 ? `${words}; ${failed.length} failed.` : `${words}.`, second }
}
