'use client'

import { useQuery } from '@tanstack/react-query'
import { LogOut } from 'lucide-react'
import { forgetStored } from '@/components/shared/use-stored'
import { Button } from '@/components/ui/button'
import { toast } from '@/components/ui/toaster'
import { describeError, urlOf } from '@/lib/api/call'
import { useSignOut } from '@/lib/api/mutations'
import { endpointQuery } from '@/lib/api/query'
import { openProvider } from './open-provider'

/** Where somebody is signed in: ends their session, and forgets what this browser stores. */
export function SignOut() {
  const { data: me } = useQuery(endpointQuery('me'))
  const signOut = useSignOut()
  // Whom the proxy names, only the proxy can sign out.
  if (!me?.passwordRequired || !me.signedIn || me.kind === 'proxy') return null
  return (
    <Button
      variant="ghost"
      icon={LogOut}
      onClick={() =>
        signOut.mutate(undefined, {
          onSuccess: ({ location }) => {
            forgetStored()
            // A new document: this one would lead to the sign-in with the way back, and holds what was seen.
            if (location === null) window.location.replace(urlOf('/login'))
            else openProvider(location)
          },
          onError: (error) => toast.error('Still signed in', { description: describeError(error) }),
        })
      }
    >
      <span className="max-md:sr-only">Sign out</span>
    </Button>
  )
}
