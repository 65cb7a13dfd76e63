'use client'

import { PageError, type PageErrorProps } from '@/components/shell/page-error'

export default function RootError(props: PageErrorProps) {
  return (
    <main className="flex min-h-dvh items-center justify-center">
      <title>Error · Gearboard</title>
      <PageError {...props} />
    </main>
  )
}
