'use client'

import { type ComponentType, lazy, type ReactNode, Suspense, useCallback, useState } from 'react'
import { useDensity } from '@/components/shared/preferences'
import { Logo } from './logo'
import { MobileMenu } from './mobile-menu'
import type { PagesProps } from './nav-link'
import type { CommandPaletteProps } from './palette'
import { type PageKey, usePageFocus, useShortcuts } from './shortcuts'
import { TopBar } from './top-bar'
import { Versions } from './versions'

// Few open them: they are loaded then.
const About = lazy(async () => ({ default: (await import('./about')).About }))
const HelpSheet = lazy(async () => ({ default: (await import('./help-sheet')).HelpSheet }))

interface FrameProps {
  /** Of the page, for the top bar of small screens. */
  readonly name: string
  /** The links of the sidebar, and of the drawer that small screens have instead. */
  readonly pages: ComponentType<PagesProps>
  readonly pageKeys: readonly PageKey[]
  readonly palette: ComponentType<CommandPaletteProps>
  /** What the page belongs to, in the top bar. */
  readonly subject?: ReactNode
  /** Printed only. */
  readonly printedHead: ReactNode
  readonly children: ReactNode
}

/** Sidebar, top bar and dialogs around every page. */
export function Frame({ name, pages: Pages, pageKeys, palette: Palette, subject, printedHead, children }: FrameProps) {
  const [open, setOpen] = useState<'palette' | 'help' | 'menu' | 'about'>()
  const openPalette = useCallback(() => setOpen('palette'), [])
  const openHelp = useCallback(() => setOpen('help'), [])
  const openAbout = useCallback(() => setOpen('about'), [])
  useDensity()
  useShortcuts({ pageKeys, openPalette, openHelp })
  usePageFocus()
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
      <aside className="hidden w-50 shrink-0 flex-col border-line border-r md:flex print:hidden">
        <div className="flex h-11 shrink-0 items-center gap-2 px-4 font-semibold text-[14px]">
          <Logo />
          Gearboard
        </div>
        <Pages className="flex-1 overflow-y-auto px-2 pt-0.5" />
        <Versions openAbout={openAbout} />
      </aside>
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar name={name} openPalette={openPalette} openHelp={openHelp} openMenu={() => setOpen('menu')}>
          {subject}
        </TopBar>
        <main id="page" tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto outline-none">
          {printedHead}
          <div className="flex min-h-full flex-col gap-3 px-5 py-4 max-md:px-3">{children}</div>
        </main>
      </div>
      <Palette open={open === 'palette'} onOpenChange={close} openHelp={openHelp} openAbout={openAbout} />
      <OnceOpened open={open === 'help'}>
        <HelpSheet open={open === 'help'} onOpenChange={close} pageKeys={pageKeys} />
      </OnceOpened>
      <MobileMenu open={open === 'menu'} onOpenChange={close} pages={Pages} openAbout={openAbout} />
      <OnceOpened open={open === 'about'}>
        <About open={open === 'about'} onOpenChange={close} />
      </OnceOpened>
    </div>
  )
}

/** Renders a dialog from its first opening on: it stays, to give the focus back when it closes. */
function OnceOpened({ open, children }: { readonly open: boolean; readonly children: ReactNode }) {
  const [wasOpened, setWasOpened] = useState(open)
  if (open && !wasOpened) setWasOpened(true)
  return wasOpened && <Suspense>{children}</Suspense>
}
