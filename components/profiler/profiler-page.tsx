'use client'

import { useQuery } from '@tanstack/react-query'
import { PageHeader } from '@/components/shared/page/page-header'
import { useReportSlowReads } from '@/components/shared/page/slow-reads'
import { REFRESH_FAILED } from '@/components/shared/text/words'
import { Banner } from '@/components/ui/banner'
import { describeError } from '@/lib/api/call'
import { useConnectionName, useConnectionState } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import { configRow, profilingOf } from '@/lib/model/environment/config-view'
import { FunctionTrends } from './function-trends'
import { profilerHeadline, profilerSecond } from './profiler-headline'
import { ProfilingSwitch } from './profiling-switch'
import { SessionPanel } from './session-panel'
import { RegistrationTimes, SlowestFunctions } from './slowest-functions'
import { SlowestSteps } from './slowest-steps'

/** ms */
const REFRESH_MS = 5000
const PROFILE_KEY = 'ProfileExecutions'

/** Where time goes: whole functions, their steps, and the Python inside. */
export function ProfilerPage() {
  const connection = useConnectionName()
  const old = useConnectionState()?.capability?.generation === '1.0'
  const config = useQuery({ ...endpointQuery('config', { connection }), refetchInterval: REFRESH_MS })
  useReportSlowReads(config.data)
  const profile = useQuery({ ...endpointQuery('profile', { connection }), refetchInterval: REFRESH_MS })
  const row = config.data && configRow(PROFILE_KEY, config.data.shards)
  const switches = row?.values.map(profilingOf)
  const error = profile.error ?? config.error
  return (
    <>
      <PageHeader
        headline={
          switches && profile.data
            ? profilerHeadline(switches, profile.data)
            : error
              ? 'Cannot load profiling data.'
              : undefined
        }
        second={profile.data && switches && profilerSecond(switches, profile.data)}
        actionsLast
        actions={<ProfilingSwitch row={row} />}
        changing="long"
      />
      {error && (
        <Banner tone="failed" title={REFRESH_FAILED}>
          {describeError(error)}
        </Banner>
      )}
      <div className="grid grid-cols-1 gap-3 min-[1920px]:grid-cols-2">
        <SlowestFunctions profile={profile.data} />
        <SlowestSteps profile={profile.data} on={switches?.some((each) => each === true) ?? false} />
      </div>
      <FunctionTrends />
      <RegistrationTimes />
      {!old && <SessionPanel on={switches?.some((each) => each === true) ?? false} />}
    </>
  )
}
