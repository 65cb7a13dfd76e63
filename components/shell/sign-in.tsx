'use client'

import { useQuery } from '@tanstack/react-query'
import { LogIn } from 'lucide-react'
import { useRouter, useSearchParams } from 'next/navigation'
import { useEffect, useState } from 'react'
import { describeError } from '@/lib/api/call'
import type { MeReply } from '@/lib/api/contract/session'
import { useSignIn } from '@/lib/api/mutations'
import { endpointQuery } from '@/lib/api/query'
import { Entrance, EntranceField } from './entrance'
import { ownPath } from './own-path'

export function SignIn() {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const { data: me, isPending } = useQuery(endpointQuery('me'))
  const signIn = useSignIn()
  const router = useRouter()
  const next = ownPath(useSearchParams().get('next'))
  const signedIn = me !== undefined && (me.signedIn || !me.passwordRequired)
  useEffect(() => {
    if (signedIn) router.replace(next)
  }, [signedIn, router, next])

  // Which fields there are is not known yet: they would move.
  if (isPending) return null
  const asksName = me?.ways.users === true
  return (
    <Entrance
      title="Sign in to Gearboard"
      error={signIn.isError ? describeError(signIn.error) : undefined}
      action={{ label: 'Sign in', icon: LogIn, pending: signIn.isPending }}
      onSubmit={() => signIn.mutate({ password, ...(name !== '' && { name }) })}
      note={me && noteOf(me.ways)}
    >
      {asksName && (
        <EntranceField
          label="Name"
          value={name}
          onChange={setName}
          autoComplete="username"
          autoFocus
          optional={me.ways.password}
        />
      )}
      <EntranceField
        key={asksName ? 'of a user' : 'of Gearboard'}
        label="Password"
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        autoFocus={!asksName}
      />
    </Entrance>
  )
}

function noteOf({ password, users, proxy, setup }: MeReply['ways']): string {
  if (proxy && !password && !users)
    return 'Users sign in at the proxy in front of Gearboard, which named no user for this request.'
  if (setup && !password) return 'There are no users yet. Open the set-up link that Gearboard printed on its console.'
  if (!users) return 'The password is the value of GEARBOARD_PASSWORD.'
  return password
    ? 'Leave the name empty to sign in with GEARBOARD_PASSWORD.'
    : 'Forgot your password? An admin can set a new one.'
}
