'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { Hourglass, Send, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Elapsed } from '@/components/shared/text/figures'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import type { Confirmed } from '@/lib/api/call'
import { serverClock } from '@/lib/api/server-clock'
import type { Draft } from '@/lib/functions/drafts'
import { useReplaced } from './replaced'

/** How long a submission is held back at most for what runs, ms. */
export const LONGEST_HOLD_MS = 60_000

/** A submission that waits for executions of what it replaces to end. `gaveUp`: they did not, within the time. */
type SubmitHold =
  | { readonly state: 'none' }
  | (HeldSubmission & { readonly state: 'waiting'; readonly since: number })
  | (HeldSubmission & { readonly state: 'gaveUp' })

interface HeldSubmission {
  readonly sent: Draft
  /** What was typed when it was asked for. */
  readonly confirmed: Confirmed
}

/** Holds a submission back until nothing of the replaced session is in flight, then sends it as it was when it was held. */
export function useHold(send: (sent: Draft, confirmed: Confirmed) => void) {
  const [hold, setHold] = useState<SubmitHold>({ state: 'none' })
  const { inFlight, session } = useReplaced(hold.state === 'none' ? NOTHING : hold.sent)
  useEffect(() => {
    if (hold.state !== 'waiting' || inFlight > 0) return
    setHold({ state: 'none' })
    send(hold.sent, hold.confirmed)
  }, [hold, inFlight, send])
  useEffect(() => {
    if (hold.state !== 'waiting') return
    const timer = setTimeout(
      () => setHold({ state: 'gaveUp', sent: hold.sent, confirmed: hold.confirmed }),
      Math.max(0, hold.since + LONGEST_HOLD_MS - serverClock.now()),
    )
    return () => clearTimeout(timer)
  }, [hold])
  return {
    waiting: hold.state === 'waiting',
    begin: (sent: Draft, confirmed: Confirmed) =>
      setHold({ state: 'waiting', sent, confirmed, since: serverClock.now() }),
    banner: hold.state !== 'none' && (
      <HoldBanner
        hold={hold}
        session={session}
        inFlight={inFlight}
        onSend={() => {
          setHold({ state: 'none' })
          send(hold.sent, hold.confirmed)
        }}
        onCancel={() => setHold({ state: 'none' })}
      />
    ),
  }
}

const NOTHING = { mode: 'run', id: '', replaceWith: '' } as const

interface HoldBannerProps {
  readonly hold: Exclude<SubmitHold, { readonly state: 'none' }>
  readonly session: string
  readonly inFlight: number
  readonly onSend: () => void
  readonly onCancel: () => void
}

function HoldBanner({ hold, session, inFlight, onSend, onCancel }: HoldBannerProps) {
  const what = `${plural(inFlight, 'execution')} of ${session}`
  return (
    <Banner
      tone="warning"
      title={
        hold.state === 'waiting'
          ? `Not sent yet: waiting for ${what} to finish`
          : `Not sent: ${what} did not finish in time`
      }
      actions={
        <>
          <Button icon={Send} onClick={onSend}>
            Send now
          </Button>
          <Button icon={X} onClick={onCancel}>
            Cancel
          </Button>
        </>
      }
    >
      {hold.state === 'waiting' ? (
        <>
          <Hourglass aria-hidden className="inline size-3" /> <Elapsed from={hold.since} /> of at most{' '}
          {LONGEST_HOLD_MS / 1000} s. Leaving this page cancels it.
        </>
      ) : (
        `Waited ${LONGEST_HOLD_MS / 1000} s.`
      )}
    </Banner>
  )
}
