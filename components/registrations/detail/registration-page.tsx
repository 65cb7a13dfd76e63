'use client'

import { argsInWords } from '@gearboard/gears/vocabulary/registration'
import { useQuery } from '@tanstack/react-query'
import { ChevronRight, Play } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useRef, useState } from 'react'
import { RegistrationActionDialog } from '@/components/shared/actions/registration-action-dialog'
import {
  type AskedRegistrationAction,
  REGISTRATION_ACTIONS,
  useRegistrationBlocked,
} from '@/components/shared/actions/registration-actions'
import { CopyAsCli } from '@/components/shared/command/copy-as-cli'
import { PageHeader } from '@/components/shared/page/page-header'
import { usePageTitle } from '@/components/shared/page/page-title'
import { auditPath, registrationsPath, triggerPath } from '@/components/shared/page/paths'
import { useMayRead } from '@/components/shared/people/use-role-block'
import { BoundedText, LongText } from '@/components/shared/text/bounded-text'
import { Id } from '@/components/shared/text/id'
import { ScrollRegion } from '@/components/shared/text/scroll-region'
import { AnotherNow } from '@/components/shared/time/another-now'
import { useNow } from '@/components/shared/time/clock'
import { LinkButton } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { PageLink } from '@/components/ui/page-link'
import { Panel } from '@/components/ui/panel'
import { useConnectionName, useRegistrations } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import type { Registration } from '@/lib/model/registrations/registration'
import { isWholeName } from '@/lib/model/registrations/registration-row'
import { registrationReason } from '@/lib/model/registrations/registration-view'
import { visibleText } from '@/lib/model/text/visible-text'
import { ActionButtons } from '../action-buttons'
import { LastErrors, PerShard, RegistrationFacts } from '../registration-sections'
import { RegistrationStateWord } from '../registration-state'
import { SharedId } from '../shared-id'
import { BaselineLine } from './baseline-line'
import { CounterChart } from './counter-chart'
import { ErrorHistory } from './error-history'
import { Findings } from './findings'
import { Hazards } from './hazards-panel'
import { LinkedExecutions } from './linked-executions'
import { RateTiles } from './rate-tiles'
import { RegistrationLoading, RegistrationLost } from './registration-missing'
import { RetentionLine } from './retention-line'
import { EditButton, RegistrationSourcePanel } from './source-panel'
import { StreamsPanel } from './streams-panel'

/** One registration, by its key in the list. */
export function RegistrationPage({ id }: { readonly id: string }) {
  const connection = useConnectionName()
  const listed = useRegistrations()?.find((r) => r.key === id)
  // The list is live; asking is only for what it does not hold: to say whether it exists at all.
  const { data, error, isFetching } = useQuery({
    ...endpointQuery('registration', { connection, id }),
    enabled: listed === undefined || listed.shortened === true,
    staleTime: 0,
    refetchInterval: listed?.shortened ? WHOLE_EVERY_MS : false,
  })
  // What was answered before it left the list is not how it is now.
  const registration = listed ?? (error || isFetching ? undefined : data)
  // What this page was opened for: ids start over when a server restarts, and for a moment there is none.
  const [opened, setOpened] = useState<Registration>()
  const first = opened?.key === id ? opened : registration
  if (first !== opened) setOpened(first)
  if (!registration || !first) return error ? <RegistrationLost id={id} error={error} /> : <RegistrationLoading />
  const whole = data?.identity === registration.identity ? data : registration
  return (
    <Known key={id} registration={registration} whole={whole} opened={first} onSeen={() => setOpened(registration)} />
  )
}

/** Of one with texts that the list leaves the middle out of. */
const WHOLE_EVERY_MS = 10_000

/** Ages in words move by this step, ms. */
const AGE_STEP_MS = 5000

interface KnownProps {
  readonly registration: Registration
  /** With all of its texts, as they were a moment ago. */
  readonly whole: Registration
  /** As it was when the page was opened, or what was there then. */
  readonly opened: Registration
  readonly onSeen: () => void
}

