import { expect, test } from 'vitest'
import { BodyBudget, readBytes, readJson } from './request-body'

// Node wants `duplex` for a body that is a stream; the types of the DOM do not know it.
const HALF = { duplex: 'half' } as const

const post = (body: BodyInit, type = 'application/json') =>
  new Request('http://localhost/', { method: 'POST', body, headers: { 'content-type': type }, ...HALF })

const budget = new BodyBudget()
const upTo = (maxBytes: number) => ({ budget, maxBytes })

test('takes JSON within the limit', async () => {
  expect(await readJson(post('{"a":"ü"}', 'application/json; charset=utf-8'), upTo(10))).toEqual({ a: 'ü' })
})

test.each([
  ['text/plain', '{}', /content-type/],
  ['application/x-www-form-urlencoded', 'a=1', /content-type/],
  ['application/json', '{"a":', /not valid JSON/],
  ['application/json', Buffer.from([0x22, 0xff, 0x22]), /UTF-8/],
  ['application/json', '"12345678901"', /at most 10 bytes/],
])('refuses %s %s', async (type, body, message) => {
  await expect(readJson(post(body, type), upTo(10))).rejects.toThrow(message)
})

test('gives up a body that is too large while it arrives, though its length was not told', async () => {
  let sent = 0
  let cancelled = false
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1000
      controller.enqueue(new Uint8Array(1000).fill(0x20))
    },
    cancel() {
      cancelled = true
    },
  })
  await expect(readJson(post(endless), upTo(10_000))).rejects.toThrow(/at most 10,000 bytes/)
  expect(cancelled).toBe(true)
  expect(sent).toBeLessThan(20_000)
})

const endlessly = (chunk: Uint8Array, end: (controller: ReadableStreamDefaultController) => void) => {
  let sent = 0
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent++ < 10) controller.enqueue(chunk)
      else end(controller)
    },
  })
}

test('a client that goes away in the middle is no fault of Gearboard', async () => {
  const body = endlessly(new Uint8Array(10), (controller) => controller.error(new Error('aborted')))
  await expect(readJson(post(body), upTo(1000))).rejects.toMatchObject({ code: 'invalid_request' })
})

test('uploads share what they may take, and give it back when they are over', async () => {
  const shared = new BodyBudget(250)
  const limits = { budget: shared, contentType: 'application/octet-stream', maxBytes: 1000 }
  const upload = () =>
    post(
      endlessly(new Uint8Array(20), (controller) => controller.close()),
      limits.contentType,
    )
  const first = upload()
  expect(await readBytes(first, limits)).toHaveLength(200)
  const refused = upload()
  await expect(readBytes(refused, limits)).rejects.toMatchObject({ code: 'busy', retryAfterS: 5 })
  shared.release(first)
  shared.release(refused)
  expect(await readBytes(upload(), limits)).toHaveLength(200)
})

test('what begins as something else is given up at once', async () => {
  let asked = 0
  const judge = (begin: Buffer) => {
    asked++
    if (!begin.toString().startsWith('PK')) throw new Error('no archive')
    return begin.length >= 4
  }
  const wanted = { budget, contentType: 'application/octet-stream', maxBytes: 1000, judge }
  const upload = (text: string) =>
    post(
      endlessly(Buffer.from(text), (controller) => controller.close()),
      wanted.contentType,
    )
  await expect(readBytes(upload('no'), wanted)).rejects.toThrow('no archive')
  expect(asked).toBe(1)
  expect(await readBytes(upload('PK'), wanted)).toHaveLength(20)
  expect(asked).toBe(3)
})
