'use client'

import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { errorTitle, readError } from '@gearboard/gears/vocabulary/traceback'
import { useQuery } from '@tanstack/react-query'
import { LostPage } from '@/components/shared/page/lost-page'
import { PageHeader } from '@/components/shared/page/page-header'
import { executionsOfPath, registrationPath, registrationsPath, versionPath } from '@/components/shared/page/paths'
import { RegisterAgain } from '@/components/shared/sources/register-again'
import { LinkButton } from '@/components/ui/button'
import { PageLink } from '@/components/ui/page-link'
import { Skeleton } from '@/components/ui/skeleton'
import { describeError } from '@/lib/api/call'
import { useConnectionName } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import type { LostRegistration, RegistrationGone } from '@/lib/model/record/history'
import { formatExact } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'

export const RegistrationLoading = () => (
  <div className="flex flex-col gap-3" aria-busy>
    <PageHeader headline={undefined} />
    <Skeleton className="h-16" />
    <Skeleton className="h-56" />
  </div>
)

export function RegistrationLost({ id, error }: { readonly id: string; readonly error: Error }) {
  const connection = useConnectionName()
  const { data, error: failure } = useQuery(endpointQuery('lostRegistration', { connection, id }))
  return (
    <LostPage
      noun="registration"
      error={error}
      actions={
        data?.source && (
          <>
            {/* What another version replaced is rolled back to, in the editor. */}
            {data.gone?.cause !== 'replaced' && <RegisterAgain sources={[data.source]} />}
            <LinkButton href={versionPath(connection, data.source.id)}>Open its source</LinkButton>
            <LinkButton href={executionsOfPath(connection, id)}>See its executions</LinkButton>
          </>
        )
      }
      list={{ href: registrationsPath(connection), label: 'Open Registrations' }}
      headline={
        data?.registration ? `“${visibleText(data.registration.name)}” was removed.` : 'Registration not found.'
      }
    >
      <span className="break-all font-mono text-small">{visibleText(id)}</span>{' '}
      {failure ? `History unavailable. ${describeError(failure)}` : data && <Remembered lost={data} />}
    </LostPage>
  )
}

/** When it was seen, and why it was removed. */
function Remembered({ lost: { registration, gone, recordSince } }: { readonly lost: LostRegistration }) {
  if (!registration)
    return recordSince === null
      ? 'History has no registrations.'
      : `Never seen; history goes back to ${formatExact(recordSince)}.`
  const { firstSeen, lastSeen, goneAt, counters, lastError } = registration
  return (
    <span className="flex flex-col gap-1">
      <span>
        First seen {formatExact(firstSeen)}, last seen {formatExact(lastSeen)}
        {goneAt === null ? ' (± 1 min).' : `; missing since ${formatExact(goneAt)}.`}{' '}
        {plural(counters.triggered, 'run')}, {formatCount(counters.failures)} failed.
      </span>
      <span>
        <HowItWent gone={gone} />
      </span>
      {lastError !== null && (
        <span className="break-words font-mono text-small">{visibleText(errorTitle(readError(lastError)))}</span>
      )}
    </span>
  )
}

function HowItWent({ gone }: { readonly gone: RegistrationGone | null }) {
  const connection = useConnectionName()
  if (!gone)
    return 'The cause is unknown: another client unregistered it, an upgrade replaced it, or its server lost it.'
  if (gone.cause === 'unregistered') return `Unregistered through Gearboard by ${gone.by}, ${formatExact(gone.at)}.`
  return (
    <>
      Version {gone.version} of <bdi>{visibleText(gone.name)}</bdi> replaced it{gone.by !== null && ` (${gone.by})`},{' '}
      {formatExact(gone.at)}.{' '}
      {gone.registrations.map((each) => (
        <PageLink
          key={each}
          href={registrationPath(connection, each)}
          className="text-accent underline underline-offset-2"
        >
          Open its replacement
        </PageLink>
      ))}
    </>
  )
}
