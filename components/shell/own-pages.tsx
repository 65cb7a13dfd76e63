'use client'

import { usePathname } from 'next/navigation'
import { NavGroup, NavLink, type PagesProps } from './nav-link'
import { useOwnNav } from './own-nav'

/** The pages that belong to no connection. */
export function OwnPages({ className, onNavigate }: PagesProps) {
  const path = usePathname()
  return (
    <nav aria-label="Pages" className={className}>
      {useOwnNav().map(({ name, pages }, at) => (
        <NavGroup key={name ?? ''} name={name} isFirst={at === 0}>
          {pages.map((page) => (
            <NavLink
              key={page.path}
              href={page.path}
              icon={page.icon}
              name={page.name}
              active={path === page.path}
              onNavigate={onNavigate}
            />
          ))}
        </NavGroup>
      ))}
    </nav>
  )
}
