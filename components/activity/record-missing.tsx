'use client'

import { PageHeader } from '@/components/shared/page/page-header'
import { HISTORY_UNAVAILABLE } from '@/components/shared/text/words'
import { Banner } from '@/components/ui/banner'
import { describeError } from '@/lib/api/call'

/** Nothing is recorded, or it cannot be read. */
export const RecordMissing = ({ error }: { readonly error: Error }) => (
  <>
    <PageHeader headline={HISTORY_UNAVAILABLE} />
    <Banner tone="failed" title="Reason">
      {describeError(error)}
    </Banner>
  </>
)
