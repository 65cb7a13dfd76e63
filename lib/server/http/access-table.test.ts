import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { contract } from '@/lib/api/contract'
import { connectionDefinition } from '@/lib/api/contract/connection-definition'
import type { AnyEndpoint } from '@/lib/api/endpoint'
import { HIDDEN_KINDS } from '@/lib/model/people/grant'
import { allows, ROLES, type Role } from '@/lib/model/people/role'
import { sessionCookie } from '@/lib/server/auth/session-cookie'
import { runtime } from '@/lib/server/runtime'
import { serve } from './serve'

const directory = mkdtempSync(join(tmpdir(), 'gearboard-access-'))
const endpoints = Object.entries<AnyEndpoint>(contract).filter(([, { access }]) => access !== 'open')

/** One person for each role on the connection that is asked for, on another one, and on all. */
const PERSONS = ROLES.flatMap((role) => [
  { role, name: `${role}-on-it`, connections: ['orders', 'live'] },
  { role, name: `${role}-elsewhere`, connections: ['stock'] },
  { role, name: `${role}-everywhere`, connections: ['*'] },
])
const BLIND = { role: 'viewer', name: 'blind', connections: ['*'], hides: HIDDEN_KINDS } as const
const NOBODY = 'nobody'

/** The production connection, and what of it a write has to name. */
const PRODUCTION = { name: 'live', label: 'Büro 100% & more', production: true } as const
const NAMED = { 'x-gearboard-confirm': 'B%C3%BCro%20100%25%20%26%20more' }
/** No header, the name that addresses have, one that begins like it, another case, what cannot be decoded, and none. */
const MISNAMED = [
  {},
  { 'x-gearboard-confirm': 'live' },
  { 'x-gearboard-confirm': 'B%C3%BCro' },
  { 'x-gearboard-confirm': NAMED['x-gearboard-confirm'].toLowerCase() },
  { 'x-gearboard-confirm': 'B%C3%BCro%20100%' },
  { 'x-gearboard-confirm': '' },
] as const

const ORIGIN = 'http://localhost:3000'

async function ask(endpoint: AnyEndpoint, headers: Record<string, string>, connection = 'orders') {
  const path = endpoint.path.replace('{connection}', connection).replace(/\{\w+\}/g, 'x')
  const request = new Request(`${ORIGIN}${path}`, {
    method: endpoint.method,
    headers: { host: 'localhost:3000', ...headers },
    // No endpoint takes it: nothing is done behind the gate.
    ...(endpoint.body && { body: '"x"' }),
  })
  const answer = await serve(request, path.split('/').slice(2))
  if (answer.ok) {
    await answer.body?.cancel()
    return 'passes'
  }
  const { code, message } = (await answer.json()).error
  if (message === `there is no connection named "${connection}"`) return 'no such connection'
  return ['unauthenticated', 'forbidden', 'read_only', 'unconfirmed'].includes(code) ? code : 'passes'
}

const isWrite = ({ method }: AnyEndpoint) => method !== 'GET'

/** What the contract says of somebody with this role, where they have it. */
function expected(endpoint: AnyEndpoint, role: Role, place: 'on-it' | 'elsewhere' | 'everywhere', readOnly: boolean) {
  const ofConnection = endpoint.path.includes('{connection}')
  if (ofConnection && place === 'elsewhere') return 'no such connection'
  // Gearboard itself is administered from grants on all connections; others look.
  const own = ofConnection || place === 'everywhere' ? role : 'viewer'
  if (endpoint.access === 'open' || !allows(own, endpoint.access)) return 'forbidden'
  return readOnly && isWrite(endpoint) && !endpoint.ownRecord ? 'read_only' : 'passes'
}

