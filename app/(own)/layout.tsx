import type { ReactNode } from 'react'
import { OwnShell } from '@/components/shell/own-shell'

export default function OwnLayout({ children }: { readonly children: ReactNode }) {
  return <OwnShell>{children}</OwnShell>
}
