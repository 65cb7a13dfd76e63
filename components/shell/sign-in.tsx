'use client'

import { useQuery } from '@tanstack/react-query'
import { LogIn } from 'lucide-react'
import { useRouter, useSearchParams } from 'next/navigation'
import { type FormEvent, useEffect, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field, Input } from '@/components/ui/input'
import { describeError } from '@/lib/api/call'
import { useSignIn } from '@/lib/api/mutations'
import { endpointQuery } from '@/lib/api/query'
import { Logo } from './logo'
import { ownPath } from './own-path'

export function SignIn() {
  const [password, setPassword] = useState('')
  const { data: me } = useQuery(endpointQuery('me'))
  const signIn = useSignIn()
  const router = useRouter()
  const next = ownPath(useSearchParams().get('next'))
  const signedIn = me !== undefined && (me.signedIn || !me.passwordRequired)
  useEffect(() => {
    if (signedIn) router.replace(next)
  }, [signedIn, router, next])

  const submit = (event: FormEvent) => {
    event.preventDefault()
    signIn.mutate(password)
  }
  return (
    <form
      onSubmit={submit}
      className="flex w-full max-w-80 flex-col gap-4 rounded-panel border border-line bg-surface p-5"
    >
      <h1 className="flex items-center gap-2 font-semibold text-headline">
        <Logo />
        Sign in to Gearboard
      </h1>
      <Field label="Password">
        {(control) => (
          <Input
            {...control}
            type="password"
            name="password"
            autoComplete="current-password"
            autoFocus
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      {signIn.isError && (
        <p role="alert" className="text-failed">
          {describeError(signIn.error)}
        </p>
      )}
      <Button type="submit" variant="primary" icon={LogIn} pending={signIn.isPending}>
        Sign in
      </Button>
      <p className="text-fg-3 text-small">The password is the value of GEARBOARD_PASSWORD.</p>
    </form>
  )
}
