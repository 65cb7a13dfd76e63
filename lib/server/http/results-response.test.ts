import { expect, test } from 'vitest'
import { resultsResponse } from './results-response'

const always = () => true
const values = (count: number, length: number) => Array.from({ length: count }, (_, n) => String(n % 10).repeat(length))

test('all results, of each kind, and how many there are', async () => {
  const results = ['text', 7, 2n ** 60n, null, { error: 'no' }, Buffer.from([0xff, 0]), ['a', [1]]]
  const response = resultsResponse(results, new Headers({ 'x-request-id': 'r1' }), always)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(response.headers.get('x-request-id')).toBe('r1')
  expect(await response.json()).toEqual({
    results: ['text', 7, '1152921504606846976', null, { error: 'no' }, { base64: '/wA=' }, ['a', [1]]],
    total: 7,
  })
  expect(await resultsResponse([], new Headers(), always).json()).toEqual({ results: [], total: 0 })
})

test('what is beyond the bound is left out whole, and said', async () => {
  const results = ['éé', 'éé', 'éé']
  // Two in quotes, with a comma between them.
  expect(await resultsResponse(results, new Headers(), always, 13).json()).toEqual({
    results: ['éé', 'éé'],
    total: 3,
  })
  expect(await resultsResponse(results, new Headers(), always, 12).json()).toEqual({ results: ['éé'], total: 3 })
  expect(await resultsResponse(results, new Headers(), always, 1).json()).toEqual({ results: [], total: 3 })
})

test('others have their turn while a large answer is made', async () => {
  const results = values(1000, 10_000)
  let turns = 0
  let reading = true
  const count = () => {
    turns++
    if (reading) setImmediate(count)
  }
  count()
  const text = await resultsResponse(results, new Headers(), always).text()
  reading = false
  expect(JSON.parse(text)).toEqual({ results, total: 1000 })
  // 10 MB in steps of a quarter of a megabyte.
  expect(turns).toBeGreaterThan(30)
})

test('a reader who gives up ends the work', async () => {
  let made = 0
  const results = Array.from({ length: 100 }, () => ({
    get error() {
      made++
      return 'x'.repeat(300_000)
    },
  }))
  const reader = resultsResponse(results, new Headers(), always).body?.getReader()
  await reader?.read()
  await reader?.cancel()
  const then = made
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
  expect(made).toBe(then)
  expect(made).toBeLessThan(10)
})

test('it breaks off when the session of who asked ends, and is not taken for the whole', async () => {
  const ending = new AbortController()
  const reader = resultsResponse(values(1000, 10_000), new Headers(), () => !ending.signal.aborted).body?.getReader()
  expect((await reader?.read())?.done).toBe(false)
  ending.abort()
  await expect(reader?.read().then(() => reader.read())).rejects.toThrow('the session or the grant ended')
})
