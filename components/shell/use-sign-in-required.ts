'use client'

import { useQuery } from '@tanstack/react-query'
import { usePathname, useRouter } from 'next/navigation'
import { useEffect } from 'react'
import { endpointQuery } from '@/lib/api/query'

/** Redirects to the sign-in page if the user is not signed in, and back here afterwards. */
export function useSignInRequired(): void {
  const { data: me } = useQuery(endpointQuery('me'))
  const router = useRouter()
  const path = usePathname()
  useEffect(() => {
    if (me?.passwordRequired && !me.signedIn) router.replace(`/login?next=${encodeURIComponent(path)}`)
  }, [me, router, path])
}
