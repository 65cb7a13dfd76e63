'use client'

import { useRouter } from 'next/navigation'
import { Suspense, useEffect, useRef } from 'react'
import { describeError } from '@/lib/api/call'
import { useProviderSignIn } from '@/lib/api/mutations'
import { ownPath } from '@/lib/model/text/own-path'
import { SignIn } from './sign-in'

/** Where the provider leads the browser back to: signs in with what it answered, or shows why not. */
export function ProviderReturn() {
  const { mutate, error } = useProviderSignIn()
  const router = useRouter()
  const begun = useRef(false)
  useEffect(() => {
    // The answer works once, and effects of a page under development run twice.
    if (begun.current) return
    begun.current = true
    const { search, pathname } = window.location
    // The code is of no more use, and belongs in no history.
    window.history.replaceState(null, '', pathname)
    if (search === '') router.replace('/login')
    else mutate({ answer: search.slice(1) }, { onSuccess: ({ next }) => router.replace(ownPath(next)) })
  }, [mutate, router])
  if (error)
    return (
      <Suspense>
        <SignIn refused={describeError(error)} />
      </Suspense>
    )
  return <p role="status">Signing in…</p>
}
