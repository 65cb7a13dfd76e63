import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import type { ConnectionStatus } from '../connection/connection'
import type { FleetRow } from './fleet'

/** What connections of a state do: one of them, and several. The worst first. */
const DO: readonly (readonly [ConnectionStatus, string, string])[] = [
  ['unreachable', 'does not answer', 'do not answer'],
  ['refused', 'refuses service', 'refuse service'],
  ['module_missing', 'has no RedisGears', 'have no RedisGears'],
  ['partial', 'is partly live', 'are partly live'],
  ['starting', 'is starting', 'are starting'],
  ['connecting', 'is connecting', 'are connecting'],
]

/** `1 of 3 connections does not answer, 1 is partly live.` */
export function fleetHeadline(rows: readonly Pick<FleetRow, 'status'>[]): string {
  const all = rows.length
  if (all === 0) return 'No connections yet.'
  const [first, ...others] = DO.flatMap(([status, one, many]) => {
    const count = rows.filter((row) => row.status === status).length
    return count === 0 ? [] : [{ count, words: count === 1 ? one : many }]
  })
  if (!first) return all === 1 ? 'The connection is live.' : `All ${formatCount(all)} connections are live.`
  const rest = others.map(({ count, words }) => `${formatCount(count)} ${words}`)
  return `${[`${formatCount(first.count)} of ${plural(all, 'connection')} ${first.words}`, ...rest].join(', ')}.`
}

/** `3 registrations are failing on 2 connections.` With how many connections did not say. */
export function fleetSecond(rows: readonly Pick<FleetRow, 'failing'>[]): string {
  if (rows.length === 0) return ''
  const known = rows.filter(({ failing }) => failing !== null)
  const failing = known.reduce((sum, row) => sum + (row.failing ?? 0), 0)
  const on = known.filter((row) => (row.failing ?? 0) > 0).length
  const unknown = rows.length - known.length
  const words =
    failing > 0
      ? `${plural(failing, 'registration')} ${failing === 1 ? 'is' : 'are'} failing on ${plural(on, 'connection')}`
      : known.length > 0
        ? 'No registrations are failing'
        : ''
  const without =
    unknown > 0
      ? `${words === '' ? 'Registrations' : 'registrations'} of ${plural(unknown, 'connection')} are unknown`
      : ''
  return [words, without]
    .filter((part) => part !== '')
    .join('; ')
    .concat('.')
}
