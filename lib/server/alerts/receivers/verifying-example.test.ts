import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { notificationOf, ReceiverServer, sendParts } from '../testing'
import { send } from './send'

const DOCUMENT = readFileSync(new URL('../../../../docs/alerts.md', import.meta.url), 'utf8')
const SECRET = 'a secret that both know'

type Verify = (secret: string, headers: object, body: string, now?: number) => boolean

/** The function as docs/alerts.md has it. */
async function documented(): Promise<Verify> {
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(DOCUMENT) ?? []
  const folder = mkdtempSync(join(tmpdir(), 'gearboard-example-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'verify.mjs')
  writeFileSync(file, code)
  const module: unknown = await import(/* @vite-ignore */ pathToFileURL(file).href)
  return z.object({ isFromGearboard: z.custom<Verify>((value) => typeof value === 'function') }).parse(module)
    .isFromGearboard
}

const sent = async (secret: string | undefined) => {
  const server = await ReceiverServer.listen()
  const url = server.url()
  const receiver = { kind: 'webhook', name: 'x', shape: 'generic', url, secret } as const
  await send(receiver, notificationOf({ title: 'größer als 10 % 🛑' }), sendParts())
  const [request] = server.requests
  if (!request) throw new Error('nothing was received')
  return request
}

test('the documented example accepts what Gearboard signed, and nothing else', async () => {
  const verify = await documented()
  const { headers, body } = await sent(SECRET)
  expect(verify(SECRET, headers, body)).toBe(true)
  expect(verify('another secret', headers, body)).toBe(false)
  expect(verify(SECRET, headers, body.replace('größer', 'kleiner'))).toBe(false)
  expect(verify(SECRET, { ...headers, 'x-gearboard-timestamp': '1' }, body, 1000)).toBe(false)
  expect(verify(SECRET, headers, body, Date.now() + 3_600_000)).toBe(false)
  expect(verify(SECRET, {}, body)).toBe(false)
  const unsigned = await sent(undefined)
  expect(unsigned.headers['x-gearboard-signature']).toBeUndefined()
  expect(verify(SECRET, unsigned.headers, unsigned.body)).toBe(false)
})

test('the documented message has the fields of one that is sent', async () => {
  const [, json = ''] = /```json\n([\s\S]*?)```/.exec(DOCUMENT) ?? []
  const { body } = await sent(undefined)
  expect(Object.keys(JSON.parse(body))).toEqual(Object.keys(JSON.parse(json)))
})
