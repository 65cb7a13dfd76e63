'use client'

import { useTheme } from 'next-themes'
import { Toaster as Sonner, toast } from 'sonner'

export { toast }

/** Results of actions that have no dialog of their own. Mounted once, in the providers. */
export function Toaster() {
  const { resolvedTheme } = useTheme()
  return (
    <Sonner
      theme={resolvedTheme === 'light' ? 'light' : 'dark'}
      position="bottom-right"
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'flex w-(--width) items-start gap-2 rounded-panel border border-line-strong bg-raised p-3 font-sans text-body text-fg',
          title: 'font-semibold',
          description: 'text-fg-2 text-small break-words',
          actionButton:
            'ml-auto h-6 shrink-0 rounded-control border border-line-strong px-2 font-medium hover:bg-hover',
          error: '[&_[data-icon]]:text-failed',
          success: '[&_[data-icon]]:text-ok',
          icon: 'mt-0.5 shrink-0',
        },
      }}
    />
  )
}
