import { expect, test } from 'vitest'
import type { ConnectionStatus } from '../connection/connection'
import { fleetHeadline, fleetSecond } from './fleet-answer'

const of = (...statuses: readonly ConnectionStatus[]) => statuses.map((status) => ({ status }))

test.each<readonly [readonly ConnectionStatus[], string]>([
  [[], 'No connections yet.'],
  [['live'], 'The connection is live.'],
  [['live', 'live', 'live'], 'All 3 connections are live.'],
  [['live', 'unreachable', 'partial'], '1 of 3 connections does not answer, 1 is partly live.'],
  [['refused', 'refused'], '2 of 2 connections refuse service.'],
  [['connecting'], '1 of 1 connection is connecting.'],
  [['module_missing', 'live', 'starting', 'starting'], '1 of 4 connections has no RedisGears, 2 are starting.'],
])('%j: %s', (statuses, words) => expect(fleetHeadline(of(...statuses))).toBe(words))

test.each<readonly [readonly (number | null)[], string]>([
  [[], ''],
  [[0, 0], 'No registrations are failing.'],
  [[1, 0], '1 registration is failing on 1 connection.'],
  [[2, 1, null], '3 registrations are failing on 2 connections; registrations of 1 connection are unknown.'],
  [[null, null], 'Registrations of 2 connections are unknown.'],
])('failing %j: %s', (failing, words) => expect(fleetSecond(failing.map((each) => ({ failing: each })))).toBe(words))
