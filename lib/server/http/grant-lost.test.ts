import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { contract } from '@/lib/api/contract'
import { sessionCookie } from '@/lib/server/auth/session-cookie'
import { type Handler, route } from '@/lib/server/http/route'
import { runtime } from '@/lib/server/runtime'
import { downloadStream } from './download'

// What is in progress while a grant is taken away. No server listens at the connection.
const ORIGIN = 'http://localhost:3000'
const ADA = { kind: 'local', name: 'ada', groups: [] } as const
let data = ''
let cookie = ''
let grantId = ''

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'gearboard-grant-'))
  vi.stubEnv('GEARBOARD_URL', 'redis://127.0.0.1:1')
  vi.stubEnv('GEARBOARD_DATA', data)
  vi.stubEnv('GEARBOARD_LOCAL_USERS', '1')
  const { people, sessions } = runtime().signIn
  await people.add('root', 'correct horse battery', [])
  await people.add('ada', 'another long passphrase', [])
  grantId = (await people.addGrant({ who: { kind: 'user', name: 'ada' }, connections: ['*'], role: 'admin' }, 'root'))
    .id
  await people.addGrant({ who: { kind: 'user', name: 'root' }, connections: ['*'], role: 'admin' }, 'root')
  cookie = sessionCookie(await sessions.begin(ADA, null), '/', 60, false).split(';')[0] ?? ''
})
afterEach(async () => {
  await runtime().end()
  Reflect.deleteProperty(globalThis, Symbol.for('gearboard.runtime'))
  vi.unstubAllEnvs()
  rmSync(data, { recursive: true, force: true })
})

const takeAway = () => runtime().signIn.people.removeGrant(grantId)
const params = { connection: 'default', id: '1-1', key: 'x' }
const asked = (method: string, body?: BodyInit) =>
  new Request(`${ORIGIN}/api/default/x?seen=x`, {
    method,
    headers: {
      host: 'localhost:3000',
      origin: ORIGIN,
      cookie,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body, duplex: 'half' }),
  })

const ask = (handle: Handler<typeof contract.executionResults>) =>
  route(contract.executionResults, handle)(asked('GET'), params)

test('an answer that was under way is not sent', async () => {
  expect(await (await ask(async () => new Response('a result'))).text()).toBe('a result')
  const answer = await ask(async () => {
    await takeAway()
    return new Response('a result')
  })
  expect(answer.status).toBe(404)
  expect(await answer.text()).not.toContain('a result')
})

test('neither is one with less than the role that it needs, or with what is hidden now', async () => {
  const answer = await ask(async () => {
    const who = { kind: 'user', name: 'ada' } as const
    await runtime().signIn.people.changeGrant(grantId, { who, connections: ['*'], role: 'viewer', hides: ['results'] })
    return new Response('a result')
  })
  expect(answer.status).toBe(403)
})

test('a download breaks off', async () => {
  let pieces = 0
  function* more(): Generator<Uint8Array, undefined> {
    for (;;) yield Buffer.from(`piece ${pieces++}`)
  }
  const answer = await ask(async ({ isAllowed }) => new Response(downloadStream(more(), isAllowed)))
  const reader = answer.body?.getReader()
  expect((await reader?.read())?.done).toBe(false)
  await takeAway()
  await expect(
    (async () => {
      while (!(await reader?.read())?.done);
    })(),
  ).rejects.toThrow('the session or the grant ended')
  expect(pieces).toBeLessThan(5)
})

test('a write whose body was still arriving is not carried out', async () => {
  const body = new ReadableStream({
    async pull(controller) {
      await takeAway()
      controller.enqueue(Buffer.from('{"value":"1"}'))
      controller.close()
    },
  })
  let done = false
  const handle = async () => {
    done = true
    return new Response('done')
  }
  const answer = await route(contract.setConfig, handle)(asked('PUT', body), params)
  expect([answer.status, done]).toEqual([404, false])
})

test('a write that takes away one’s own grant is answered', async () => {
  const handle = async () => ({ id: (await takeAway()).id })
  expect((await route(contract.removeGrant, handle)(asked('DELETE'), { id: grantId })).status).toBe(200)
})
