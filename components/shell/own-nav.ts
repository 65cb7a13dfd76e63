'use client'

import { Bell, BellRing, CircleUserRound, LayoutList, type LucideIcon, Unplug, UsersRound } from 'lucide-react'
import { useMemo } from 'react'
import { useOwnAdmin } from '@/components/shared/people/use-may-add-connections'
import type { PageKey } from './shortcuts'

interface OwnPage {
  readonly path: string
  /** As the sidebar lists it, under the name of its group. */
  readonly name: string
  /** Where no group is beside it: palette, title, shortcuts. */
  readonly fullName: string
  readonly icon: LucideIcon
  /** Other words that find it in the palette. */
  readonly also?: readonly string[]
  /** Second key after `g`, on every page: no page of a connection has it too. */
  readonly shortcut?: string
  /** Only admins of Gearboard itself see the link. */
  readonly admin?: true
}

interface OwnGroup {
  readonly name?: string
  readonly pages: readonly OwnPage[]
}

/** Every page that belongs to no connection: sidebar, titles, palette and shortcuts follow this list. */
const OWN_NAV: readonly OwnGroup[] = [
  {
    pages: [
      { path: '/', name: 'Connections', fullName: 'All connections', icon: LayoutList, also: ['fleet'], shortcut: 'h' },
      { path: '/alerts', name: 'Alerts', fullName: 'Alerts', icon: Bell, also: ['firing', 'incidents'], shortcut: 'l' },
    ],
  },
  {
    name: 'Settings',
    pages: [
      {
        path: '/settings/connections',
        name: 'Connections',
        fullName: 'Connection settings',
        icon: Unplug,
        also: ['servers'],
        shortcut: 's',
        admin: true,
      },
      {
        path: '/settings/people',
        name: 'People',
        fullName: 'People',
        icon: UsersRound,
        also: ['settings', 'users', 'grants', 'roles', 'sessions', 'tokens'],
        shortcut: 'u',
        admin: true,
      },
      {
        path: '/settings/alerts',
        name: 'Alerts',
        fullName: 'Alert settings',
        icon: BellRing,
        also: ['rules', 'receivers', 'webhook', 'slack', 'teams', 'e-mail', 'notifications', 'delivery log'],
        shortcut: 'i',
        admin: true,
      },
      {
        path: '/settings/account',
        name: 'Account',
        fullName: 'Account',
        icon: CircleUserRound,
        also: ['settings', 'password', 'sessions', 'tokens'],
        shortcut: 'y',
      },
    ],
  },
]

export const OWN_PAGES: readonly OwnPage[] = OWN_NAV.flatMap(({ pages }) => pages)

/** The groups with the pages that this viewer is shown. */
export function useOwnNav(): readonly OwnGroup[] {
  const isAdmin = useOwnAdmin() === true
  return useMemo(
    () => OWN_NAV.map((group) => ({ ...group, pages: group.pages.filter(({ admin }) => !admin || isAdmin) })),
    [isAdmin],
  )
}

/** The keys after `g` that lead to them. */
export function useOwnPageKeys(): readonly PageKey[] {
  const groups = useOwnNav()
  return useMemo(
    () =>
      groups.flatMap(({ pages }) =>
        pages.flatMap(({ shortcut, fullName, path }) => (shortcut ? { key: shortcut, name: fullName, path } : [])),
      ),
    [groups],
  )
}
