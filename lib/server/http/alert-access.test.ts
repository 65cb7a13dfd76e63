import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { AlertsReply } from '@/lib/api/contract/alerts'
import { anIncident } from '@/lib/model/alerts/testing'
import { sessionCookie } from '@/lib/server/auth/session-cookie'
import { runtime } from '@/lib/server/runtime'
import { serve } from './serve'

const directory = mkdtempSync(join(tmpdir(), 'gearboard-alert-access-'))
const ORIGIN = 'http://localhost:3000'
const GRANTS = [
  { who: 'user:on-orders', connections: ['orders'], role: 'operator' },
  { who: 'user:on-both', connections: ['orders', 'stock'], role: 'viewer' },
  { who: 'user:views-all', connections: ['*'], role: 'viewer' },
  { who: 'user:admin', connections: ['*'], role: 'admin' },
]
const cookies = new Map<string, string>()

beforeAll(async () => {
  const config = join(directory, 'gearboard.config.json')
  // Nothing listens there.
  const connections = ['orders', 'stock'].map((name) => ({ name, url: 'redis://127.0.0.1:1' }))
  writeFileSync(config, JSON.stringify({ connections, grants: GRANTS }))
  vi.stubEnv('GEARBOARD_CONFIG', config)
  vi.stubEnv('GEARBOARD_DATA', directory)
  vi.stubEnv('GEARBOARD_LOCAL_USERS', '1')
  for (const name of ['on-orders', 'on-both', 'views-all', 'admin', 'nobody']) {
    const token = await runtime().signIn.sessions.begin({ kind: 'oidc', name, groups: [] }, null)
    cookies.set(name, sessionCookie(token, '/', 60, false).split(';')[0] ?? '')
  }
  const ended = ['orders', 'stock', 'removed', null].map((connection, i) =>
    anIncident({ id: `of ${connection}`, connection, state: 'resolved', startedAt: i, ended: 'cleared' }),
  )
  await runtime().history.store.alerts.incidents.write(ended, [])
})
afterAll(async () => {
  await runtime().end()
  Reflect.deleteProperty(globalThis, Symbol.for('gearboard.runtime'))
  vi.unstubAllEnvs()
  rmSync(directory, { recursive: true, force: true })
})

function ask(name: string, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = {
    host: 'localhost:3000',
    origin: ORIGIN,
    cookie: cookies.get(name) ?? '',
    'content-type': 'application/json',
  }
  const url = new URL(path, ORIGIN)
  return serve(new Request(url, { headers, ...init }), url.pathname.split('/').slice(2))
}

async function shownTo(name: string, path = '/api/alerts'): Promise<readonly string[]> {
  const answer = await ask(name, path)
  if (!answer.ok) return [String(answer.status)]
  const { incidents }: AlertsReply = await answer.json()
  return incidents.map(({ id }) => id).toSorted()
}

test('everybody sees the alerts of their connections, and of what is gone or of Gearboard itself only who may see all', async () => {
  expect(await shownTo('on-orders')).toEqual(['of orders'])
  expect(await shownTo('on-both')).toEqual(['of orders', 'of stock'])
  expect(await shownTo('views-all')).toEqual(['of orders', 'of removed', 'of stock'])
  expect(await shownTo('admin')).toEqual(['of null', 'of orders', 'of removed', 'of stock'])
  expect(await shownTo('nobody')).toEqual(['403'])
})

test('a filter by connection shows no other, and none that is not theirs', async () => {
  expect(await shownTo('admin', '/api/alerts?connection=stock')).toEqual(['of stock'])
  expect(await shownTo('views-all', '/api/alerts?connection=removed')).toEqual(['of removed'])
  for (const connection of ['stock', 'removed', 'none'])
    expect(await shownTo('on-orders', `/api/alerts?connection=${connection}`)).toEqual([])
  expect(await shownTo('on-orders', '/api/orders/alerts')).toEqual(['of orders'])
  expect(await shownTo('on-orders', '/api/stock/alerts')).toEqual(['404'])
})

test.each([
  ['state=broken', 'state: must be one of firing, pending, resolved'],
  ['severity=x', 'severity: must be one of critical, warning, info'],
  ['cursor=x', 'cursor: must be the `next` of an earlier page'],
  ['limit=501', 'limit: must be at most 500'],
])('%s is refused at its field', async (query, message) => {
  const answer = await ask('admin', `/api/alerts?${query}`)
  expect([answer.status, (await answer.json()).error.message]).toEqual([400, message])
})

test('an alert that has ended, or is of another connection, can be neither acknowledged nor muted', async () => {
  const post = (name: string, path: string, body?: object) =>
    ask(name, path, { method: 'POST', ...(body && { body: JSON.stringify(body) }) }).then(({ status }) => status)
  expect(await post('on-orders', '/api/orders/alerts/x/acknowledge')).toBe(404)
  expect(await post('on-orders', '/api/orders/alerts/x/mute', { minutes: 5 })).toBe(404)
  expect(await post('on-orders', '/api/stock/alerts/x/mute', { minutes: 5 })).toBe(404)
  expect(await post('on-both', '/api/orders/alerts/x/acknowledge')).toBe(403)
  expect(await post('on-orders', '/api/alerts/x/acknowledge')).toBe(403)
  expect(await post('on-orders', '/api/orders/alerts/x/mute', { minutes: -1 })).toBe(400)
  expect(await post('on-orders', '/api/orders/alerts/x/mute', { minutes: 1.5 })).toBe(400)
  expect(await post('on-orders', '/api/orders/alerts/x/mute', { minutes: 1e9 })).toBe(400)
})

test('a rule is written, shown with what it selects, and in the audit log with before and after', async () => {
  const json = async (method: string, path: string, body?: object) => {
    const answer = await ask('admin', path, { method, ...(body && { body: JSON.stringify(body) }) })
    return answer.json()
  }
  const { id } = await json('POST', '/api/alerts/rules', { name: 'Down', kind: 'shard-silent', connections: ['sto*'] })
  const rules = (await json('GET', '/api/alerts/settings')).rules
  expect(rules.find((rule: { id: string }) => rule.id === id)).toMatchObject({ selects: ['stock'], isDefault: false })
  await json('PUT', `/api/alerts/rules/${id}`, { name: 'Down', kind: 'shard-silent', threshold: 60 })
  await json('DELETE', `/api/alerts/rules/${id}`)
  const entries = runtime()
    .history.store.audit.page({ own: true })
    .entries.filter(({ target }) => target === 'Down')
  expect(entries.map(({ action, before, after }) => [action, before !== null, after !== null])).toEqual([
    ['removeAlertRule', true, false],
    ['changeAlertRule', true, true],
    ['addAlertRule', false, true],
  ])
})