describe.each([false, true])('every endpoint, read-only: %s', (readOnly) => {
  const cookies = new Map<string, string>()
  const as = (name: string) => ({ cookie: cookies.get(name) ?? '', origin: ORIGIN })

  beforeAll(async () => {
    const config = join(directory, 'gearboard.config.json')
    const grants = [...PERSONS, BLIND].map(({ name, role, connections, ...rest }) => ({
      who: `user:${name}`,
      role,
      connections,
      ...rest,
    }))
    // Nothing listens there: what passes the gate finds no server.
    const connections = [{ name: 'orders' }, { name: 'stock' }, PRODUCTION].map((each) => ({
      ...each,
      url: 'redis://127.0.0.1:1',
    }))
    writeFileSync(config, JSON.stringify({ connections, grants }))
    vi.stubEnv('GEARBOARD_CONFIG', config)
    vi.stubEnv('GEARBOARD_DATA', join(directory, String(readOnly)))
    vi.stubEnv('GEARBOARD_LOCAL_USERS', '1')
    vi.stubEnv('GEARBOARD_READ_ONLY', readOnly ? '1' : '0')
    for (const name of [...PERSONS.map((person) => person.name), BLIND.name, NOBODY]) {
      const token = await runtime().signIn.sessions.begin({ kind: 'oidc', name, groups: [] }, null)
      cookies.set(name, sessionCookie(token, '/', 60, false).split(';')[0] ?? '')
    }
  })
  afterAll(async () => {
    await runtime().end()
    Reflect.deleteProperty(globalThis, Symbol.for('gearboard.runtime'))
    vi.unstubAllEnvs()
  })

  test.each(endpoints)('%s', async (_, endpoint) => {
    const table: Record<string, string> = {}
    const wanted: Record<string, string> = {}
    for (const { role, name } of PERSONS)
      for (const place of ['on-it', 'elsewhere', 'everywhere'] as const) {
        if (name !== `${role}-${place}`) continue
        table[name] = await ask(endpoint, as(name))
        wanted[name] = expected(endpoint, role, place, readOnly)
      }
    table['signed out'] = await ask(endpoint, { origin: ORIGIN })
    wanted['signed out'] = 'unauthenticated'
    table[NOBODY] = await ask(endpoint, as(NOBODY))
    wanted[NOBODY] = endpoint.path.includes('{connection}') ? 'no such connection' : 'forbidden'
    table.blind = await ask(endpoint, as('blind'))
    wanted.blind = endpoint.reveals ? 'forbidden' : expected(endpoint, 'viewer', 'everywhere', readOnly)
    expect(table).toEqual(wanted)
  })

  const onProduction = endpoints.filter(([, { path }]) => path.includes('{connection}'))
  test.each(onProduction)('%s on production: its name is asked for after all else', async (_, endpoint) => {
    for (const { role, name } of PERSONS) {
      const [place] = (['on-it', 'elsewhere', 'everywhere'] as const).filter((each) => name === `${role}-${each}`)
      if (!place) throw new Error(name)
      const otherwise = expected(endpoint, role, place, readOnly)
      const asks = otherwise === 'passes' && endpoint.confirm === 'connection'
      expect(await ask(endpoint, { ...as(name), ...NAMED }, 'live'), name).toBe(otherwise)
      // One header suffices where none is asked for: a session may ask only so often.
      for (const header of asks ? MISNAMED : MISNAMED.slice(0, 1))
        expect(await ask(endpoint, { ...as(name), ...header }, 'live'), `${name} ${JSON.stringify(header)}`).toBe(
          asks ? 'unconfirmed' : otherwise,
        )
    }
    expect(await ask(endpoint, { origin: ORIGIN }, 'live')).toBe('unauthenticated')
    expect(await ask(endpoint, as(NOBODY), 'live')).toBe('no such connection')
  })

  test('a token confirms by the same header', async () => {
    const { tokens, people } = runtime().signIn
    const identity = { kind: 'oidc', name: 'admin-everywhere', groups: [] } as const
    const owner = { ...identity, grants: people.grantsFor(identity) ?? [] }
    const { text } = await tokens.make(owner, {
      name: 'ci',
      connections: ['*'],
      role: 'admin',
      lastsMs: 60_000,
      readOnly: false,
    })
    const authorization = `Bearer ${text}`
    for (const [, endpoint] of onProduction.filter(([, { confirm }]) => confirm != null)) {
      expect(await ask(endpoint, { authorization }, 'live')).toBe(readOnly ? 'read_only' : 'unconfirmed')
      expect(await ask(endpoint, { authorization, ...NAMED }, 'live')).toBe(readOnly ? 'read_only' : 'passes')
    }
  })

  test.runIf(!readOnly)('what was added in the browser is changed and removed by its name alone', async () => {
    const { connectionSettings, history } = runtime()
    const definition = connectionDefinition.parse({ ...PRODUCTION, name: 'shop', url: 'redis://127.0.0.1:1' })
    await connectionSettings.add({ ...definition, keep: [] }, null)
    const asked = (method: string, path: string, headers: Record<string, string>, body?: object) =>
      serve(
        new Request(`${ORIGIN}/api/connections/settings/${path}`, {
          method,
          headers: {
            host: 'localhost:3000',
            'content-type': 'application/json',
            ...as('admin-everywhere'),
            ...headers,
          },
          ...(body && { body: JSON.stringify(body) }),
        }),
        ['connections', 'settings', path],
      )
    const unmarked = { ...definition, production: false }
    for (const header of MISNAMED) {
      const [changed, removed] = [await asked('PUT', 'shop', header, unmarked), await asked('DELETE', 'shop', header)]
      expect([changed.status, removed.status]).toEqual([428, 428])
      const { error } = await removed.json()
      expect(error.code).toBe('unconfirmed')
      expect(error.message).toContain('"Büro 100% & more" is a production connection')
      expect(error.message).toMatch(/send the header x-gearboard-confirm: B%C3%BCro%20100%25%20%26%20more$/)
    }
    expect(connectionSettings.definitionNamed('shop')?.production).toBe(true)
    const { entries } = history.store.audit.page({ connection: 'live', own: true, limit: 2 * MISNAMED.length })
    expect(entries.map(({ action, outcome, target }) => `${action} ${outcome} ${target}`)).toEqual(
      MISNAMED.flatMap(() => ['removeConnection refused shop', 'changeConnection refused shop']),
    )
    expect((await asked('PUT', 'shop', NAMED, unmarked)).status).toBe(200)
    expect((await asked('DELETE', 'shop', {})).status).toBe(200)
    // Of one that is not there nothing is asked, and only those who may know hear that.
    expect((await asked('DELETE', 'shop', {})).status).toBe(404)
    expect((await asked('DELETE', 'shop', as('admin-on-it'))).status).toBe(403)
  })

  test('a connection that is not theirs and one that does not exist are refused alike', async () => {
    for (const [, endpoint] of endpoints.filter(([, { path }]) => path.includes('{connection}')))
      expect(await ask(endpoint, as('admin-elsewhere'), 'none')).toBe('no such connection')
  })

  test('a read-only token of an admin reads what the admin reads, and writes nothing', async () => {
    const { tokens, people } = runtime().signIn
    const name = 'admin-everywhere'
    const owner = {
      kind: 'oidc',
      name,
      groups: [],
      grants: people.grantsFor({ kind: 'oidc', name, groups: [] }) ?? [],
    } as const
    const made = { connections: ['orders'], role: 'admin', lastsMs: 60_000 } as const
    const { text } = await tokens.make(owner, { ...made, name: 'reads', readOnly: true })
    const writing = await tokens.make(owner, { ...made, name: 'writes', readOnly: false })
    for (const [, endpoint] of endpoints) {
      const authorization = `Bearer ${text}`
      const own = expected(endpoint, 'admin', 'on-it', readOnly)
      const answer = await ask(endpoint, { authorization })
      expect(answer).toBe(own === 'passes' && isWrite(endpoint) ? 'read_only' : own)
      // No Origin, as programs ask.
      expect(await ask(endpoint, { authorization: `Bearer ${writing.text}` })).toBe(own)
      if (endpoint.path.includes('{connection}'))
        expect(await ask(endpoint, { authorization }, 'stock')).toBe('no such connection')
    }
  })
})

afterAll(() => rmSync(directory, { recursive: true, force: true }))
