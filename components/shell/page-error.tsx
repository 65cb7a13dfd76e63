'use client'

import { OctagonX, RotateCw } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { visibleText } from '@/lib/model/text/visible-text'

export interface PageErrorProps {
  readonly error: Error & { readonly digest?: string }
  readonly reset: () => void
}

/** Shown when a page cannot be rendered, which is a bug in Gearboard. */
export function PageError({ error, reset }: PageErrorProps) {
  return (
    <EmptyState
      icon={OctagonX}
      title={<h1>Something broke on this page</h1>}
      action={
        <Button icon={RotateCw} onClick={reset}>
          Reload
        </Button>
      }
    >
      <p>This is a bug in Gearboard, not in your server.</p>
      <p className="mt-1 font-mono text-small [overflow-wrap:anywhere]">
        {visibleText(error.message)}
        {error.digest && ` (${error.digest})`}
      </p>
    </EmptyState>
  )
}
