'use client'

import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { PageHeader } from '@/components/shared/page/page-header'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { describeError } from '@/lib/api/call'
import type { MeReply } from '@/lib/api/contract/session'
import { endpointQuery } from '@/lib/api/query'

/** What a page shows a viewer, once Gearboard has said who that is. A viewer who is not signed in is led to the sign-in by the shell. */
export function ForViewer({ children }: { readonly children: (me: MeReply) => ReactNode }) {
  const { data: me, error, refetch } = useQuery(endpointQuery('me'))
  if (me && (me.signedIn || !me.passwordRequired)) return children(me)
  if (me || !error) return <PageHeader headline={undefined} />
  return (
    <>
      <PageHeader headline="This page cannot be loaded." />
      <Banner
        tone="failed"
        title={describeError(error)}
        actions={<Button onClick={() => void refetch()}>Try again</Button>}
      />
    </>
  )
}
