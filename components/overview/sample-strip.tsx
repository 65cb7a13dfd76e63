'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import { ArrowRight, Code, Store, X } from 'lucide-react'
import * as z from 'zod/mini'
import { registrationPath, versionPath } from '@/components/shared/page/paths'
import { CONNECT_COMMAND } from '@/components/shared/text/words'
import { useStored } from '@/components/shared/use-stored'
import { IconButton, LinkButton } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { useConnectionName, useConnectionState, useRegistrations } from '@/lib/api/live'
import { endpointPages } from '@/lib/api/query'
import type { SourcePage } from '@/lib/model/record/source'

/** The function of the example shop that fails on purpose (packages/engine/seed). */
const FAILING = 'payment-check'
/** Until its live source is in history, ms. */
const LOOK_MS = 3000
const dismissedSchema = z.boolean()

/**
 * Explains to a newcomer what the page shows, until it is dismissed, on the RedisGears that Gearboard started itself. It stays at the lower
 * edge of the window: above the page it would move what is already being read.
 */
export function SampleStrip() {
  const embedded = useConnectionState()?.embedded
  const [dismissed, change] = useStored('gearboard.sample-strip', dismissedSchema, false)
  if (!embedded || dismissed) return null
  const dismiss = () => {
    change(() => true)
    // The button is gone: move the focus to the page.
    document.getElementById('page')?.focus()
  }
  return (
    <section
      aria-label="About this data"
      className="sticky bottom-3 z-10 mt-auto flex flex-wrap items-center gap-x-3 gap-y-2 rounded-panel border border-line-strong bg-surface px-3 py-2.5 print:hidden"
    >
      <Store aria-hidden className="mt-0.5 self-start text-accent" />
      <div className="min-w-0 flex-1 basis-48">
        <p className="font-semibold">This is sample data.</p>
        <p className="text-fg-2">
          A small shop on the embedded RedisGears. One function, {FAILING}, fails on purpose.
          <span className="max-md:hidden">
            {' '}
            To connect yours: <code className="font-mono text-small [overflow-wrap:anywhere]">{CONNECT_COMMAND}</code>{' '}
            <CopyButton text={CONNECT_COMMAND} label="Copy command" size="row" className="align-middle" />
          </span>
        </p>
      </div>
      <Failing />
      <IconButton label="Dismiss" icon={X} onClick={dismiss} />
    </section>
  )
}

/** Where it fails, and its source; each is absent while it is unknown, or removed. */
function Failing() {
  const connection = useConnectionName()
  const registration = useRegistrations()?.find(({ privateData }) => privateData?.session === FAILING)
  const liveOf = (pages: readonly SourcePage[] | undefined) =>
    pages?.[0]?.sources.find(({ registrations }) => registrations.includes(registration?.id ?? ''))
  const { data } = useInfiniteQuery({
    ...endpointPages('sources', { connection, session: FAILING }),
    // Its second version follows within the first minute.
    refetchInterval: ({ state }) => (liveOf(state.data?.pages) ? false : LOOK_MS),
  })
  const source = liveOf(data?.pages)
  return (
    // Their room from the start: what comes later moves nothing.
    <div className="flex flex-wrap gap-2 max-md:order-last max-md:min-h-9 max-md:w-full md:min-w-66">
      {registration && (
        <LinkButton href={registrationPath(connection, registration.key)} icon={ArrowRight}>
          See it fail
        </LinkButton>
      )}
      {source && (
        <LinkButton href={versionPath(connection, source.id)} icon={Code}>
          Open its source
        </LinkButton>
      )}
    </div>
  )
}
