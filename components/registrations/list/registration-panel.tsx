'use client'

import { argsInWords } from '@gearboard/gears/vocabulary/registration'
import { Maximize2, X } from 'lucide-react'
import type { RegistrationAction } from '@/components/shared/actions/registration-actions'
import { registrationPath } from '@/components/shared/page/paths'
import { IconButton } from '@/components/ui/button'
import { PageLink } from '@/components/ui/page-link'
import { Tooltip } from '@/components/ui/tooltip'
import { usePageKeys } from '@/components/ui/use-page-keys'
import { useConnectionName } from '@/lib/api/live'
import type { Registration } from '@/lib/model/registrations/registration'
import { visibleText } from '@/lib/model/text/visible-text'
import { ActionButtons } from '../action-buttons'
import { LastErrors, PerShard, RegistrationFacts } from '../registration-sections'
import { RegistrationStateWord } from '../registration-state'

interface RegistrationPanelProps {
  readonly registration: Registration
  readonly onClose: () => void
  readonly onAsk: (kind: RegistrationAction) => void
}

/** One registration beside the list. */
export function RegistrationPanel({ registration: r, onClose, onAsk }: RegistrationPanelProps) {
  const connection = useConnectionName()
  usePageKeys({ Escape: onClose })
  return (
    <aside
      aria-label={`Registration ${r.name}`}
      className="flex w-96 shrink-0 animate-enter-panel flex-col overflow-hidden rounded-panel border border-line bg-surface max-xl:hidden"
    >
      <div className="flex flex-col gap-2 border-line border-b px-3.5 py-3">
        <div className="flex items-start gap-1">
          <h2 className="min-w-0 flex-1 truncate pt-0.5 font-semibold text-[15px]">
            <bdi>{visibleText(r.name)}</bdi>
          </h2>
          <Tooltip content="Open full page">
            <PageLink
              href={registrationPath(connection, r.key)}
              aria-label="Open full page"
              className="flex size-7 items-center justify-center rounded-control text-fg-2 hover:bg-hover hover:text-fg"
            >
              <Maximize2 aria-hidden />
            </PageLink>
          </Tooltip>
          <IconButton icon={X} label="Close" onClick={onClose} />
        </div>
        <p className="flex min-w-0 items-center gap-2 text-fg-2 text-small">
          <RegistrationStateWord badge registration={r} />
          <span className="min-w-0 truncate">
            {r.reader}, <bdi>{visibleText(argsInWords(r))}</bdi>
          </span>
        </p>
        <div className="flex flex-wrap gap-2">
          <ActionButtons chosen={[r]} onAsk={onAsk} />
        </div>
      </div>
      <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-auto px-3.5 py-3">
        <LastErrors registration={r} whole={r} />
        <PerShard registration={r} />
        <RegistrationFacts registration={r} whole={r} />
      </div>
    </aside>
  )
}
