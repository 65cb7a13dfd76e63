'use client'

import type { ComponentType } from 'react'
import { CloseButton, Dialog, DialogSurface, DialogTitle } from '@/components/ui/dialog'
import type { PagesProps } from './nav-link'
import { OwnSettings } from './own-settings'
import { PreferencesMenu } from './preferences-menu'
import { Versions } from './versions'

interface MobileMenuProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly pages: ComponentType<PagesProps>
  readonly openAbout: () => void
}

/** The sidebar of small screens, a drawer from the right, where the button is. */
export function MobileMenu({ open, onOpenChange, pages: Pages, openAbout }: MobileMenuProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogSurface
        aria-describedby={undefined}
        className="fixed inset-y-0 right-0 z-50 flex w-64 animate-enter-panel flex-col border-line-strong border-l bg-canvas"
      >
        <div className="flex h-11 items-center justify-between px-3">
          <DialogTitle className="font-semibold">Pages</DialogTitle>
          <CloseButton />
        </div>
        <Pages className="flex-1 overflow-y-auto px-2" onNavigate={() => onOpenChange(false)} />
        <div className="flex items-center justify-between pr-3">
          <Versions openAbout={openAbout} />
          <span className="flex items-center gap-1">
            <OwnSettings />
            <PreferencesMenu />
          </span>
        </div>
      </DialogSurface>
    </Dialog>
  )
}
