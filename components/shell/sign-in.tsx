'use client'

import { useQuery } from '@tanstack/react-query'
import { LogIn } from 'lucide-react'
import { useRouter, useSearchParams } from 'next/navigation'
import { useEffect, useState } from 'react'
import { Button } from '@/components/ui/button'
import { PageLink } from '@/components/ui/page-link'
import { describeError } from '@/lib/api/call'
import type { MeReply } from '@/lib/api/contract/session'
import { useBeginProviderSignIn, useSignIn } from '@/lib/api/mutations'
import { endpointQuery } from '@/lib/api/query'
import { ownPath } from '@/lib/model/text/own-path'
import { Entrance, EntranceField } from './entrance'
import { openProvider } from './open-provider'

/** @param refused why a sign-in at the provider failed, of which the browser comes */
export function SignIn({ refused }: { readonly refused?: string }) {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const { data: me, isPending, isError: isUnknown } = useQuery(endpointQuery('me'))
  const signIn = useSignIn()
  const begin = useBeginProviderSignIn()
  const router = useRouter()
  const next = ownPath(useSearchParams().get('next'))
  const signedIn = me !== undefined && (me.signedIn || !me.passwordRequired)
  // Who was signed in before and is refused now reads why.
  const leaves = signedIn && (refused === undefined || signIn.isSuccess)
  useEffect(() => {
    if (leaves) router.replace(next)
  }, [leaves, router, next])

  // Which fields there are is not known yet: they would move.
  if (isPending) return null
  const asksName = me?.ways.users === true
  const asksPassword = asksName || me?.ways.password === true || isUnknown
  const provider = me?.ways.oidc ?? null
  const beginAtProvider = () => begin.mutate({ next }, { onSuccess: ({ location }) => openProvider(location) })
  const byProvider = { label: `Sign in with ${provider}`, icon: LogIn, pending: begin.isPending }
  const failed = signIn.error ?? begin.error
  return (
    <Entrance
      title="Sign in to Gearboard"
      error={failed ? describeError(failed) : refused}
      action={
        asksPassword || provider === null ? { label: 'Sign in', icon: LogIn, pending: signIn.isPending } : byProvider
      }
      isActionHidden={me !== undefined && !asksPassword && provider === null}
      onSubmit={() => {
        if (!asksPassword && provider !== null) beginAtProvider()
        else signIn.mutate({ password, ...(name !== '' && { name }) })
      }}
      more={
        asksPassword &&
        provider !== null && (
          <Button
            icon={byProvider.icon}
            pending={byProvider.pending}
            onClick={beginAtProvider}
            className="h-auto min-h-7 whitespace-normal py-1 max-md:h-auto max-md:min-h-9"
          >
            {byProvider.label}
          </Button>
        )
      }
      note={me && (refused !== undefined && me.signedIn ? <StillSignedIn me={me} /> : noteOf(me.ways))}
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
      {asksPassword && (
        <EntranceField
          key={asksName ? 'of a user' : 'of Gearboard'}
          label="Password"
          type="password"
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
          autoFocus={!asksName}
        />
      )}
    </Entrance>
  )
}

const StillSignedIn = ({ me }: { readonly me: MeReply }) => (
  <>
    You are still signed in as {me.name}. <PageLink href="/">Continue</PageLink>
  </>
)

function noteOf({ password, users, proxy, oidc, setup }: MeReply['ways']): string | undefined {
  if (proxy && !password && !users && oidc === null)
    return 'Users sign in at the proxy in front of Gearboard, which named no user for this request.'
  if (setup && !password) return 'There are no users yet. Open the set-up link that Gearboard printed on its console.'
  if (users)
    return password
      ? 'Leave the name empty to sign in with GEARBOARD_PASSWORD.'
      : 'Forgot your password? An admin can set a new one.'
  return password ? 'The password is the value of GEARBOARD_PASSWORD.' : undefined
}
