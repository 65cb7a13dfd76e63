'use client'

import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import {
  Activity,
  ArrowRight,
  Ban,
  BellOff,
  CircleCheck,
  CirclePause,
  Code,
  DoorOpen,
  Gauge,
  Hourglass,
  type LucideIcon,
  MemoryStick,
  Network,
  OctagonX,
  PackageX,
  RotateCw,
  ShieldAlert,
  Skull,
  Timer,
  TrendingUp,
  TriangleAlert,
  Unplug,
} from 'lucide-react'
import { type RefCallback, useState } from 'react'
import { ExecutionActionDialog } from '@/components/shared/actions/execution-action-dialog'
import type { AskedExecutionAction } from '@/components/shared/actions/execution-actions'
import { RefreshCluster } from '@/components/shared/actions/refresh-cluster'
import { RegistrationActionDialog } from '@/components/shared/actions/registration-action-dialog'
import {
  type AskedRegistrationAction,
  REGISTRATION_ACTION_LOOK,
  useRegistrationBlocked,
} from '@/components/shared/actions/registration-actions'
import { useManagementBlock, useWriteBlock } from '@/components/shared/command/write-block'
import { executionPath, executionsPath, registrationPath } from '@/components/shared/page/paths'
import { type StateLook, StateWord } from '@/components/shared/text/outcome'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { Button, LinkButton } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { Skeleton } from '@/components/ui/skeleton'
import { toast } from '@/components/ui/toaster'
import { useConnectionName, useRegistrations, useShards } from '@/lib/api/live'
import type { Execution } from '@/lib/model/executions/execution'
import { executionBlocked } from '@/lib/model/executions/execution-blocked'
import { type AttentionRow, overWord } from '@/lib/model/findings/attention'
import type { Finding } from '@/lib/model/findings/finding'
import { type FindingKind, helpFor } from '@/lib/model/findings/finding-kinds'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import type { Registration } from '@/lib/model/registrations/registration'
import { visibleText } from '@/lib/model/text/visible-text'

const lookOf = (icon: LucideIcon, tone: StateLook['tone'], word: string): StateLook => ({ icon, tone, word })

const LOOKS: Readonly<Record<FindingKind, StateLook>> = {
  silent: lookOf(Unplug, 'failed', 'silent'),
  refusing: lookOf(Unplug, 'failed', 'mute'),
  uninitialised: lookOf(Network, 'failed', 'not ready'),
  failing: lookOf(OctagonX, 'failed', 'failing'),
  retrying: lookOf(RotateCw, 'failed', 'retrying'),
  aborted: lookOf(Ban, 'aborted', 'aborted'),
  failed: lookOf(OctagonX, 'failed', 'failed'),
  stuck: lookOf(Timer, 'waiting', 'stuck'),
  long: lookOf(Timer, 'running', 'long run'),
  'fires-though-paused': lookOf(CirclePause, 'failed', 'still fires'),
  stalled: lookOf(Hourglass, 'failed', 'stalled'),
  poison: lookOf(Skull, 'failed', 'poison'),
  lagging: lookOf(TrendingUp, 'waiting', 'lagging'),
  hazard: lookOf(ShieldAlert, 'unknown', 'hazard'),
  evicted: lookOf(DoorOpen, 'unknown', 'evicted'),
  quiet: lookOf(BellOff, 'waiting', 'quiet'),
  flaky: lookOf(Activity, 'waiting', 'flaky'),
  missing: lookOf(TriangleAlert, 'waiting', 'missing'),
  requirement: lookOf(PackageX, 'waiting', 'not installed'),
  growing: lookOf(MemoryStick, 'waiting', 'growing'),
  slower: lookOf(Gauge, 'waiting', 'slower'),
  paused: lookOf(CirclePause, 'waiting', 'paused'),
}

/** Rows shown before "Show more": on a small screen, and otherwise. */
const FEW = 2
const MANY = 12

/** Room for the first rows from the start: where the list comes before the figures, a row that comes moves nothing. */
const ROOM = 'max-md:min-h-[268px] md:max-lg:min-h-52'
const ORDER = 'max-lg:order-first'

