'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { TriangleAlert } from 'lucide-react'
import { registrationPath } from '@/components/shared/page/paths'
import { useRegistrationsAside } from '@/components/shared/registrations/use-registrations-aside'
import { PageLink } from '@/components/ui/page-link'
import { Panel } from '@/components/ui/panel'
import { useConnectionName, useRegistrations } from '@/lib/api/live'
import type { Registration } from '@/lib/model/registrations/registration'
import { visibleText } from '@/lib/model/text/visible-text'

/** What threatens a registration although it may run well now; nothing where no rule finds anything. */
export function Hazards({ registration }: { readonly registration: Registration }) {
  const connection = useConnectionName()
  const hazards = useRegistrationsAside(useRegistrations() ?? NONE).hazardsFor(registration)
  if (hazards.length === 0) return null
  return (
    <Panel
      title="Hazards"
      note="from its arguments and, if Gearboard has it, its script"
      bodyClassName="border-line border-t"
    >
      <ul className="divide-y divide-line">
        {hazards.map(({ kind, words, others }) => (
          <li key={`${kind} ${words}`} className="flex items-start gap-2.5 px-3 py-2">
            <TriangleAlert aria-hidden className="mt-0.5 shrink-0 text-waiting" />
            <p className="min-w-0 flex-1 [overflow-wrap:anywhere]">
              {visibleText(words)}
              {others.slice(0, SHOWN).map(({ key, name }) => (
                <span key={key}>
                  {' '}
                  <PageLink href={registrationPath(connection, key)} className="text-accent underline">
                    Open <bdi>{visibleText(name)}</bdi>
                  </PageLink>
                </span>
              ))}
              {others.length > SHOWN && ` and ${plural(others.length - SHOWN, 'other')}`}
            </p>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

const SHOWN = 5
const NONE: readonly Registration[] = []
