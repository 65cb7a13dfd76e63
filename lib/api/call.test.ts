import type { RequestListener } from 'node:http'
import { beforeEach, expect, test } from 'vitest'
import { overrideInWords } from '@/lib/model/cluster/silence'
import { serveFetch } from '@/test/serve-fetch'
import { ApiError, call, describeError, urlOf } from './call'

let answer: RequestListener

beforeEach(async () => {
  await serveFetch((request, response) => answer(request, response))
})

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: unknown) => error,
  )

test('fills and escapes parameters, leaves undefined out of the query', () => {
  expect(urlOf('/api/{connection}/x/{id}', { connection: 'a b', id: 'x/y' }, { since: 3, other: undefined })).toBe(
    '/api/a%20b/x/x%2Fy?since=3',
  )
  expect(() => urlOf('/api/{connection}', {})).toThrow('no connection')
})

test('what a URL would take for a step along its path stands in the query', () => {
  const path = '/api/{connection}/triggers/{name}'
  const urlFor = (name: string) => urlOf(path, { connection: 'default', name }, { a: 1 })
  expect(urlFor('..')).toBe('/api/default/triggers/-?name=..&a=1')
  expect(urlFor('.')).toBe('/api/default/triggers/-?name=.&a=1')
  for (const name of ['...', '-', '..a', '../x', '%2e%2e', '']) {
    expect(urlFor(name)).toBe(`/api/default/triggers/${encodeURIComponent(name)}?a=1`)
    expect(new URL(urlFor(name), 'http://h').pathname).toBe(`/api/default/triggers/${encodeURIComponent(name)}`)
  }
})

test('sends the body as JSON and returns the answer', async () => {
  answer = (request, response) => {
    let text = ''
    request.on('data', (chunk) => {
      text += chunk
    })
    request.on('end', () => {
      const seen = `${request.method} ${request.url} ${text}`
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ durationMs: 1, results: [seen] }))
    })
  }
  const reply = await call('trigger', {
    params: { connection: 'default', name: 'a b' },
    body: { args: ['1'] },
    confirm: undefined,
  })
  expect(reply).toEqual({ durationMs: 1, results: ['POST /api/default/triggers/a%20b {"args":["1"]}'] })
})

test('a refusal keeps its code, words and fields', async () => {
  answer = (_, response) => {
    const details = [{ at: 'args.0', message: 'must be text' }]
    response.writeHead(400).end(JSON.stringify({ error: { code: 'invalid_request', message: 'No.', details } }))
  }
  const error = await failure(call('me', {}))
  expect(error).toBeInstanceOf(ApiError)
  expect(error).toMatchObject({ code: 'invalid_request', message: 'No.' })
  expect(describeError(error)).toBe('No.\nargs.0: must be text')
})

test.each(['silent-shard', 'unproven-results', 'batch-zero'])(
  'how the API overrides %s is not said on pages',
  (name) => {
    const message = `No shard answers. Nothing was sent. ${overrideInWords(name)}`
    const details = [{ at: 'override', message: name }]
    expect(describeError(new ApiError('invalid_request', message, details))).toBe('No shard answers. Nothing was sent.')
    const more = [...details, { at: 'args.0', message: 'must be text' }]
    expect(describeError(new ApiError('invalid_request', 'No.', more))).toBe('No.\nargs.0: must be text')
  },
)

test('an answer in a foreign format does not pass for one of ours', async () => {
  answer = (_, response) => response.writeHead(502).end('<html>Bad gateway</html>')
  expect(await failure(call('me', {}))).toMatchObject({
    code: 'internal',
    message: 'The server answered with status 502 and no reason.',
  })
})

test('a broken connection and a missed deadline are told apart', async () => {
  answer = (request) => request.socket.destroy()
  expect(await failure(call('me', {}))).toMatchObject({ code: 'unreachable' })
  answer = () => {}
  expect(await failure(call('me', { timeoutMs: 50 }))).toMatchObject({ code: 'timeout' })
})

test('giving up is not an error of the server', async () => {
  answer = () => {}
  const controller = new AbortController()
  const pending = failure(call('me', { signal: controller.signal }))
  controller.abort()
  expect(await pending).not.toBeInstanceOf(ApiError)
})
