'use client'

import { CopyButton } from '@/components/ui/copy-button'
import { redisCli } from '@/lib/model/redis-cli'

interface CopyAsCliProps {
  /** Each command with its arguments; several become several lines. */
  readonly commands: readonly (readonly string[])[]
  readonly size?: 'default' | 'row'
}

/** Copies what the page does, as lines for a shell. */
export function CopyAsCli({ commands, size }: CopyAsCliProps) {
  return (
    <CopyButton
      label="Copy as redis-cli"
      withText
      size={size}
      text={() => commands.map((words) => redisCli(...words)).join('\n')}
    />
  )
}
