import { expect, test } from 'vitest'
import { readJson } from './request-body'

// Node wants `duplex` for a body that is a stream; the types of the DOM do not know it.
const HALF = { duplex: 'half' } as const

const post = (body: BodyInit, type = 'application/json') =>
  new Request('http://localhost/', { method: 'POST', body, headers: { 'content-type': type }, ...HALF })

test('takes JSON within the limit', async () => {
  expect(await readJson(post('{"a":"ü"}', 'application/json; charset=utf-8'), 10)).toEqual({ a: 'ü' })
})

test.each([
  ['text/plain', '{}', /content-type/],
  ['application/x-www-form-urlencoded', 'a=1', /content-type/],
  ['application/json', '{"a":', /not valid JSON/],
  ['application/json', Buffer.from([0x22, 0xff, 0x22]), /UTF-8/],
  ['application/json', '"12345678901"', /at most 10 bytes/],
])('refuses %s %s', async (type, body, message) => {
  await expect(readJson(post(body, type), 10)).rejects.toThrow(message)
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
  await expect(readJson(post(endless), 10_000)).rejects.toThrow(/at most 10,000 bytes/)
  expect(cancelled).toBe(true)
  expect(sent).toBeLessThan(20_000)
})
