'use client'

import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { PageTitle } from '@/components/shared/page/page-title'
import { Frame } from './frame'
import { InTimeZone } from './in-time-zone'
import { OWN_PAGES, useOwnPageKeys } from './own-nav'
import { OwnPages } from './own-pages'
import { OwnPalette } from './own-palette'
import { PrintedHead } from './printed-head'
import { useSignInRequired } from './use-sign-in-required'

/** Around a page that belongs to no connection. */
export function OwnShell({ children }: { readonly children: ReactNode }) {
  useSignInRequired()
  const path = usePathname()
  const page = OWN_PAGES.find((each) => each.path === path)
  const name = page?.fullName ?? 'Settings'
  return (
    <PageTitle name={name}>
      <Frame
        name={page?.name ?? name}
        pages={OwnPages}
        pageKeys={useOwnPageKeys()}
        palette={OwnPalette}
        printedHead={<PrintedHead name={name} />}
      >
        <InTimeZone>{children}</InTimeZone>
      </Frame>
    </PageTitle>
  )
}
