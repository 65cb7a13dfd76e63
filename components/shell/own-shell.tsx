'use client'

import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { PageTitle } from '@/components/shared/page/page-title'
import { cn } from '@/components/ui/cn'
import { PageLink } from '@/components/ui/page-link'
import { InTimeZone } from './in-time-zone'
import { Logo } from './logo'
import { OwnSettings } from './own-settings'
import { PreferencesMenu } from './preferences-menu'
import { useFilterKey } from './shortcuts'
import { SignOut } from './sign-out'
import { useSignInRequired } from './use-sign-in-required'

const PLACES = [
  { href: '/', name: 'Connections' },
  { href: '/settings/connections', name: 'Settings' },
] as const

/** Around a page that belongs to no connection. */
export function OwnShell({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  useSignInRequired()
  useFilterKey()
  const path = usePathname()
  return (
    <PageTitle name={name}>
      <div className="flex h-dvh flex-col print:block print:h-auto">
        <header className="flex h-11 shrink-0 items-center gap-2 border-line border-b px-3 md:px-4 print:hidden">
          <Logo className="shrink-0" />
          <span className="font-semibold text-[14px] max-md:sr-only">Gearboard</span>
          <nav aria-label="Gearboard" className="flex items-center gap-1 md:ml-4">
            {PLACES.map((place) => (
              <PageLink
                key={place.href}
                href={place.href}
                aria-current={path === place.href ? 'page' : undefined}
                className={cn(
                  'flex h-7 items-center rounded-control px-2 text-fg-2 transition-colors hover:bg-hover hover:text-fg max-md:h-9',
                  path === place.href && 'bg-hover font-semibold text-fg',
                )}
              >
                {place.name}
              </PageLink>
            ))}
          </nav>
          <div className="ml-auto flex items-center gap-1">
            <OwnSettings />
            <PreferencesMenu />
            <SignOut />
          </div>
        </header>
        <main id="page" tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto outline-none">
          <div className="flex min-h-full flex-col gap-3 px-5 py-4 max-md:px-3">
            <InTimeZone>{children}</InTimeZone>
          </div>
        </main>
      </div>
    </PageTitle>
  )
}