function Known({ registration: r, whole, opened, onSeen }: KnownProps) {
  const now = useNow(AGE_STEP_MS)
  usePageTitle(`${r.name} · Registration`)
  const router = useRouter()
  const connection = useConnectionName()
  const mayReadAudit = useMayRead('audit')
  const [, setAsk] = useQueryStates(ASKED)
  const asked = useAsked(r)
  const left = useRef(false)
  return (
    <div className="flex flex-col gap-3">
      <PageHeader
        breadcrumb={
          <>
            <PageLink href={registrationsPath(connection)} className="hover:text-fg hover:underline">
              Registrations
            </PageLink>
            <ChevronRight aria-hidden className="size-3" />
            <Id id={r.id} copy />
          </>
        }
        headline={
          <span className="flex flex-wrap items-center gap-2">
            <RegistrationStateWord badge registration={r} />
            <bdi className="min-w-0 [overflow-wrap:anywhere]">{visibleText(r.name)}</bdi>
          </span>
        }
        second={<BoundedText text={registrationReason(r, now) ?? `${r.reader}, ${argsInWords(whole)}`} />}
        actions={
          <>
            <CopyAsCli commands={[{ words: ['RG.DUMPREGISTRATIONS'], on: 'every' }]} />
            <ActionButtons chosen={[r]} onAsk={(kind) => void setAsk({ ask: kind, seen: r.identity })} />
            {r.reader === 'CommandReader' && isWholeName(r.args.trigger) && (
              <LinkButton icon={Play} href={triggerPath(connection, r.args.trigger)}>
                Trigger it
              </LinkButton>
            )}
            <EditButton registration={r} />
          </>
        }
      />
      {opened.identity !== r.identity && (
        <AnotherNow noun="registration" before={opened.name} now={r.name} onSeen={onSeen} />
      )}
      <SharedId registration={r} />
      <RateTiles registration={r} />
      <BaselineLine registration={r} />
      <Findings registration={r} />
      <Hazards registration={r} />
      <LastErrors registration={r} whole={whole} />
      <div className="grid items-start gap-3 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="flex min-w-0 flex-col gap-3">
          <Panel
            title="Counters per shard"
            note="since the shard loaded it or its statistics were cleared"
            bodyClassName="px-3 pb-2"
          >
            <PerShard registration={r} />
          </Panel>
          <CounterChart registration={r.key} />
          {r.reader === 'StreamReader' && <StreamsPanel registration={r} />}
          <ErrorHistory id={r.id} />
          <LinkedExecutions registration={r} />
          <RetentionLine registration={r} />
        </div>
        <div className="flex min-w-0 flex-col gap-3">
          <Panel
            title="Details"
            actions={
              mayReadAudit && (
                <PageLink href={auditPath(connection, r.id)} className="text-accent hover:underline">
                  Who changed it
                </PageLink>
              )
            }
            bodyClassName="px-3 pb-3"
          >
            <RegistrationFacts registration={r} whole={whole} />
          </Panel>
          <RegistrationSourcePanel registration={r} />
          {whole.privateData && <RawPrivateData text={whole.privateData.raw} />}
        </div>
      </div>
      <RegistrationActionDialog
        asked={asked}
        // To the list at once: a change of this page's address after it would hold it back.
        onClose={() => !left.current && void setAsk({ ask: null, seen: null })}
        onDone={(kind) => {
          if (kind !== 'unregister') return
          left.current = true
          router.push(registrationsPath(connection))
        }}
      />
    </div>
  )
}

/** What the address asks for, and the identity of the registration that it was asked of. */
const ASKED = { ask: parseAsStringLiteral(REGISTRATION_ACTIONS), seen: parseAsString }

/** What the address asks for, as the registration was when it began to; nothing where that makes no sense. */
function useAsked(r: Registration): AskedRegistrationAction | undefined {
  const [{ ask, seen }] = useQueryStates(ASKED)
  const blocked = useRegistrationBlocked()
  const [asked, setAsked] = useState<AskedRegistrationAction>()
  if (asked?.kind === (ask ?? undefined)) return asked
  // An address that was made for another one under this id asks for nothing.
  const meant = seen === null || seen === r.identity
  const next = ask !== null && meant && blocked(ask, r) === undefined ? { kind: ask, chosen: [r] } : undefined
  if (next !== asked) setAsked(next)
  return next
}

const RawPrivateData = ({ text }: { readonly text: string }) => (
  <Panel
    title="Private data"
    note="as reported by the module"
    actions={<CopyButton label="Copy private data" size="row" text={text} />}
    bodyClassName="border-line border-t"
  >
    <ScrollRegion label="Private data" className="max-h-48">
      <pre className="whitespace-pre-wrap px-3 py-2 font-mono text-fg-2 text-small [overflow-wrap:anywhere]">
        <LongText text={text} />
      </pre>
    </ScrollRegion>
  </Panel>
)
