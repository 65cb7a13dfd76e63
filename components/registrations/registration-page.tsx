'use client'

import { useQuery } from '@tanstack/react-query'
import { ChevronRight, Trash2 } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { CopyAsCli } from '@/components/shared/copy-as-cli'
import { Id } from '@/components/shared/id'
import { PageHeader } from '@/components/shared/page-header'
import { registrationsPath } from '@/components/shared/paths'
import { ScrollRegion } from '@/components/shared/scroll-region'
import { useWriteBlock } from '@/components/shared/write-block'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { Panel } from '@/components/ui/panel'
import { useConnectionName, useRegistrations } from '@/lib/api/live'
import { queries } from '@/lib/api/queries'
import { registrationBlocked } from '@/lib/model/actions'
import { argsInWords, type Registration } from '@/lib/model/registration'
import { registrationTrouble } from '@/lib/model/registration-view'
import { visibleText } from '@/lib/model/visible-text'
import { LinkedExecutions } from './linked-executions'
import { RateTiles } from './rate-tiles'
import { RegistrationLoading, RegistrationLost } from './registration-missing'
import { LastErrors, PerShard, RegistrationFacts } from './registration-sections'
import { RegistrationStateWord } from './registration-state'
import { UnregisterDialog } from './unregister-dialog'

/** One registration, by its key in the list. */
export function RegistrationPage({ id }: { readonly id: string }) {
  const connection = useConnectionName()
  const listed = useRegistrations()?.find((r) => r.key === id)
  // The list is live; asking is only for what it does not hold: to say whether it exists at all.
  const { data, error } = useQuery({ ...queries.registration(connection, id), enabled: listed === undefined })
  const registration = listed ?? data
  if (!registration) return error ? <RegistrationLost id={id} error={error} /> : <RegistrationLoading />
  return <Known registration={registration} />
}

function Known({ registration: r }: { readonly registration: Registration }) {
  const router = useRouter()
  const connection = useConnectionName()
  const blocked = useWriteBlock() ?? registrationBlocked.unregister(r)
  const [asked, setAsked] = useState<readonly Registration[]>()
  return (
    <div className="flex flex-col gap-3">
      <PageHeader
        breadcrumb={
          <>
            <Link href={registrationsPath(connection)} className="hover:text-fg hover:underline">
              Registrations
            </Link>
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
        second={<bdi>{visibleText(registrationTrouble(r) ?? `${r.reader}, ${argsInWords(r)}`)}</bdi>}
        actions={
          <>
            <CopyAsCli commands={[['RG.UNREGISTER', r.id]]} />
            <Button variant="danger" icon={Trash2} disabledReason={blocked} onClick={() => setAsked([r])}>
              Unregister
            </Button>
          </>
        }
      />
      <RateTiles registration={r} />
      <LastErrors registration={r} />
      <div className="grid items-start gap-3 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="flex min-w-0 flex-col gap-3">
          <Panel
            title="Counters per shard"
            note="since the shard loaded it, or its statistics were cleared"
            bodyClassName="px-3 pb-2"
          >
            <PerShard registration={r} />
          </Panel>
          <LinkedExecutions registration={r} />
        </div>
        <div className="flex min-w-0 flex-col gap-3">
          <Panel title="What it is" bodyClassName="px-3 pb-3">
            <RegistrationFacts registration={r} />
          </Panel>
          {r.privateData && <RawPrivateData text={r.privateData.raw} />}
        </div>
      </div>
      <UnregisterDialog
        registrations={asked}
        onClose={() => setAsked(undefined)}
        onDone={() => router.push(registrationsPath(connection))}
      />
    </div>
  )
}

const RawPrivateData = ({ text }: { readonly text: string }) => (
  <Panel
    title="Private data"
    note="as the module prints it"
    actions={<CopyButton label="Copy private data" size="row" text={text} />}
    bodyClassName="border-line border-t"
  >
    <ScrollRegion label="Private data" className="max-h-48">
      <pre className="whitespace-pre-wrap px-3 py-2 font-mono text-fg-2 text-small [overflow-wrap:anywhere]">
        {visibleText(text)}
      </pre>
    </ScrollRegion>
  </Panel>
)
