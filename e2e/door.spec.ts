import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { NAV_ENTRIES } from '@/components/shell/nav'
import { expect, test } from './fixtures'
import { watchPolicy } from './policy'

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

/** Sent unchanged: a client that knows URLs would correct it. */
const ask = (port: number, method: string, path: string) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', path, method }, (answer) => resolve(answer.resume()))
    asked.on('error', reject).end()
  })

test('every answer has the security headers, also of what Next would answer by itself', async ({ gearboard }) => {
  const classes: readonly (readonly [string, string, number])[] = [
    ['GET', '/', 307],
    ['GET', '/default/executions', 200],
    ['GET', '/default/executions/%25zz', 200],
    ['GET', '/login', 200],
    ['GET', '/no/such/page', 404],
    ['GET', '//other.example/', 308],
    ['GET', '/icon.svg', 200],
    ['GET', '/_next/static/none.js', 404],
    ['GET', '/_next/image?url=%2Ficon.svg&w=64&q=75', 404],
    ['GET', '/_next/data/none.json', 404],
    ['GET', '/api/health', 200],
    ['GET', '/api/none', 404],
    ['GET', '/api/default/none', 404],
    ['GET', '/api/default/executions/none', 404],
    ['GET', '/api/default/registrations?since=1&x=%zz', 200],
    ['GET', '/metrics', 200],
    ['GET', '/%', 400],
    ['GET', '/default/executions/%zz', 400],
    ['GET', '/api/default/executions/%E0%A4%A', 400],
    ['GET', '/api/%ff/registrations', 400],
    ['TRACE', '/', 405],
    ['TRACE', '/api/health', 405],
    ['POST', '/default/overview', 405],
    ['PATCH', '/api/health', 405],
    ['OPTIONS', '/api/health', 204],
  ]
  for (const [method, path, status] of classes) {
    const { statusCode, headers } = await ask(gearboard.port, method, path)
    expect(`${method} ${path} ${statusCode}`).toBe(`${method} ${path} ${status}`)
    expect(headers, path).toMatchObject({
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    })
    // Once: two policies in one header would be no policy.
    expect(String(headers['x-frame-options'])).not.toContain(',')
    if (path.startsWith('/api/') && status !== 204) expect(headers['content-type'], path).toBe('application/json')
  }
})

const PAGES = [
  ...NAV_ENTRIES.map(({ slug }) => `/default/${slug}`),
  '/default/executions/0-1',
  '/login',
  '/no/such/page',
]

test('each response of a page has a nonce of its own, which all its scripts and styles carry', async ({ request }) => {
  const nonces = new Set<string>()
  for (const path of [...PAGES, ...PAGES.slice(0, 3)]) {
    const answer = await request.get(path)
    const [, nonce = ''] =
      /script-src 'self' 'nonce-(\S+)'/.exec(answer.headers()['content-security-policy'] ?? '') ?? []
    const html = await answer.text()
    const [scripts, styles] = [html.match(/<script\b[^>]*>/g) ?? [], html.match(/<style\b[^>]*>/g) ?? []]
    expect(scripts.length, path).toBeGreaterThan(5)
    for (const tag of [...scripts, ...styles]) expect(tag, path).toContain(`nonce="${nonce}"`)
    nonces.add(nonce)
  }
  expect(nonces.size).toBe(PAGES.length + 3)
})

test('a script that gets into a page does not run, whatever way it takes', async ({ page }) => {
  const refused = await watchPolicy(page)
  await page.goto('/login')
  await page.evaluate(() => {
    // As if a fault of ours had let the markup of a function's result into the page.
    document.body.insertAdjacentHTML(
      'beforeend',
      '<img src="data:," onerror="window.injected = 1"><a href="javascript:window.injected = 2">go</a><iframe srcdoc="<script>parent.injected = 3</script>"></iframe>',
    )
    const script = document.createElement('script')
    script.textContent = 'window.injected = 4'
    document.body.append(script)
    document.querySelector('a')?.click()
    // While a test evaluates, the page may too.
    setTimeout(() => {
      try {
        Reflect.construct(Function, ['window.injected = 5'])()
      } catch {
        // Chromium throws an EvalError, which is right.
      }
    })
  })
  await expect
    .poll(() => [...new Set(refused)].sort())
    .toEqual(['script-src-attr: inline', 'script-src-elem: inline', 'script-src: eval'])
  expect(await page.evaluate(() => Reflect.get(window, 'injected'))).toBeUndefined()
})

test('thousands of requests on one connection, of which no answer is read, hold up nobody', async ({
  gearboard,
  request: api,
}) => {
  const greedy = connect(gearboard.port, '127.0.0.1').pause()
  greedy.on('error', () => undefined)
  greedy.write('GET /api/default/executions HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(900))
  greedy.write('GET /default/overview HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(100))
  for (let i = 0; i < 5; i++) expect((await api.get(`${gearboard.url}/api/health`)).status()).toBe(200)
  greedy.destroy()
})
