import { Unplug } from 'lucide-react'
import { HEALTH_LOOK, type StateLook, StateWord } from '@/components/shared/text/outcome'
import { Tooltip } from '@/components/ui/tooltip'
import { HEALTH_MEANING } from '@/lib/model/registrations/health'
import type { Registration } from '@/lib/model/registrations/registration'
import { flakyShare, stateOf } from '@/lib/model/registrations/registration-view'

const PARTIAL: StateLook = { icon: Unplug, tone: 'waiting', word: 'partial' }

interface RegistrationStateWordProps {
  readonly registration: Registration
  readonly badge?: boolean
}

/** The health of a registration, with the rule behind it; partial where shards that answer do not know it. */
export function RegistrationStateWord({ registration, badge }: RegistrationStateWordProps) {
  const state = stateOf(registration)
  if (state === 'partial') return <StateWord look={PARTIAL} badge={badge} />
  const look = HEALTH_LOOK[state]
  return (
    <Tooltip content={HEALTH_MEANING[state]}>
      <span className="inline-flex">
        <StateWord
          look={state === 'flaky' ? { ...look, word: `${look.word} ${flakyShare(registration)}` } : look}
          badge={badge}
        />
      </span>
    </Tooltip>
  )
}
