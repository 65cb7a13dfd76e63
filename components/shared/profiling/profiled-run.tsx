'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { readError } from '@gearboard/gears/vocabulary/traceback'
import { useQuery } from '@tanstack/react-query'
import { Timer } from 'lucide-react'
import { executionPath } from '@/components/shared/page/paths'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { PageLink } from '@/components/ui/page-link'
import { useConnectionName } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import { visibleText } from '@/lib/model/text/visible-text'

/** While something is switched, ms. */
const LOOK_MS = 1000

function useProfiledRun() {
  const { data } = useQuery({
    ...endpointQuery('profiledRun', { connection: useConnectionName() }),
    refetchInterval: ({ state }) => (state.data && (state.data.run || state.data.owed.length > 0) ? LOOK_MS : false),
  })
  return data
}

interface ProfiledRunButtonProps {
  readonly label?: string
  readonly pending: boolean
  /** Why nothing may be sent, or why there is nothing to profile. */
  readonly reason: string | undefined
  readonly onRun: () => void
}

/** Runs it with its steps timed; Gearboard switches profiling on for it, and back. */
export function ProfiledRunButton({ label = 'Run profiled', pending, reason, onRun }: ProfiledRunButtonProps) {
  const underWay = useProfiledRun()?.run
  return (
    <Button
      icon={Timer}
      disabledReason={reason ?? (pending ? 'Sending…' : underWay ? 'Another profiled run is in progress.' : undefined)}
      onClick={onRun}
    >
      {label}
    </Button>
  )
}

/** After a profiled run was started: whether profiling is still on for it, and where the times are. */
export function ProfiledRunState({ id }: { readonly id: string }) {
  const connection = useConnectionName()
  const state = useProfiledRun()
  const on = state?.run?.executionId === id
  return (
    <>
      <span>
        {state === undefined
          ? 'profiled'
          : on
            ? 'ProfileExecutions is on for this run'
            : state.owed.length > 0
              ? `ProfileExecutions is still on for ${plural(state.owed.length, 'shard')}`
              : 'ProfileExecutions is restored'}
      </span>
      {!on && (
        <PageLink href={executionPath(connection, id)} className="text-accent hover:underline">
          Step timings
        </PageLink>
      )}
    </>
  )
}

/** Shards where profiling could not be restored. */
export function ProfilingOwed() {
  const owed = useProfiledRun()?.owed ?? []
  if (owed.length === 0) return null
  return (
    <Banner tone="warning" title={`ProfileExecutions is still on for ${plural(owed.length, 'shard')}`}>
      Executions there are still timed, which slows them and may hide errors. Gearboard retries; to turn it off
      yourself, use Configuration.
      <ul>
        {owed.map(({ at, message }) => (
          <li key={at} className="[overflow-wrap:anywhere]">
            <span className="font-mono">{at}</span>: {visibleText(message)}
          </li>
        ))}
      </ul>
    </Banner>
  )
}

/** With profiling on, builds of RedisGears replace the error of a failing step by this one (measured on 1.2.13). */
export function HiddenErrorHint({ errors }: { readonly errors: readonly string[] }) {
  if (!errors.some((text) => readError(text).hiddenByProfiling)) return null
  return (
    <Banner tone="warning" title="Profiling hides the real error">
      This build of RedisGears reports its profiler’s own error when a step fails under ProfileExecutions. Run it once
      without profiling to see what the step raised.
    </Banner>
  )
}