export const FindingsSkeleton = () => <Skeleton className={cn('h-52', ROOM, ORDER)} />

interface FindingListProps {
  readonly rows: readonly AttentionRow[]
  /** No registrations and no executions: nothing can need attention. */
  readonly idle: boolean
  /** The ref of the list, which shows the page whether the user is reading it. */
  readonly area: RefCallback<HTMLElement>
}

export function FindingList({ rows: items, idle, area }: FindingListProps) {
  const [all, setAll] = useState(false)
  const more = items.length - (all ? items.length : MANY)
  return (
    <Panel title="Needs attention" note={noteOf(items)} className={cn(ROOM, ORDER)}>
      {items.length === 0 && idle ? (
        <Idle />
      ) : items.length === 0 ? (
        <EmptyState icon={CircleCheck} title="No problems" className="border-line border-t py-8">
          Failing registrations, stuck executions and silent shards will appear here.
        </EmptyState>
      ) : (
        <ul ref={area}>
          {items.slice(0, all ? undefined : MANY).map((row, at) => (
            <li key={row.finding.key} className={cn('border-line border-t', !all && at >= FEW && 'max-md:hidden')}>
              <Row row={row} />
            </li>
          ))}
        </ul>
      )}
      {!all && items.length > FEW && (
        <button
          type="button"
          onClick={() => setAll(true)}
          className={cn(
            'h-10 w-full border-line border-t font-medium text-accent -outline-offset-2 hover:bg-hover',
            more <= 0 && 'md:hidden',
          )}
        >
          <span className="md:hidden">Show {formatCount(items.length - FEW)} more</span>
          <span className="max-md:hidden">Show {formatCount(more)} more</span>
        </button>
      )}
    </Panel>
  )
}

function noteOf(rows: readonly AttentionRow[]): string | undefined {
  const over = rows.filter((row) => row.over).length
  const now = rows.length - over
  const parts = [now > 0 && `${formatCount(now)}, most urgent first`, over > 0 && `${formatCount(over)} over`]
  return rows.length === 0 ? undefined : parts.filter((part) => part !== false).join('; ')
}

function Idle() {
  const connection = useConnectionName()
  return (
    <EmptyState
      title="No registrations and no executions yet"
      className="border-line border-t py-8"
      action={
        <LinkButton href={`/${encodeURIComponent(connection)}/editor`} icon={Code}>
          Write a function
        </LinkButton>
      }
    >
      Failures, long waits and silent shards will appear here.
    </EmptyState>
  )
}

/** Of the reason in its row, which has a line. */
const DETAIL_CHARS = 400

function Row({ row: { finding: item, over, appliedAt } }: { readonly row: AttentionRow }) {
  const { target } = item
  const registrations = useRegistrations()
  const gone =
    target.kind === 'registration' && registrations?.some(({ key }) => key === target.registration.key) === false
  const look = over ? lookOf(CircleCheck, 'ok', overWord(item.kind, gone)) : LOOKS[item.kind]
  const since = over ? appliedAt : item.since
  return (
    <div className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-0.5 px-3 py-1 max-md:h-24 max-md:content-center max-md:overflow-hidden md:grid md:grid-cols-[92px_minmax(0,1.1fr)_minmax(0,1.5fr)_minmax(0,0.7fr)_72px_148px]">
      <StateWord look={look} />
      <p className="min-w-0 truncate max-md:order-1 max-md:w-full">
        <span className="font-semibold">{visibleText(item.subject, NAME_CHARS)}</span>{' '}
        <span className="text-fg-3 text-small">{item.subjectNote}</span>
      </p>
      <p
        title={visibleText(item.detail)}
        className={cn(
          'min-w-0 truncate text-fg-2 max-md:order-2 max-md:flex-1',
          item.verbatim && 'font-mono text-small',
          over && 'text-fg-3',
        )}
      >
        {visibleText(item.detail, DETAIL_CHARS)}
      </p>
      <p className="min-w-0 truncate text-fg-3 text-small max-md:hidden">{item.scale}</p>
      <p className="text-fg-3 text-small max-md:ml-auto">{since !== null && <TimeAgo at={since} />}</p>
      <div className="flex shrink-0 gap-1.5 max-md:order-3 md:justify-end">{!gone && <Actions item={item} />}</div>
    </div>
  )
}

