'use client'

import { useQuery } from '@tanstack/react-query'
import { ArrowLeft } from 'lucide-react'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { useSignInRequired } from '@/components/shell/use-sign-in-required'
import { cn } from '@/components/ui/cn'
import { PageLink } from '@/components/ui/page-link'
import type { MeReply } from '@/lib/api/contract/session'
import { endpointQuery } from '@/lib/api/query'

interface SettingsFrameProps {
  readonly title: string
  readonly children: (me: MeReply) => ReactNode
}

const PAGES = [
  { path: '/settings/account', name: 'Account', admin: false },
  { path: '/settings/people', name: 'People', admin: true },
  { path: '/settings/connections', name: 'Connection settings', admin: true },
] as const

/** A page that belongs to no connection. Users who are not signed in are asked to, and come back. */
export function SettingsFrame({ title, children }: SettingsFrameProps) {
  const { data: me } = useQuery(endpointQuery('me'))
  const path = usePathname()
  const signedOut = me?.passwordRequired && !me.signedIn
  useSignInRequired()
  return (
    <div className="mx-auto flex min-h-dvh max-w-300 flex-col gap-3 px-5 py-4 max-md:px-3">
      <title>{`${title} · Gearboard`}</title>
      <nav aria-label="Settings" className="flex items-center gap-4">
        <PageLink href="/" className="flex items-center gap-1.5 text-fg-2 hover:text-fg">
          <ArrowLeft aria-hidden />
          Connections
        </PageLink>
        {PAGES.filter(({ admin }) => !admin || me?.role === 'admin').map(({ path: to, name }) => (
          <PageLink
            key={to}
            href={to}
            aria-current={to === path ? 'page' : undefined}
            className={cn('text-fg-2 hover:text-fg', to === path && 'font-semibold text-fg')}
          >
            {name}
          </PageLink>
        ))}
      </nav>
      <main className="flex flex-col gap-3">
        <h1 className="font-semibold text-headline">{title}</h1>
        {me && !signedOut && children(me)}
      </main>
    </div>
  )
}
