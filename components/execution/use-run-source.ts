'use client'

import { frameInScript, readError } from '@gearboard/gears/vocabulary/traceback'
import { useQuery } from '@tanstack/react-query'
import { useLiveSource, useRegistrationSource, useSourceText } from '@/components/shared/sources/use-source'
import { useConnectionName, useRegistrations } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import type { ExecutionDetail } from '@/lib/model/executions/execution'
import { sameLine, sessionOf } from '@/lib/model/record/source'

/** The script behind an execution, as history has it. */
export interface RunSource {
  readonly script: string
  readonly requirements: readonly string[]
  /** Why it is taken for the script of this execution, and which version it is; null for the script that was submitted to run. */
  readonly inferred: { readonly name: string; readonly version: number } | null
  /** What opens in the editor: the live version, where a later one replaced the one that ran. */
  readonly opens: {
    readonly id: string
    /** `payment-check v3` where it is another version than the one that ran. */
    readonly replacement: string | null
    /** Its line for a line of the script that ran; null where that line was changed. */
    readonly lineOf: (line: number) => number | null
  }
}

/**
 * The script that was submitted to run, or else the one that made the registration which the execution is linked to. Undefined while unknown, and
 * where history has none.
 */
export function useRunSource(execution: ExecutionDetail): {
  readonly source: RunSource | undefined
  readonly pending: boolean
} {
  const { origin, source } = execution
  const made = useMadeSource(execution)
  const { text: ran, pending: reading } = useSourceText(made.source?.id)
  const live = useLiveSource(made.source && !made.live ? sessionOf(made.source) : null)
  const { text: liveText } = useSourceText(live?.id)
  const pending = made.pending || reading
  const found = (known: RunSource) => ({ source: known, pending: false })
  if (source && origin.kind === 'submission')
    return found({
      ...source,
      inferred: null,
      opens: { id: origin.sourceId, replacement: null, lineOf: (line) => line },
    })
  if (!ran) return { source: undefined, pending }
  const { script, requirements, name, version } = ran
  const inferred = { name, version }
  // The same text, submitted again, is no other version.
  if (!live || live.hash === ran.hash)
    return found({
      script,
      requirements,
      inferred,
      opens: { id: live?.id ?? ran.id, replacement: null, lineOf: (line) => line },
    })
  return found({
    script,
    requirements,
    inferred,
    opens: {
      id: live.id,
      replacement: `${live.name} v${live.version}`,
      lineOf: (line) => (liveText ? sameLine(script, line, liveText.script) : null),
    },
  })
}

/** The line of what opens at which the first error that can be found in the script was raised; undefined where there is none. */
export function lineToOpen({ errors }: Pick<ExecutionDetail, 'errors'>, { script, opens }: RunSource) {
  for (const raw of errors) {
    const frame = frameInScript(readError(raw), script)
    if (frame) return opens.lineOf(frame.line) ?? undefined
  }
  return undefined
}

/** The submission that made the registration, and whether that is on the server now. */
function useMadeSource({ origin, firstSeen }: ExecutionDetail) {
  const connection = useConnectionName()
  const registrations = useRegistrations()
  const id = origin.kind === 'registration' ? origin.registrationId : undefined
  const registration = registrations?.find((one) => one.id === id)
  const { source: current, pending } = useRegistrationSource(registration)
  const { data: lost, isLoading } = useQuery({
    ...endpointQuery('lostRegistration', { connection, id: id ?? '' }),
    enabled: id !== undefined && registrations !== undefined && registration === undefined,
  })
  const source = registration ? current : lost?.source
  // Ids start over when a server restarts: what was sent after the run began did not make it.
  const made = source && source.at <= firstSeen ? source : undefined
  const unlisted = id !== undefined && registrations === undefined
  return { source: made, live: registration !== undefined, pending: unlisted || pending || isLoading }
}
