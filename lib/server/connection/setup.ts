import { parseTarget, type Target } from '@gearboard/gears'
import type { ConnectionDefinition } from '@/lib/api/contract/connection-definition'
import type { ConnectionState } from '@/lib/model/connection/connection'
import { targetOf } from '../connections/definition'
import { GLOBALLY_READ_ONLY, type Settings } from '../settings'

/** A connection as it is watched. May hold secrets: never to a log, never to a browser. */
export interface ConnectionSetup
  extends Pick<
    ConnectionState,
    'name' | 'label' | 'origin' | 'production' | 'readOnlyReason' | 'colour' | 'labels' | 'note'
  > {
  readonly target: Target
  readonly cluster: 'auto' | 'yes' | 'no'
  /** Results of executions that no user opens are read for the history, where that is known to do no harm. */
  readonly readAhead: boolean
  /** What runs for longer is aborted, ms; undefined: nothing is. */
  readonly watchdogMs: number | undefined
  /** The RedisGears behind it is the one that Gearboard started itself. */
  readonly embedded: boolean
  /** The folder of the example shop whose functions are submitted to it; undefined for any other RedisGears. */
  readonly sampleData: string | undefined
}

/** The connection of GEARBOARD_URL is always named so. */
export const OWN_NAME = 'default'

/** The connection that the environment names. */
export const environmentSetup = (settings: Settings): ConnectionSetup => ({
  name: OWN_NAME,
  ...(settings.name !== undefined && { label: settings.name }),
  origin: 'environment',
  target: parseTarget(settings.url),
  cluster: settings.cluster,
  production: settings.production,
  readOnlyReason: settings.readOnly ? GLOBALLY_READ_ONLY : null,
  labels: [],
  readAhead: settings.readAhead,
  watchdogMs: settings.readOnly ? undefined : settings.watchdogMs,
  embedded: settings.embedded,
  sampleData: settings.sampleData,
})

/** A connection that a file or a person declares, on a Gearboard with these settings. */
export function declaredSetup(
  definition: ConnectionDefinition,
  origin: ConnectionSetup['origin'],
  settings: Pick<Settings, 'readOnly' | 'readAhead' | 'watchdogMs'>,
): ConnectionSetup {
  const { name, label, cluster, production, labels, colour, note } = definition
  const readOnly = settings.readOnly || definition.readOnly
  return {
    name,
    ...(label !== undefined && { label }),
    origin,
    target: targetOf(definition),
    cluster,
    production,
    readOnlyReason: settings.readOnly
      ? GLOBALLY_READ_ONLY
      : definition.readOnly
        ? 'This connection is read-only.'
        : null,
    labels,
    ...(colour !== undefined && { colour }),
    ...(note !== undefined && { note }),
    readAhead: settings.readAhead,
    watchdogMs: readOnly ? undefined : settings.watchdogMs,
    embedded: false,
    sampleData: undefined,
  }
}
