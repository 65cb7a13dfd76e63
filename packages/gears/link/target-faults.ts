import { GearsError } from '../errors'
import { addressOf, type HostPort, parseAddress, pathFault, type Target, type TlsSettings } from './target'
import { tlsFaults } from './tls-settings'

/** A field of a target that is wrong. */
export interface TargetFault {
  /** `tls.key`, `natMap["10.0.0.1:6379"]`. */
  readonly field: string
  /** What is wrong and what is right, without the value of a secret: `it is missing; a client certificate needs its key`. */
  readonly message: string
}

/** A cluster has no more nodes. */
const MOST_MAPPED = 1000

/** All that is wrong with a target that was not read from a URL, or not only; empty where it can be connected to. */
export function targetFaults({ path, tls, sentinel, natMap = {} }: Target): readonly TargetFault[] {
  const faults: TargetFault[] = []
  if (path !== undefined) {
    const fault = pathFault(path)
    if (fault !== undefined) faults.push({ field: 'path', message: fault })
    if (tls) faults.push({ field: 'tls', message: 'a unix socket has no TLS' })
    if (sentinel) faults.push({ field: 'sentinel', message: 'sentinels are asked by TCP, not through a unix socket' })
  }
  faults.push(...ofTls('tls', tls))
  if (sentinel) {
    if (sentinel.name === '')
      faults.push({ field: 'sentinel.name', message: 'it is empty; it is the name of the master, such as mymaster' })
    if (sentinel.username !== undefined && sentinel.password === undefined)
      faults.push({ field: 'sentinel.password', message: 'it is missing; a user needs one' })
    faults.push(...ofTls('sentinel.tls', sentinel.tls))
  }
  return [...faults, ...ofNatMap(natMap)]
}

const ofTls = (field: string, tls: boolean | TlsSettings | undefined): readonly TargetFault[] =>
  typeof tls === 'object' ? tlsFaults(tls).map((fault) => ({ ...fault, field: `${field}.${fault.field}` })) : []

function ofNatMap(natMap: Readonly<Record<string, string>>): readonly TargetFault[] {
  const pairs = Object.entries(natMap)
  if (pairs.length > MOST_MAPPED) return [{ field: 'natMap', message: `it has more than ${MOST_MAPPED} entries` }]
  return pairs.flatMap(([announced, reached]) => {
    const field = `natMap[${JSON.stringify(announced)}]`
    const form = 'is not host:port (IPv6: [address]:port)'
    if (!parseAddress(announced)) return { field, message: `the announced address ${form}` }
    return parseAddress(reached) ? [] : { field, message: `${JSON.stringify(reached)} ${form}` }
  })
}

/** @throws GearsError `invalid_request` with the first fault */
export function checkTarget(target: Target): void {
  const [fault] = targetFaults(target)
  if (fault) throw new GearsError('invalid_request', `connection: ${fault.field}: ${fault.message}`)
}

/** The map by addresses as `addressOf` writes them. What is no address is left out: `targetFaults` names it. */
export const natMapOf = ({ natMap = {} }: Target): Readonly<Record<string, HostPort>> =>
  Object.fromEntries(
    Object.entries(natMap).flatMap(([from, to]) => {
      const [announced, reached] = [parseAddress(from), parseAddress(to)]
      return announced && reached ? [[addressOf(announced), reached] as const] : []
    }),
  )
