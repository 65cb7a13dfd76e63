import { expect, test } from 'vitest'
import { connectionDefinition } from '@/lib/api/contract/connection-definition'
import { connectionState } from '@/lib/model/testing'
import { listedConnections, settingsHeadline } from './listed-connections'

const setting = (name: string, problem: string | null = null) => ({
  definition: connectionDefinition.parse({ name, url: 'redis://a:1' }),
  has: [],
  changedAt: 0,
  changedBy: null,
  problem,
})

test('every connection is listed once, with what is stored of it here', () => {
  const states = [connectionState({ name: 'shop', origin: 'settings' }), connectionState({ name: 'default' })]
  const listed = listedConnections(states, [setting('shop'), setting('closed', 'Its password cannot be decrypted')])
  expect(
    listed.map(({ name, origin, state, setting: stored }) => [name, origin, state !== undefined, stored !== undefined]),
  ).toEqual([
    ['closed', 'settings', false, true],
    ['default', 'environment', true, false],
    ['shop', 'settings', true, true],
  ])
  expect(settingsHeadline(listed)).toBe('3 connections, 1 not open.')
  expect(settingsHeadline(listed.slice(1, 2))).toBe('1 connection.')
  expect(settingsHeadline([])).toBe('No connections yet.')
})

test('one that is stored under the name of a declared one is listed beside it', () => {
  const listed = listedConnections([connectionState({ name: 'shop', origin: 'file' })], [setting('shop', 'taken')])
  expect(listed.map(({ origin, state }) => [origin, state !== undefined])).toEqual([
    ['file', true],
    ['settings', false],
  ])
})
