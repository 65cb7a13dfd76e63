import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '@/components/ui/cn'
import { PageLink } from '@/components/ui/page-link'

/** Of a list of links to pages, in the sidebar or the drawer. */
export interface PagesProps {
  readonly className?: string
  readonly onNavigate?: () => void
}

interface NavLinkProps extends Pick<PagesProps, 'onNavigate'> {
  readonly href: string
  readonly icon: LucideIcon
  readonly name: string
  readonly active: boolean
  /** A count of what is there. */
  readonly children?: ReactNode
}

/** A page in the list of pages. */
export const NavLink = ({ href, icon: Icon, name, active, onNavigate, children }: NavLinkProps) => (
  <li>
    <PageLink
      href={href}
      aria-current={active ? 'page' : undefined}
      onClick={onNavigate}
      className={cn(
        'flex h-7 items-center gap-2.5 rounded-control px-2 text-fg-2 transition-colors hover:bg-hover hover:text-fg max-md:h-10',
        active && 'bg-hover font-semibold text-fg',
      )}
    >
      <Icon aria-hidden />
      <span className="flex-1">{name}</span>
      {children}
    </PageLink>
  </li>
)

interface NavGroupProps {
  /** Undefined: its pages need no heading. */
  readonly name?: string
  readonly isFirst: boolean
  readonly children: ReactNode
}

export const NavGroup = ({ name, isFirst, children }: NavGroupProps) => (
  <>
    {name !== undefined && (
      <h2 className={cn('px-2 pb-1 text-fg-3 text-small', !isFirst && 'mt-2 border-line border-t pt-2')}>{name}</h2>
    )}
    <ul
      aria-label={name}
      className={cn('flex flex-col gap-0.5 px-0', !isFirst && name === undefined && 'mt-2 border-line border-t pt-2')}
    >
      {children}
    </ul>
  </>
)
