'use client'

import { useQuery } from '@tanstack/react-query'
import { notFound, usePathname, useSelectedLayoutSegments } from 'next/navigation'
import { type ReactNode, useMemo } from 'react'
import { ConfirmedNote, ProductionGuard } from '@/components/shared/command/production-guard'
import { PageTitle } from '@/components/shared/page/page-title'
import { SlowReads } from '@/components/shared/page/slow-reads'
import { NoGrant } from '@/components/shared/people/no-grant'
import { useConnectionName, useConnectionState } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import { shortenId } from '@/lib/model/text/format'
import { readSegment } from '@/lib/model/text/path-segment'
import { CommandPalette } from './command-palette'
import { ConnectionBanners } from './connection-banners'
import { ConnectionPages } from './connection-pages'
import { Gone, ModuleMissing, Refused, Starting, Unreachable } from './connection-problem'
import { ConnectionSwitcher } from './connection-switcher'
import { Frame } from './frame'
import { HistoryBanners } from './history-banners'
import { InTimeZone } from './in-time-zone'
import { LiveProvider, useLiveFeed } from './live-context'
import { LiveIndicator } from './live-indicator'
import { NAV_ENTRIES } from './nav'
import { useOwnPageKeys } from './own-nav'
import { PrintedHead } from './printed-head'
import { useRecordRecents } from './recents'
import type { PageKey } from './shortcuts'
import { useSignInRequired } from './use-sign-in-required'

/** Everything around a page of a connection: sidebar, top bar, palette, live feed. */
export function AppShell({ children }: { readonly children: ReactNode }) {
  useSignInRequired()
  return (
    <LiveProvider connection={useConnectionName()}>
      <PageTitle name={usePageName()}>
        <ProductionGuard>
          <SlowReads>
            <ConnectionFrame>
              <InTimeZone>
                <ConnectionGate>{children}</ConnectionGate>
              </InTimeZone>
            </ConnectionFrame>
          </SlowReads>
        </ProductionGuard>
      </PageTitle>
    </LiveProvider>
  )
}

/** As the sidebar names the page, or `Execution 0000…0000-1`. A page may say more once its reader is signed in. */
function usePageName(): string {
  const [slug, id] = useSelectedLayoutSegments()
  const entry = NAV_ENTRIES.find((page) => page.slug === slug)
  if (entry?.one !== undefined && id !== undefined) return `${entry.one} ${shortenId(readSegment(id))}`
  return entry?.name ?? 'Page not found'
}

function ConnectionFrame({ children }: { readonly children: ReactNode }) {
  const connection = useConnectionName()
  const path = usePathname()
  const page = NAV_ENTRIES.find(({ slug }) => slug === path.split('/')[2])
  const ownKeys = useOwnPageKeys()
  const pageKeys = useMemo(() => [...keysOf(connection), ...ownKeys], [connection, ownKeys])
  useRecordRecents(path.split('/').slice(2).join('/'))
  return (
    <Frame
      name={page?.name ?? ''}
      pages={ConnectionPages}
      pageKeys={pageKeys}
      palette={CommandPalette}
      subject={
        <>
          <ConnectionSwitcher />
          <ConfirmedNote />
          <span aria-hidden className="mx-1 h-4 w-px bg-line max-md:hidden" />
          <LiveIndicator />
        </>
      }
      printedHead={<PrintedHead name={page?.name ?? 'Page'} />}
    >
      <ConnectionBanners />
      <HistoryBanners />
      {children}
    </Frame>
  )
}

const keysOf = (connection: string): readonly PageKey[] =>
  NAV_ENTRIES.map(({ shortcut, name, slug }) => ({
    key: shortcut,
    name,
    path: `/${encodeURIComponent(connection)}/${slug}`,
  }))

/** The page, or the reason why there is nothing to show. */
function ConnectionGate({ children }: { readonly children: ReactNode }) {
  const name = useConnectionName()
  const { mode } = useLiveFeed()
  // An earlier list may lack what was added since.
  const { data, isFetching } = useQuery({ ...endpointQuery('connections'), refetchOnMount: 'always' })
  const { data: me } = useQuery(endpointQuery('me'))
  const state = useConnectionState() ?? data?.connections.find((connection) => connection.name === name)
  if (me?.signedIn && me.role === null) return <NoGrant />
  if (data && !state && !isFetching) notFound()
  if (mode === 'gone') return <Gone name={state?.label ?? name} />
  if (state?.status === 'starting' && state.answeredAt === null) return <Starting state={state} />
  if (state?.status === 'module_missing') return <ModuleMissing state={state} />
  if (state?.status === 'refused' && state.answeredAt === null) return <Refused state={state} />
  if (state?.status === 'unreachable' && state.answeredAt === null) return <Unreachable state={state} />
  return children
}