function Actions({ item: { kind, target } }: { readonly item: Finding }) {
  const connection = useConnectionName()
  switch (target.kind) {
    case 'registration':
      return (
        <>
          <RegistrationButton kind={kind} registration={target.registration} />
          <OpenLink href={registrationPath(connection, target.registration.key)} name={target.registration.name} />
        </>
      )
    case 'executions':
      return (
        <OpenLink
          href={`${executionsPath(connection)}?q=${encodeURIComponent(target.query)}`}
          name="these executions"
        />
      )
    case 'cluster':
      return (
        <>
          {kind === 'uninitialised' && <RefreshButton />}
          <OpenLink href={pagePath(connection, 'cluster')} name="the cluster" />
        </>
      )
    case 'environment':
      return <OpenLink href={pagePath(connection, 'environment')} name="the requirements" />
    case 'memory':
      return <OpenLink href={`${pagePath(connection, 'memory')}?range=24h`} name="the memory" />
    case 'function':
      return (
        <OpenLink
          href={`${pagePath(connection, 'profiler')}?range=24h&function=${encodeURIComponent(target.function)}`}
          name="its times"
        />
      )
    case 'retention':
      return (
        <>
          <OpenLink
            href={`${pagePath(connection, 'config')}?key=${encodeURIComponent(target.setting)}`}
            name={`the setting ${target.setting}`}
            verb="Raise"
          />
          <OpenLink href={registrationPath(connection, target.registration.key)} name={target.registration.name} />
        </>
      )
    case 'execution':
      return (
        <>
          <AbortButton execution={target.execution} />
          <OpenLink href={executionPath(connection, target.execution.key)} name={`execution ${target.execution.id}`} />
        </>
      )
  }
}

const pagePath = (connection: string, page: string): string => `/${encodeURIComponent(connection)}/${page}`

interface OpenLinkProps {
  readonly href: string
  /** What it leads to. */
  readonly name: string
  readonly verb?: string
}

const OpenLink = ({ href, name, verb = 'Open' }: OpenLinkProps) => (
  <LinkButton
    href={href}
    size="row"
    variant="ghost"
    icon={ArrowRight}
    aria-label={`${verb} ${name}`}
    className="max-md:border-line-strong"
  >
    {verb}
  </LinkButton>
)

/** RG.REFRESHCLUSTER on every shard, asked first. */
function RefreshButton() {
  const shards = useShards() ?? []
  return (
    <RefreshCluster
      cluster
      short
      shards={shards}
      onRefreshed={(done) => toast.success(`Refreshed ${plural(done.length, 'shard')}`)}
    />
  )
}

function RegistrationButton({
  kind: finding,
  registration,
}: {
  readonly kind: FindingKind
  readonly registration: Registration
}) {
  const [asked, setAsked] = useState<AskedRegistrationAction>()
  const writeBlock = useWriteBlock()
  const blocked = useRegistrationBlocked()
  const kind = helpFor(finding, registration)
  if (kind === null) return null
  const { verb, icon } = REGISTRATION_ACTION_LOOK[kind]
  return (
    <>
      <Button
        size="row"
        icon={icon}
        disabledReason={writeBlock ?? blocked(kind, registration)}
        onClick={() => setAsked({ kind, chosen: [registration] })}
      >
        {verb}
      </Button>
      <RegistrationActionDialog asked={asked} onClose={() => setAsked(undefined)} />
    </>
  )
}

function AbortButton({ execution }: { readonly execution: Execution }) {
  const [asked, setAsked] = useState<AskedExecutionAction>()
  const blocked = useManagementBlock() ?? executionBlocked.abort(execution)
  return (
    <>
      <Button
        size="row"
        icon={Ban}
        disabledReason={blocked}
        onClick={() => setAsked({ kind: 'abort', chosen: [execution] })}
      >
        Abort
      </Button>
      <ExecutionActionDialog asked={asked} onClose={() => setAsked(undefined)} />
    </>
  )
}
