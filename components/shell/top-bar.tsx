'use client'

import { CircleQuestionMark, Menu, Search } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button, IconButton } from '@/components/ui/button'
import { Kbd } from '@/components/ui/kbd'
import { AlertsLink } from './alerts-link'
import { Logo } from './logo'
import { OwnSettings } from './own-settings'
import { PreferencesMenu } from './preferences-menu'
import { SignOut } from './sign-out'

interface TopBarProps {
  /** Of the page; small screens have no sidebar that shows it. */
  readonly name: string
  readonly children: ReactNode
  readonly openPalette: () => void
  readonly openHelp: () => void
  readonly openMenu: () => void
}

export function TopBar({ name, children, openPalette, openHelp, openMenu }: TopBarProps) {
  return (
    <header className="flex h-11 print:hidden shrink-0 items-center gap-1.5 border-line border-b px-3 md:gap-2 md:px-3.5">
      <Logo className="shrink-0 md:hidden" />
      <span className="shrink-0 font-semibold md:hidden">{name}</span>
      {children}
      <div className="ml-auto flex items-center gap-1">
        <Button onClick={openPalette} className="w-68 justify-start text-fg-3 max-lg:hidden" icon={Search}>
          <span className="flex-1 text-left font-normal">Search or run a command</span>
          <Kbd>Ctrl</Kbd>
          <Kbd>K</Kbd>
        </Button>
        <IconButton label="Search or run a command" icon={Search} onClick={openPalette} className="lg:hidden" />
        <AlertsLink />
        <IconButton label="Keyboard shortcuts" icon={CircleQuestionMark} onClick={openHelp} className="max-md:hidden" />
        <span className="max-md:hidden">
          <PreferencesMenu />
        </span>
        <span className="max-md:hidden">
          <OwnSettings />
        </span>
        <SignOut />
        <IconButton label="Menu" icon={Menu} onClick={openMenu} className="md:hidden" />
      </div>
    </header>
  )
}
