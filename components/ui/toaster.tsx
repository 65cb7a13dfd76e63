'use client'

import { useTheme } from 'next-themes'
import { Toaster as Sonner, toast as sonner } from 'sonner'
import { visibleText } from '@/lib/model/text/visible-text'

/** The text of a toast. Error messages may be of any length. */
interface More {
  readonly description?: string
  /** A button in the toast, such as one that undoes what was done. */
  readonly action?: { readonly label: string; readonly act: () => void }
}
/** How long a toast with a button stays, ms: it has to be read and reached. */
const ACTION_MS = 15_000
const TITLE_CHARS = 200
const TEXT_CHARS = 1000

const shown =
  (kind: 'info' | 'success' | 'warning' | 'error') =>
  (title: string, { description, action }: More = {}): void => {
    sonner[kind](visibleText(title, TITLE_CHARS), {
      ...(description !== undefined && { description: visibleText(description, TEXT_CHARS) }),
      ...(action && { action: { label: action.label, onClick: action.act }, duration: ACTION_MS }),
    })
  }

/** The result of an action that has no dialog of its own. */
export const toast = {
  info: shown('info'),
  success: shown('success'),
  warning: shown('warning'),
  error: shown('error'),
} as const

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
            'flex w-(--width) max-h-[60dvh] items-start gap-2 overflow-y-auto rounded-panel border border-line-strong bg-raised p-3 font-sans text-body text-fg',
          title: 'font-semibold [overflow-wrap:anywhere]',
          description: 'text-fg-2 text-small whitespace-pre-wrap [overflow-wrap:anywhere]',
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
