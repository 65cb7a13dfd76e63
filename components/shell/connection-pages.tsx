'use client'

import { formatCount } from '@gearboard/gears/vocabulary/text'
import { usePathname } from 'next/navigation'
import { useFailingCount } from '@/components/shared/registrations/use-failing-count'
import { OUTCOME_LOOK } from '@/components/shared/text/outcome'
import { useDerived } from '@/components/shared/use-derived'
import { useConnectionName, useLiveExecutions } from '@/lib/api/live'
import type { Execution } from '@/lib/model/executions/execution'
import { byStart, inFlight } from '@/lib/model/executions/execution-list'
import { rowList } from '@/lib/model/list/row-list'
import { NAV } from './nav'
import { NavGroup, NavLink, type PagesProps } from './nav-link'

/** The pages of the open connection. */
export function ConnectionPages({ className, onNavigate }: PagesProps) {
  const connection = useConnectionName()
  const slug = usePathname().split('/')[2]
  return (
    <nav aria-label="Pages" className={className}>
      {NAV.map((group, at) => (
        <NavGroup key={group[0]?.slug} isFirst={at === 0}>
          {group.map((entry) => (
            <NavLink
              key={entry.slug}
              href={`/${encodeURIComponent(connection)}/${entry.slug}`}
              icon={entry.icon}
              name={entry.name}
              active={slug === entry.slug}
              onNavigate={onNavigate}
            >
              <NavCount slug={entry.slug} />
            </NavLink>
          ))}
        </NavGroup>
      ))}
    </nav>
  )
}

/** How many run and how many fail, beside the page with the details. */
function NavCount({ slug }: { readonly slug: string }) {
  if (slug === 'executions') return <RunningCount />
  if (slug === 'registrations') return <FailingCount />
  return null
}

const NONE = rowList<Execution>([], byStart)

function RunningCount() {
  const running = useDerived(inFlight, useLiveExecutions() ?? NONE).rows.length
  if (running === 0) return null
  return (
    <span className="text-fg-3 text-small">
      {formatCount(running)}
      <span className="sr-only"> running</span>
    </span>
  )
}

function FailingCount() {
  const failing = useFailingCount()
  if (!failing) return null
  const { icon: Icon } = OUTCOME_LOOK.failed
  return (
    <span className="flex items-center gap-1 font-semibold text-failed text-small">
      <Icon aria-hidden className="size-3" />
      {failing}
      <span className="sr-only"> failing</span>
    </span>
  )
}
