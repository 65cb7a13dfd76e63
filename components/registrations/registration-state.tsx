import { Unplug } from 'lucide-react'
import { HEALTH_LOOK, type StateLook, StateWord } from '@/components/shared/text/outcome'
import type { Registration } from '@/lib/model/registrations/registration'
import { stateOf } from '@/lib/model/registrations/registration-view'

const PARTIAL: StateLook = { icon: Unplug, tone: 'waiting', word: 'partial' }

interface RegistrationStateWordProps {
  readonly registration: Registration
  readonly badge?: boolean
}

/** How a registration fares; partial where shards that answer do not know it. */
export function RegistrationStateWord({ registration, badge }: RegistrationStateWordProps) {
  const state = stateOf(registration)
  return <StateWord look={state === 'partial' ? PARTIAL : HEALTH_LOOK[state]} badge={badge} />
}
