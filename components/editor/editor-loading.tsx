'use client'

import { PageHeader } from '@/components/shared/page/page-header'
import { Skeleton } from '@/components/ui/skeleton'

/** While the editor loads, or the source that it opens. */
export const EditorLoading = () => (
  <>
    <PageHeader headline={undefined} />
    <div className="grid min-h-0 flex-1 gap-3 xl:grid-cols-[minmax(0,1fr)_332px]">
      <Skeleton className="min-h-96 rounded-panel" />
      <Skeleton className="min-h-96 rounded-panel" />
    </div>
  </>
)
