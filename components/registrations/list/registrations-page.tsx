'use client'

import { formatCount } from '@gearboard/gears/vocabulary/text'
import { Hourglass, Plus, SearchX, Zap } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useCallback, useMemo, useState } from 'react'
import { RegistrationActionDialog } from '@/components/shared/actions/registration-action-dialog'
import type { AskedRegistrationAction } from '@/components/shared/actions/registration-actions'
import { ColumnChooser } from '@/components/shared/columns/column-chooser'
import { useColumns } from '@/components/shared/columns/use-columns'
import { CopyAsCli } from '@/components/shared/command/copy-as-cli'
import { ExportMenu } from '@/components/shared/export/export-menu'
import { FilterInput } from '@/components/shared/filter/filter-input'
import { useFilterText, useFound, useMatcher } from '@/components/shared/filter/use-filter'
import { PageHeader } from '@/components/shared/page/page-header'
import { registrationPath } from '@/components/shared/page/paths'
import { useSortParam } from '@/components/shared/page/sort-param'
import { useRowHeight } from '@/components/shared/preferences'
import {
  type RegistrationsAside,
  useRegistrationsAside,
} from '@/components/shared/registrations/use-registrations-aside'
import { useNow } from '@/components/shared/time/clock'
import { SavedViews } from '@/components/shared/views/saved-views'
import { Button, LinkButton } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { Skeleton } from '@/components/ui/skeleton'
import { VirtualTable } from '@/components/ui/virtual-table/virtual-table'
import { serverExport } from '@/lib/api/exports'
import { useConnectionName, useLiveRegistrations, useShards } from '@/lib/api/live'
import { listAsGiven } from '@/lib/model/list/row-list'
import type { Registration } from '@/lib/model/registrations/registration'
import { registrationFindings } from '@/lib/model/registrations/registration-findings'
import { lastErrorTitle, needsAttention, registrationReason } from '@/lib/model/registrations/registration-view'
import { streamFindings } from '@/lib/model/registrations/stream-state'
import { visibleText } from '@/lib/model/text/visible-text'
import { useSharedId } from '../shared-id'
import { ClearStatisticsDialog } from './clear-statistics'
import { registrationColumns } from './columns'
import { BaselineNote, RegistrationsNote, SelectionBar } from './list-footer'
import {
  CountsChoice,
  GroupingChoice,
  HealthFilter,
  useCounts,
  useCountsOf,
  useGrouping,
  useRowGroups,
} from './list-options'
import { RegistrationPanel } from './registration-panel'
import { areRegistrationsUnlisted, registrationsHeadline, registrationsSecond } from './registrations-headline'
import { useOpenKey } from './use-open-key'
import { useRegistrationShortcuts } from './use-row-shortcuts'

/** A new registration under the same id is another row: it does not inherit the selection. */
const rowKeyOf = (r: Registration): string => `${r.key} ${r.identity}`
const selectLabel = (r: Registration): string => `Select registration ${r.name}`
const NONE: readonly Registration[] = []
const NO_LIST = listAsGiven(NONE)
/** Ages in the filter move by this step, ms. */
const AGE_STEP_MS = 5000
/** From this width on the panel is beside the table; below it, a row opens its page. */
const ROOM_FOR_PANEL = '(min-width: 1280px)'

