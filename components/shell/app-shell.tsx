'use client'

import { useQuery } from '@tanstack/react-query'
import { notFound, usePathname, useSelectedLayoutSegments } from 'next/navigation'
import { type ReactNode, useCallback, useState } from 'react'
import { ConfirmationWord } from '@/components/shared/command/confirm-dialog'
import { PageTitle } from '@/components/shared/page/page-title'
import { SlowReads } from '@/components/shared/page/slow-reads'
import { useDensity } from '@/components/shared/preferences'
import { EmptyState } from '@/components/ui/empty-state'
import { useConnectionName, useConnectionState } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import { shortenId } from '@/lib/model/text/format'
import { readSegment } from '@/lib/model/text/path-segment'
import { About } from './about'
import { CommandPalette } from './command-palette'
import { ConnectionBanners } from './connection-banners'
import { Gone, ModuleMissing, Refused, Starting, Unreachable } from './connection-problem'
import { HelpSheet } from './help-sheet'
import { HistoryBanners } from './history-banners'
import { InTimeZone } from './in-time-zone'
import { LiveProvider, useLiveFeed } from './live-context'
import { MobileMenu } from './mobile-menu'
import { NAV_ENTRIES } from './nav'
import { PrintedHead } from './printed-head'
import { useRecordRecents } from './recents'
import { usePageFocus, useShortcuts } from './shortcuts'
import { Sidebar } from './sidebar'
import { TopBar } from './top-bar'
import { useSignInRequired } from './use-sign-in-required'

/** Everything around a page of a connection: sidebar, top bar, palette, live feed. */
export function AppShell({ children }: { readonly children: ReactNode }) {
  useSignInRequired()
  useDensity()
  return (
    <LiveProvider connection={useConnectionName()}>
      <PageTitle name={usePageName()}>
        <ProductionGuard>
          <SlowReads>
            <Frame>
              <InTimeZone>
                <ConnectionGate>{children}</ConnectionGate>
              </InTimeZone>
            </Frame>
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

/** On a production connection, every dialog that changes something asks for the connection's name. */
function ProductionGuard({ children }: { readonly children: ReactNode }) {
  const state = useConnectionState()
  return (
    <ConfirmationWord value={state?.production ? (state.label ?? state.name) : undefined}>{children}</ConfirmationWord>
  )
}

function Frame({ children }: { readonly children: ReactNode }) {
  const [open, setOpen] = useState<'palette' | 'help' | 'menu' | 'about'>()
  const openPalette = useCallback(() => setOpen('palette'), [])
  const openHelp = useCallback(() => setOpen('help'), [])
  const openAbout = useCallback(() => setOpen('about'), [])
  useShortcuts({ openPalette, openHelp })
  usePageFocus()
  useRecordRecents(usePathname().split('/').slice(2).join('/'))
  const close = (next: boolean) => {
    if (!next) setOpen(undefined)
  }
  return (
    <div className="flex h-dvh print:block print:h-auto">
      <a
        href="#page"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-control bg-accent px-3 py-1.5 font-medium text-on-accent focus:translate-y-0 print:hidden"
      >
        Skip to content
      </a>
      <Sidebar openAbout={openAbout} />
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar openPalette={openPalette} openHelp={openHelp} openMenu={() => setOpen('menu')} />
        <main id="page" tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto outline-none">
          <PrintedHead />
          <div className="flex min-h-full flex-col gap-3 px-5 py-4 max-md:px-3">
            <ConnectionBanners />
            <HistoryBanners />
            {children}
          </div>
        </main>
      </div>
      <CommandPalette open={open === 'palette'} onOpenChange={close} openHelp={openHelp} openAbout={openAbout} />
      <HelpSheet open={open === 'help'} onOpenChange={close} />
      <MobileMenu open={open === 'menu'} onOpenChange={close} openAbout={openAbout} />
      <About open={open === 'about'} onOpenChange={close} />
    </div>
  )
}

/** The page, or the reason why there is nothing to show. */
function ConnectionGate({ children }: { readonly children: ReactNode }) {
  const name = useConnectionName()
  const { mode } = useLiveFeed()
  // An earlier list may lack what was added since.
  const { data, isFetching } = useQuery({ ...endpointQuery('connections'), refetchOnMount: 'always' })
  const { data: me } = useQuery(endpointQuery('me'))
  const state = useConnectionState() ?? data?.connections.find((connection) => connection.name === name)
  if (me?.signedIn && me.role === null)
    return <EmptyState title="You have no grant on any connection.">Ask an admin of this Gearboard for one.</EmptyState>
  if (data && !state && !isFetching) notFound()
  if (mode === 'gone') return <Gone name={state?.label ?? name} />
  if (state?.status === 'starting' && state.answeredAt === null) return <Starting state={state} />
  if (state?.status === 'module_missing') return <ModuleMissing state={state} />
  if (state?.status === 'refused' && state.answeredAt === null) return <Refused state={state} />
  if (state?.status === 'unreachable' && state.answeredAt === null) return <Unreachable state={state} />
  return children
}
