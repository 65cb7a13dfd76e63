'use client'

import {
  noRegistrationFits,
  REGISTRATION_ACTION_LOOK,
  type RegistrationAction,
  useRegistrationBlocked,
} from '@/components/shared/actions/registration-actions'
import { useActionBlock } from '@/components/shared/actions/use-action-block'
import { Button } from '@/components/ui/button'
import type { Registration } from '@/lib/model/registrations/registration'

interface ActionButtonsProps {
  readonly chosen: readonly Registration[]
  readonly size?: 'default' | 'row'
  readonly onAsk: (kind: RegistrationAction) => void
}

/** What can be done to one registration or many; what cannot be is disabled with the reason. Only streams can be resumed. */
export function ActionButtons({ chosen, size, onAsk }: ActionButtonsProps) {
  const block = useActionBlock()
  const blocked = useRegistrationBlocked()
  const streams = chosen.some(({ reader }) => reader === 'StreamReader')
  const kinds: readonly RegistrationAction[] = streams ? ['pause', 'resume', 'unregister'] : ['pause', 'unregister']
  return kinds.map((kind) => {
    const { verb, icon, danger } = REGISTRATION_ACTION_LOOK[kind]
    return (
      <Button
        key={kind}
        size={size}
        variant={danger ? 'danger' : 'default'}
        icon={icon}
        disabledReason={block(kind) ?? noRegistrationFits(kind, chosen, blocked)}
        onClick={() => onAsk(kind)}
      >
        {verb}
      </Button>
    )
  })
}
