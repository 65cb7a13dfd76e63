'use client'

import { formatCount } from '@gearboard/gears/vocabulary/text'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Plus, Search, SearchX, Unplug } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { parseAsArrayOf, parseAsString, useQueryStates } from 'nuqs'
import { useEffect, useMemo } from 'react'
import { PageHeader } from '@/components/shared/page/page-header'
import { useSortParam } from '@/components/shared/page/sort-param'
import { NoGrant } from '@/components/shared/people/no-grant'
import { useMayAddConnections } from '@/components/shared/people/use-may-add-connections'
import { useRowHeight } from '@/components/shared/preferences'
import { CONNECT_COMMAND } from '@/components/shared/text/words'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { Banner } from '@/components/ui/banner'
import { Button, LinkButton } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Input } from '@/components/ui/input'
import { Panel } from '@/components/ui/panel'
import { Skeleton } from '@/components/ui/skeleton'
import { VirtualTable } from '@/components/ui/virtual-table/virtual-table'
import { ApiError, describeError } from '@/lib/api/call'
import { endpointQuery } from '@/lib/api/query'
import { serverClock } from '@/lib/api/server-clock'
import { byTrouble, type FleetRow, labelsOf, matchesFleet } from '@/lib/model/fleet/fleet'
import { fleetHeadline, fleetSecond } from '@/lib/model/fleet/fleet-answer'
import { listAsGiven } from '@/lib/model/list/row-list'
import { visibleText } from '@/lib/model/text/visible-text'
import { fleetColumns, overviewPath } from './columns'
import { LabelChoice } from './label-choice'

const POLL_MS = 2000
/** Of the reason under a row. */
const PROBLEM_CHARS = 300

const keyOf = ({ name }: FleetRow): string => name
const secondLine = ({ problem, status }: FleetRow) =>
  problem !== null && status !== 'live' ? (
    <span className="truncate text-fg-2 text-small">{visibleText(problem, PROBLEM_CHARS)}</span>
  ) : undefined

/** Every connection that this viewer may see, the worst first. */
export function FleetPage() {
  const router = useRouter()
  const { data: me } = useQuery(endpointQuery('me'))
  const hasGrant = !me?.signedIn || me.role !== null
  const { data, error } = useQuery({
    ...endpointQuery('fleet'),
    enabled: hasGrant,
    refetchInterval: POLL_MS,
    refetchIntervalInBackground: false,
    placeholderData: keepPreviousData,
  })
  const at = data?.at
  useEffect(() => {
    if (at !== undefined) serverClock.observe(at)
  }, [at])
  const mayAdd = useMayAddConnections() === true
  const [{ q, label }, setFilter] = useQueryStates({
    q: parseAsString.withDefault(''),
    label: parseAsArrayOf(parseAsString).withDefault([]),
  })
  const [sort, setSort] = useSortParam({ id: 'state', desc: false })
  const rowHeight = useRowHeight(36)
  const fleet = useMemo(() => data?.fleet.toSorted(byTrouble), [data])
  const all = useMemo(() => listAsGiven(fleet ?? []), [fleet])
  const found = useMemo(
    () => listAsGiven((fleet ?? []).filter((row) => matchesFleet(row, q, label))),
    [fleet, q, label],
  )
  const columns = useMemo(() => {
    const places = new Map(fleet?.map(({ name }, place) => [name, place]))
    return fleetColumns(({ name }) => places.get(name) ?? 0)
  }, [fleet])
  // A label of the address that no connection has any more can still be taken out.
  const labels = useMemo(() => [...new Set([...labelsOf(fleet ?? []), ...label])], [fleet, label])
  const isFiltered = q !== '' || label.length > 0
  const clear = () => void setFilter({ q: null, label: null })

  if (!hasGrant) return <NoGrant />
  const isFailed = !fleet && error !== null
  return (
    <div className="flex flex-[1_1_0px] flex-col gap-3">
      <PageHeader
        changing="short"
        actionsLast
        headline={fleet ? fleetHeadline(fleet) : error ? 'Connections cannot be loaded.' : undefined}
        second={fleet ? fleetSecond(fleet) : ''}
        actions={
          mayAdd && (
            <LinkButton href="/settings/connections?add=true" variant="primary" icon={Plus}>
              Add connection
            </LinkButton>
          )
        }
      />
      {error && !(error instanceof ApiError && error.code === 'unauthenticated') && (
        <Banner tone={fleet ? 'silent' : 'failed'} title={describeError(error)}>
          {at !== undefined && (
            <>
              Showing data from <TimeAgo at={at} />.{' '}
            </>
          )}
          Trying again.
        </Banner>
      )}
      {!isFailed && (
        <div className="flex items-center gap-2">
          <Input
            type="search"
            icon={Search}
            aria-label="Filter connections"
            placeholder="Filter: name, address, label"
            value={q}
            onChange={(event) => void setFilter({ q: event.target.value || null })}
            className="min-w-0 max-w-80 flex-1 basis-56 max-md:max-w-none"
          />
          <LabelChoice
            labels={labels}
            chosen={label}
            onChange={(next) => void setFilter({ label: next.length > 0 ? [...next] : null })}
          />
          {isFiltered && fleet && (
            <span className="shrink-0 text-fg-3 text-small">
              {formatCount(found.rows.length)} of {formatCount(fleet.length)}
            </span>
          )}
        </div>
      )}
      {!isFailed && (
        <Panel className="min-h-72 flex-[1_1_0px] overflow-hidden" bodyClassName="flex flex-col">
          {fleet ? (
            <VirtualTable
              className="flex-1"
              label="Connections"
              list={found}
              all={all}
              asked={`${q} ${label.join(',')}`}
              goneWord="removed"
              columns={columns}
              rowKey={keyOf}
              rowHeight={rowHeight}
              secondLine={secondLine}
              onOpen={({ name }) => router.push(overviewPath(name))}
              sort={sort}
              onSortChange={setSort}
              empty={
                isFiltered && fleet.length > 0 ? (
                  <EmptyState
                    icon={SearchX}
                    title="No connections match"
                    action={<Button onClick={clear}>Clear filter</Button>}
                  />
                ) : (
                  <NoConnections mayAdd={mayAdd} />
                )
              }
            />
          ) : (
            <div className="flex flex-col gap-3 p-3" aria-busy>
              {[86, 72, 91, 64].map((width) => (
                <Skeleton key={width} className="h-6" style={{ width: `${width}%` }} />
              ))}
            </div>
          )}
        </Panel>
      )}
    </div>
  )
}

function NoConnections({ mayAdd }: { readonly mayAdd: boolean }) {
  return mayAdd ? (
    <EmptyState
      icon={Unplug}
      title="No connections yet"
      action={
        <LinkButton href="/settings/connections?add=true" icon={Plus}>
          Add connection
        </LinkButton>
      }
    >
      Add the RedisGears that Gearboard watches here, or declare it in gearboard.config.json.
    </EmptyState>
  ) : (
    <EmptyState icon={Unplug} title="No connections to show">
      An admin can give you access to one, or start Gearboard with <code className="font-mono">{CONNECT_COMMAND}</code>.
    </EmptyState>
  )
}
