'use client'

import { CopyButton } from '@/components/ui/copy-button'
import { useConnectionState } from '@/lib/api/live'
import { type CliCommand, useCli } from './use-cli'

interface CopyAsCliProps {
  readonly commands: readonly CliCommand[]
  readonly size?: 'default' | 'row'
}

/** Its password is random at each start, unless the user names one. */
const EMBEDDED = {
  title: 'redis-cli needs the password of the embedded RedisGears',
  description:
    'Start Gearboard with GEARBOARD_ENGINE_PASSWORD, and set REDISCLI_AUTH to the same password for redis-cli.',
}

/** Copies what the page does, as lines for a shell. The password is left out: redis-cli takes it from REDISCLI_AUTH. */
export function CopyAsCli({ commands, size }: CopyAsCliProps) {
  const inWords = useCli()
  const note = useConnectionState()?.embedded ? EMBEDDED : undefined
  return (
    <CopyButton
      label="Copy as redis-cli"
      withText
      size={size}
      text={() => inWords?.(commands) ?? ''}
      disabledReason={inWords ? undefined : 'The addresses of the shards are not known yet.'}
      note={note}
    />
  )
}
