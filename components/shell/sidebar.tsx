'use client'

import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { usePathname } from 'next/navigation'
import { useFailingCount } from '@/components/shared/registrations/use-failing-count'
import { OUTCOME_LOOK } from '@/components/shared/text/outcome'
import { useDerived } from '@/components/shared/use-derived'
import { cn } from '@/components/ui/cn'
import { PageLink } from '@/components/ui/page-link'
import { useConnectionName, useConnectionState, useLiveExecutions } from '@/lib/api/live'
import type { ConnectionState } from '@/lib/model/connection/connection'
import type { Execution } from '@/lib/model/executions/execution'
import { byStart, inFlight } from '@/lib/model/executions/execution-list'
import { rowList } from '@/lib/model/list/row-list'
import { Logo } from './logo'
import { NAV, type NavEntry } from './nav'

export function Sidebar({ openAbout }: { readonly openAbout: () => void }) {
  return (
    <aside className="hidden w-50 shrink-0 flex-col border-line border-r md:flex print:hidden">
      <div className="flex h-11 shrink-0 items-center gap-2 px-4 font-semibold text-[14px]">
        <Logo />
        Gearboard
      </div>
      <NavList className="flex-1 overflow-y-auto px-2 pt-0.5" />
      <Versions openAbout={openAbout} />
    </aside>
  )
}

export function NavList({ className, onNavigate }: { readonly className?: string; readonly onNavigate?: () => void }) {
  return (
    <nav aria-label="Pages" className={className}>
      {NAV.map((group, at) => (
        <ul
          key={group[0]?.slug}
          className={cn('flex flex-col gap-0.5 px-0', at > 0 && 'mt-2 border-line border-t pt-2')}
        >
          {group.map((entry) => (
            <NavItem key={entry.slug} entry={entry} onNavigate={onNavigate} />
          ))}
        </ul>
      ))}
    </nav>
  )
}

function NavItem({ entry, onNavigate }: { readonly entry: NavEntry; readonly onNavigate?: () => void }) {
  const connection = useConnectionName()
  const active = usePathname().split('/')[2] === entry.slug
  return (
    <li>
      <PageLink
        href={`/${encodeURIComponent(connection)}/${entry.slug}`}
        aria-current={active ? 'page' : undefined}
        onClick={onNavigate}
        className={cn(
          'flex h-7 items-center gap-2.5 rounded-control px-2 text-fg-2 transition-colors hover:bg-hover hover:text-fg max-md:h-10',
          active && 'bg-hover font-semibold text-fg',
        )}
      >
        <entry.icon aria-hidden />
        <span className="flex-1">{entry.name}</span>
        <NavCount slug={entry.slug} />
      </PageLink>
    </li>
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

/** The connected server: module, version, shards; opens About. */
export function Versions({ openAbout }: { readonly openAbout: () => void }) {
  const state = useConnectionState()
  const capability = state?.capability
  return (
    <div className="px-4 py-3 text-fg-3 text-small">
      {state && capability && (
        <>
          <p>{gearsInWords(state)}</p>
          <p>
            Redis {capability.redisVersion ?? 'of unknown version'} · {plural(state.coverage.of, 'shard')}
          </p>
        </>
      )}
      <button type="button" onClick={openAbout} className="rounded-chip underline hover:text-fg max-md:h-9">
        About Gearboard
      </button>
    </div>
  )
}

/** `RedisGears 1.2.13`. */
export function gearsInWords({ status, capability }: ConnectionState): string {
  if (status === 'module_missing') return 'No RedisGears'
  return `RedisGears ${capability ? (capability.gearsVersion ?? `${capability.generation}.x`) : 'of unknown version'}`
}
