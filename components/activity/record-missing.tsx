'use client'

import { PageHeader } from '@/components/shared/page/page-header'
import { Banner } from '@/components/ui/banner'
import { describeError } from '@/lib/api/call'

/** Nothing is recorded, or it cannot be read. */
export const RecordMissing = ({ error }: { readonly error: Error }) => (
  <>
    <PageHeader headline="The record cannot be read." />
    <Banner tone="failed" title="What Gearboard says">
      {describeError(error)}
    </Banner>
  </>
)
