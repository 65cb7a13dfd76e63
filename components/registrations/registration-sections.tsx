'use client'

import { formatCount } from '@gearboard/gears/vocabulary/text'
import type { ReactNode } from 'react'
import { sessionPath } from '@/components/shared/page/paths'
import { BoundedText } from '@/components/shared/text/bounded-text'
import { ErrorText } from '@/components/shared/text/error-text'
import { Id } from '@/components/shared/text/id'
import { HealthBadge } from '@/components/shared/text/outcome'
import { ScrollRegion } from '@/components/shared/text/scroll-region'
import { ShardName } from '@/components/shared/text/shard-name'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { cn } from '@/components/ui/cn'
import { PageLink } from '@/components/ui/page-link'
import { Tooltip } from '@/components/ui/tooltip'
import { useConnectionName, useShards } from '@/lib/api/live'
import { descriptionInWords } from '@/lib/model/registrations/description'
import type { Registration, RegistrationPart } from '@/lib/model/registrations/registration'
import { wholeError } from '@/lib/model/registrations/registration-row'
import { argsInDetail, needsAttention } from '@/lib/model/registrations/registration-view'
import { formatDuration } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'
import { Counter } from './list/columns'

interface WithWholeProps {
  readonly registration: Registration
  /** With the whole of each text. */
  readonly whole: Registration
}

/**
 * The last error of each shard that has one, expanded. Of one that is not failing it is the last that was seen: a success clears an error,
 * and the page would change with every run.
 */
export function LastErrors({ registration, whole }: WithWholeProps) {
  const { perShard, observed } = registration
  const failing =
    needsAttention(registration) || observed.lastError === null
      ? perShard.filter((part) => part.lastError !== null)
      : []
  if (failing.length === 0 && observed.lastError === null) return null
  return (
    <section aria-label="Last error" className="flex flex-col gap-2 rounded-control bg-failed-tint px-3 py-2">
      {failing.length === 0 && observed.lastError !== null && (
        <div>
          <p className="font-semibold text-failed text-small">
            Last error
            {observed.lastError.at !== null && (
              <>
                : <TimeAgo at={observed.lastError.at} />
              </>
            )}
          </p>
          <ErrorText text={observed.lastError.text} open />
        </div>
      )}
      {failing.map((part) => (
        <div key={part.shard}>
          <p className="flex justify-between gap-2 text-small">
            <span className="font-semibold text-failed">
              Last error{part.errorIsPast && ', from an earlier run: RedisGears 1.0 keeps it after successes'}
            </span>
            {perShard.length > 1 && <ShardName shard={part.shard} />}
          </p>
          <ErrorText text={wholeError(part, whole) ?? ''} open />
        </div>
      ))}
    </section>
  )
}

/** The counters of every shard, and their sum. */
export function PerShard({ registration: r }: { readonly registration: Registration }) {
  const stream = r.reader === 'StreamReader'
  return (
    <ScrollRegion label="Counters per shard" className="shrink-0">
      <table className="w-full text-small" aria-label="Counters per shard">
        <thead className="text-fg-3">
          <tr className="h-7 border-line border-b">
            <Head left>Shard</Head>
            <Head>Triggered</Head>
            <Head>Success</Head>
            <Head>Failed</Head>
            <Head>Aborted</Head>
            <Head>Average</Head>
            {stream && <Head>Lag (average)</Head>}
            {stream && <Head>Raw status</Head>}
          </tr>
        </thead>
        <tbody>
          {r.perShard.map((part) => (
            <Part key={part.shard} part={part} stream={stream} />
          ))}
          {r.missingOn.map((shard) => (
            <tr key={shard} className="h-8 border-line border-b">
              <th scope="row" className="pr-3 text-left font-normal">
                <ShardName shard={shard} swatch />
              </th>
              <td colSpan={stream ? 7 : 5} className="text-right text-waiting">
                answers but does not know it
              </td>
            </tr>
          ))}
        </tbody>
        {r.perShard.length > 1 && (
          <tfoot>
            <tr className="h-8 font-semibold">
              <th scope="row" className="text-left font-semibold">
                Sum
              </th>
              <Cell>{formatCount(r.counters.triggered)}</Cell>
              <Cell>{formatCount(r.counters.success)}</Cell>
              <Cell>{formatCount(r.counters.failures)}</Cell>
              <Cell>{formatCount(r.counters.aborted)}</Cell>
              <Cell>{formatDuration(r.averageMs)}</Cell>
              {stream && <Cell>{formatDuration(r.lagMs)}</Cell>}
              {stream && <Cell>{null}</Cell>}
            </tr>
          </tfoot>
        )}
      </table>
    </ScrollRegion>
  )
}

