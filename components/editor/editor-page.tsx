'use client'

import dynamic from 'next/dynamic'
import { PageHeader } from '@/components/shared/page/page-header'
import { Skeleton } from '@/components/ui/skeleton'

const Workbench = dynamic(() => import('./workbench').then((module) => module.Workbench), {
  ssr: false,
  loading: () => (
    <>
      <PageHeader headline={undefined} />
      <div className="grid min-h-0 flex-1 gap-3 xl:grid-cols-[minmax(0,1fr)_332px]">
        <Skeleton className="min-h-96 rounded-panel" />
        <Skeleton className="min-h-96 rounded-panel" />
      </div>
    </>
  ),
})

export function EditorPage() {
  return <Workbench />
}
