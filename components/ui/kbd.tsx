import type { ReactNode } from 'react'

export function Kbd({ children }: { readonly children: ReactNode }) {
  return (
    <kbd className="inline-flex h-4.5 shrink-0 min-w-4.5 items-center justify-center rounded-chip border border-line-strong px-1 font-medium font-sans text-axis text-fg-2">
      {children}
    </kbd>
  )
}