function Part({ part, stream }: { readonly part: RegistrationPart; readonly stream: boolean }) {
  const { health } = part
  const silent = useShards()?.find(({ key, state }) => key === part.shard && state === 'silent')
  return (
    <tr className="h-8 border-line border-b">
      <th scope="row" className="pr-3 text-left font-normal">
        <span className="flex items-center gap-2">
          <ShardName shard={part.shard} swatch />
          {silent ? (
            <span className="text-small text-waiting">
              silent; from its last report <TimeAgo at={silent.answeredAt} />
            </span>
          ) : (
            needsAttention(part) && <HealthBadge health={health} className="text-small" />
          )}
        </span>
      </th>
      <Cell>
        <Counter counter="triggered" value={part.counters.triggered} />
      </Cell>
      <Cell>
        <Counter counter="success" value={part.counters.success} />
      </Cell>
      <Cell>
        <Counter counter="failures" value={part.counters.failures} />
      </Cell>
      <Cell>
        <Counter counter="aborted" value={part.counters.aborted} />
      </Cell>
      <Cell>
        <Average of={part.durations} ran={hasRun(part)} />
      </Cell>
      {stream && (
        <Cell>
          {hasRun(part) ? formatDuration(part.lag?.lastMs) : '–'} (<Average of={part.lag} ran={hasRun(part)} />)
        </Cell>
      )}
      {stream && (
        <Cell>
          <span className="font-mono">{part.status ?? '–'}</span>
        </Cell>
      )}
    </tr>
  )
}

const hasRun = ({ counters: { success, failures, aborted } }: RegistrationPart): boolean =>
  success + failures + aborted > 0

/** The mean that a shard reports; NaN where its own division went wrong. */
function Average({ of, ran }: { readonly of: { readonly averageMs: number | null } | null; readonly ran: boolean }) {
  // Of nothing the server reports 0 or NaN.
  if (!ran) return '–'
  if (of?.averageMs !== null) return formatDuration(of?.averageMs)
  return (
    <Tooltip content="The shard reports NaN instead of a number.">
      <span>NaN</span>
    </Tooltip>
  )
}

const Head = ({ children, left = false }: { readonly children: ReactNode; readonly left?: boolean }) => (
  <th scope="col" className={cn('pl-3 font-normal first:pl-0', left ? 'text-left' : 'text-right')}>
    {children}
  </th>
)
const Cell = ({ children }: { readonly children: ReactNode }) => (
  <td className="whitespace-nowrap pl-3 text-right">{children}</td>
)

/** Id, mode, arguments, session: what it is, decoded. */
export function RegistrationFacts({ registration: r, whole }: WithWholeProps) {
  const connection = useConnectionName()
  const session = whole.privateData
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-2 text-small">
      <Fact name="Id">
        <Id id={r.id} copy />
      </Fact>
      <Fact name="Mode">
        {r.mode}
        {r.threadPool && `, ${r.threadPool}`}
      </Fact>
      {whole.description !== null && whole.description.trim() !== r.name && (
        <Fact name="Description">
          <BoundedText text={descriptionInWords(whole.description)} />
        </Fact>
      )}
      {argsInDetail(whole).map(([name, value]) => (
        <Fact key={name} name={name}>
          <BoundedText text={value} />
        </Fact>
      ))}
      {r.status !== null && (
        <Fact name="Stream status">
          <span className="font-mono">{r.status}</span>
        </Fact>
      )}
      <Fact name="Session">
        {session?.session ? (
          <>
            <PageLink
              href={sessionPath(connection, session.session)}
              className="font-mono text-accent underline [overflow-wrap:anywhere]"
            >
              <bdi>{visibleText(session.session)}</bdi>
            </PageLink>
            {session.sessionDescription && (
              <span className="block text-fg-2">
                <BoundedText text={descriptionInWords(session.sessionDescription)} />
              </span>
            )}
          </>
        ) : (
          'not reported'
        )}
      </Fact>
      <Fact name="Requires">
        {session?.requirements.length ? <BoundedText text={session.requirements.join(', ')} /> : 'nothing'}
      </Fact>
      <Fact name="First seen">
        <TimeAgo at={r.firstSeen} />
      </Fact>
    </dl>
  )
}

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <>
    <dt className="text-fg-3">{name}</dt>
    <dd className="min-w-0">{children}</dd>
  </>
)
