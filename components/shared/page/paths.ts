import { pagePath as path } from '@/lib/model/connection/paths'
import { quoteValue } from '@/lib/model/filter/filter'

export const executionsPath = (connection: string): string => path(connection, 'executions')
/** The executions that a registration started, live and in history. */
export const executionsOfPath = (connection: string, registration: string): string =>
  `${executionsPath(connection)}?q=${encodeURIComponent(`registration:${quoteValue(registration)}`)}`
/** All runs of a function, by its name. */
export const runsPath = (connection: string, name: string): string =>
  `${executionsPath(connection)}?q=${encodeURIComponent(`function:${quoteValue(name)}`)}`
/** @param epoch of a remembered execution: other executions may have had the same id */
export const executionPath = (connection: string, key: string, epoch?: number): string =>
  `${path(connection, 'executions', key)}${epoch === undefined ? '' : `?epoch=${epoch}`}`
/** The editor with a recorded source in a tab of its own. @param line to mark, from 1 */
export const versionPath = (connection: string, source: string, line?: number): string =>
  `${path(connection, 'editor')}?source=${encodeURIComponent(source)}${line === undefined ? '' : `&line=${line}`}`
export const registrationsPath = (connection: string): string => path(connection, 'registrations')
export const registrationPath = (connection: string, key: string): string => path(connection, 'registrations', key)
/** Calls a command function. */
export const triggerPath = (connection: string, trigger: string): string =>
  `${path(connection, 'trigger')}?trigger=${encodeURIComponent(trigger)}`
interface ActionsSpan {
  /** ms */
  readonly from: number
  /** ms; null: now */
  readonly to: number | null
}

/** What users did through Gearboard to one thing. @param target its id @param span when they did */
export const auditPath = (connection: string, target: string, span?: ActionsSpan): string =>
  `${path(connection, 'activity')}?target=${encodeURIComponent(target)}${
    span ? `&from=${span.from}${span.to === null ? '' : `&to=${span.to}`}` : ''
  }`
export const sessionPath = (connection: string, id: string): string =>
  `${path(connection, 'environment')}?tab=sessions&open=${encodeURIComponent(id)}`
export const profilerPath = (connection: string, session: string): string =>
  `${path(connection, 'profiler')}?session=${encodeURIComponent(session)}`
