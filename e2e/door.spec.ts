import { get } from 'node:http'
import { expect, test } from './fixtures'

test('a write from another origin is refused, one without an origin that is no browser is not', async ({
  request,
  gearboard,
}) => {
  const url = `${gearboard.url}/api/default/functions`
  const data = { script: '1' }
  const foreign: Record<string, string>[] = [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'cross-site' }]
  for (const headers of foreign) {
    const answer = await request.post(url, { data, headers })
    expect(answer.status()).toBe(403)
    expect(await answer.json()).toMatchObject({ error: { code: 'forbidden' } })
  }
  expect((await request.post(url, { data })).status()).toBe(200)
})

test('bad input names the field and what would be right', async ({ request, gearboard }) => {
  const answer = await request.post(`${gearboard.url}/api/default/functions`, { data: { script: '', id: 'a b' } })
  expect(answer.status()).toBe(400)
  const { error } = await answer.json()
  expect(error.code).toBe('invalid_request')
  expect(error.details).toEqual(
    expect.arrayContaining([
      { at: 'script', message: 'must not be empty' },
      { at: 'id', message: 'must consist of letters, digits, - and _' },
    ]),
  )
})

test('an address that cannot be read is one that there is not', async ({ gearboard }) => {
  const statusOf = (path: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      // A client that knows URLs would mend it.
      get({ port: gearboard.port, host: '127.0.0.1', path }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      }).on('error', reject)
    })
  for (const path of ['/%', '/default/executions/%zz', '/api/default/executions/%E0%A4%A', '/api/%ff/registrations'])
    expect(await statusOf(path), path).toBe(404)
  expect(await statusOf('/api/default/registrations?since=1&x=%zz')).toBe(200)
})