export function RegistrationsPage() {
  const connection = useConnectionName()
  const router = useRouter()
  const list = useLiveRegistrations()
  const registrations = list?.rows
  const shards = useShards()
  const now = useNow(AGE_STEP_MS)
  const aside = useRegistrationsAside(registrations ?? NONE)
  const { vocabulary } = aside
  const filter = useFilterText(vocabulary)
  const matching = useFound(list ?? NO_LIST, useMatcher(filter.terms, vocabulary, now))
  const [sort, setSort] = useSortParam({ id: 'health', desc: false })
  const [openKey, setOpenKey] = useOpenKey()
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [asked, setAsked] = useState<AskedRegistrationAction>()
  const shortcuts = useRegistrationShortcuts(setAsked)
  const rowHeight = useRowHeight(32)
  const [counts, setCounts] = useCounts()
  const countsOf = useCountsOf(counts)
  const [grouping, setGrouping] = useGrouping()
  const groups = useRowGroups(
    grouping,
    useCallback((rows) => setSelected((before) => new Set([...before, ...rows.map(rowKeyOf)])), []),
  )
  const columns = useColumns(
    'registrations',
    useMemo(() => registrationColumns(connection, aside, countsOf), [connection, aside, countsOf]),
  )
  const sharedId = useSharedId()
  const secondLine = useCallback((r: Registration) => reasonLine(r, now, aside, sharedId), [now, aside, sharedId])
  const found = matching.rows
  const chosen = registrations?.filter((r) => selected.has(rowKeyOf(r))) ?? NONE
  const open = openKey === null ? undefined : registrations?.find((r) => r.key === openKey)

  return (
    <div className="flex flex-[1_1_0px] flex-col gap-3">
      <PageHeader
        changing="long"
        headline={registrations && registrationsHeadline(registrations, shards)}
        second={registrations && visibleText(registrationsSecond(registrations, now) ?? '')}
        actionsLast
        actions={
          <>
            <SavedViews page="registrations" />
            <ExportMenu
              noun="registration"
              from={serverExport('exportRegistrations', { connection, q: filter.text || undefined })}
            />
            <CopyAsCli commands={[{ words: ['RG.DUMPREGISTRATIONS'], on: 'every' }]} />
            <LinkButton href={`/${encodeURIComponent(connection)}/editor`} variant="primary" icon={Plus}>
              New registration
            </LinkButton>
          </>
        }
      />
      <ClearStatisticsDialog registrations={registrations ?? NONE} />
      <div className="flex min-h-96 flex-[1_1_0px] gap-3">
        <div className="flex min-w-0 flex-1 flex-col gap-3">
          <div className="flex flex-wrap items-start gap-2 max-md:contents">
            <FilterInput
              label="Filter registrations"
              placeholder="Filter: reader, health, name, error"
              noun="registrations"
              filter={filter}
              vocabulary={vocabulary}
              items={registrations ?? NONE}
              now={now}
              className="min-w-64 flex-1 max-md:flex-none"
            >
              {filter.text !== '' && `${formatCount(found.length)} of ${formatCount(registrations?.length)}`}
            </FilterInput>
            <HealthFilter registrations={registrations} filter={filter.text} onFilterChange={filter.setText} />
            {/* On a phone below the list, which comes first. */}
            <div className="flex flex-wrap gap-2 max-md:order-1">
              <CountsChoice value={counts} onChange={(to) => void setCounts(to)} />
              <GroupingChoice value={grouping} onChange={(to) => void setGrouping(to)} />
            </div>
            <ColumnChooser columns={columns} />
          </div>
          <Panel className="min-h-72 flex-[1_1_0px] overflow-hidden" bodyClassName="flex flex-col">
            {registrations ? (
              <VirtualTable
                className="flex-1"
                label="Registrations"
                list={matching}
                all={list}
                asked={filter.applied}
                goneWord="removed"
                columns={columns.shown}
                rowKey={rowKeyOf}
                rowHeight={rowHeight}
                secondLine={secondLine}
                groups={groups}
                openKey={open && rowKeyOf(open)}
                onOpen={(r) => {
                  if (window.matchMedia(ROOM_FOR_PANEL).matches) setOpenKey(r.key)
                  else router.push(registrationPath(connection, r.key))
                }}
                selected={selected}
                onSelectedChange={setSelected}
                selectLabel={selectLabel}
                shortcuts={shortcuts}
                sort={sort}
                onSortChange={setSort}
                empty={
                  areRegistrationsUnlisted(shards) ? (
                    <EmptyState icon={Hourglass} title="The server is still listing its registrations" />
                  ) : (
                    <NoRegistrations filtered={registrations.length > 0} clear={() => filter.setText('')} />
                  )
                }
                footer={
                  chosen.length > 0 ? (
                    <SelectionBar
                      chosen={chosen}
                      matching={found.length}
                      onSelectAll={() => setSelected(new Set(found.map(rowKeyOf)))}
                      onAsk={(kind) => setAsked({ kind, chosen })}
                      onClear={() => setSelected(new Set())}
                    />
                  ) : counts === 'baseline' ? (
                    <BaselineNote shown={found} />
                  ) : (
                    <RegistrationsNote shown={found.length} registrations={registrations} />
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
        </div>
        {open && (
          <RegistrationPanel
            registration={open}
            onClose={() => setOpenKey(null)}
            onAsk={(kind) => setAsked({ kind, chosen: [open] })}
          />
        )}
      </div>
      <RegistrationActionDialog
        asked={asked}
        onClose={() => setAsked(undefined)}
        onDone={() => setSelected(new Set())}
      />
    </div>
  )
}

/** Its reason is an error. The server forgets it with the next success, which changes no typeface. */
const showsError = (r: Registration): boolean =>
  (needsAttention(r) || r.health === 'flaky') && lastErrorTitle(r) !== null

/** The reason for a row's state, or a problem of a row that looks healthy. */
function reasonLine(
  r: Registration,
  now: number,
  { hazardsFor, streamsFor }: RegistrationsAside,
  sharedId: ReturnType<typeof useSharedId>,
) {
  const streams = streamsFor(r)
  const reason =
    registrationReason(r, now) ??
    sharedId(r) ??
    registrationFindings(r, now)[0]?.words ??
    (streams && streamFindings(r, streams, now)[0]?.words) ??
    hazardsFor(r)[0]?.words ??
    null
  return reason === null ? undefined : (
    <bdi className={showsError(r) ? 'font-mono' : undefined}>{visibleText(reason)}</bdi>
  )
}

function NoRegistrations({ filtered, clear }: { readonly filtered: boolean; readonly clear: () => void }) {
  const connection = useConnectionName()
  if (filtered)
    return (
      <EmptyState
        icon={SearchX}
        title="No registration matches the filter"
        action={<Button onClick={clear}>Clear the filter</Button>}
      />
    )
  return (
    <EmptyState
      icon={Zap}
      title="No registrations yet"
      action={<LinkButton href={`/${encodeURIComponent(connection)}/editor`}>Write a function</LinkButton>}
    >
      A script that calls register() fires on key events, stream entries or commands, and appears here.
    </EmptyState>
  )
}
