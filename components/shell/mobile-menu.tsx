'use client'

import { Dialog as Radix } from 'radix-ui'
import { CloseButton, scrim } from '@/components/ui/dialog'
import { FocusBefore, useReturnFocus } from '@/components/ui/return-focus'
import { PreferencesMenu } from './preferences-menu'
import { NavList, Versions } from './sidebar'

interface MobileMenuProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly openAbout: () => void
}

/** The sidebar of small screens, a drawer from the right, where the button is. */
export function MobileMenu({ open, onOpenChange, openAbout }: MobileMenuProps) {
  const { opener, onCloseAutoFocus } = useReturnFocus()
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={scrim} />
        <Radix.Content
          onCloseAutoFocus={onCloseAutoFocus}
          aria-describedby={undefined}
          className="fixed inset-y-0 right-0 z-50 flex w-64 animate-enter-panel flex-col border-line-strong border-l bg-canvas"
        >
          <FocusBefore opener={opener} />
          <div className="flex h-11 items-center justify-between px-3">
            <Radix.Title className="font-semibold">Pages</Radix.Title>
            <CloseButton />
          </div>
          <NavList className="flex-1 overflow-y-auto px-2" onNavigate={() => onOpenChange(false)} />
          <div className="flex items-center justify-between pr-3">
            <Versions openAbout={openAbout} />
            <PreferencesMenu />
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
