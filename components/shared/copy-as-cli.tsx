'use client'

import { CopyButton } from '@/components/ui/copy-button'
import { type CliCommand, useCli } from './use-cli'

interface CopyAsCliProps {
  readonly commands: readonly CliCommand[]
  readonly size?: 'default' | 'row'
}

/** Copies what the page does, as lines for a shell. The password is left out: redis-cli takes it from REDISCLI_AUTH. */
export function CopyAsCli({ commands, size }: CopyAsCliProps) {
  const inWords = useCli()
  return <CopyButton label="Copy as redis-cli" withText size={size} text={() => inWords(commands)} />
}
