'use client'

import { useQuery } from '@tanstack/react-query'
import { UsersRound } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { IconButton } from '@/components/ui/button'
import { useConnectionName } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'

/** Where users sign in: their account, and from there, for admins, the people. */
export function OwnSettings() {
  const { data: me } = useQuery(endpointQuery('me'))
  const router = useRouter()
  const isListed = useConnectionName() === ''
  // The pages of no connection are in the sidebar there.
  if (isListed || !me?.passwordRequired || !me.signedIn) return null
  const path = me.role === 'admin' ? '/settings/people' : '/settings/account'
  return (
    <IconButton
      label={me.role === 'admin' ? 'People and account' : `Account of ${me.name ?? 'this user'}`}
      icon={UsersRound}
      onClick={() => router.push(path)}
    />
  )
}
