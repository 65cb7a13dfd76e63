import { Authority } from '../test/certificates'
import { freePorts } from '../test/free-ports'
import { ClickCounter } from './clicks'
import { expect, test } from './fixtures'
import { type StartedServer, startEngine, startGearboard, startRedis } from './servers'

// It starts its own servers. Its test is the one of other files, as another would need a worker and a browser of its own.
test.use({ baseURL: undefined })

// The connection itself changes here: each test has servers of its own.
test.describe.configure({ timeout: 120_000 })

const running: StartedServer[] = []
const keep = <T extends StartedServer>(server: T): T => {
  running.push(server)
  return server
}

test.afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()))
})

test('a plain Redis: the page says what is missing, and recovers by itself when RedisGears appears', async ({
  page,
}) => {
  const redis = keep(await startRedis())
  const gearboard = keep(await startGearboard({ GEARBOARD_URL: redis.url }))
  await page.goto(`${gearboard.url}/default/executions`)
  await expect(page.getByRole('heading', { name: 'RedisGears is not loaded there' })).toBeVisible()
  await expect(page.getByText(`127.0.0.1:${redis.port} answers, but has no module named rg.`)).toBeVisible()

  await redis.stop()
  keep(await startEngine({ port: redis.port, seed: true }))
  await expect(page.getByRole('heading', { name: 'RedisGears is not loaded there' })).toBeHidden({ timeout: 30_000 })
  await expect(
    page.getByRole('table', { name: /executions/i }).or(page.getByRole('grid', { name: /executions/i })),
  ).toBeVisible({ timeout: 30_000 })
})

test('a closed port: the page says where it looked, and recovers by itself when a server listens there', async ({
  page,
}) => {
  const port = await freePorts()
  const gearboard = keep(await startGearboard({ GEARBOARD_URL: `redis://user:sesame@127.0.0.1:${port}` }))
  await page.goto(`${gearboard.url}/default/overview`)
  await expect(page.getByRole('heading', { name: `Nothing answers at redis://127.0.0.1:${port}` })).toBeVisible()
  await expect(page.locator('body')).not.toContainText('sesame')
})

test('a database number in the URL: the log says once that it has no effect, and so do the pages that tell of the server', async ({
  page,
}) => {
  const engine = keep(await startEngine())
  // Where nothing can be added, the switcher says how another server is connected.
  const gearboard = keep(await startGearboard({ GEARBOARD_URL: `${engine.url}/3`, GEARBOARD_READ_ONLY: '1' }))
  for (const path of ['environment', 'cluster']) {
    await page.goto(`${gearboard.url}/default/${path}`)
    await expect(page.getByRole('status').filter({ hasText: 'Database 3 is not used.' })).toBeVisible()
  }
  expect(gearboard.output().split('names database 3')).toHaveLength(2)

  const clicks = new ClickCounter()
  await clicks.on(page.getByRole('button', { name: 'switch connection' }))
  const menu = page.getByRole('menu')
  await expect(menu.getByRole('menuitem').first()).toContainText(engine.url)
  await expect(menu).toContainText('To connect another server, start Gearboard with GEARBOARD_URL=redis://')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await clicks.on(menu.getByRole('menuitem', { name: 'Copy command' }))
  await expect(page.getByText('Command copied')).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^GEARBOARD_URL=redis:.* npm start$/)
  expect(clicks.count).toBeLessThanOrEqual(2)
})

test('TLS with an authority of one’s own: the page says what does not fit, and the variable that it names helps', async ({
  page,
}) => {
  const authority = new Authority()
  try {
    const tls = await freePorts()
    const redis = keep(await startRedis(undefined, [...authority.server(tls), '--tls-auth-clients', 'no']))
    const url = redis.url.replace('redis:', 'rediss:').replace(String(redis.port), String(tls))
    const stranger = keep(await startGearboard({ GEARBOARD_URL: url }))
    await page.goto(`${stranger.url}/default/overview`)
    const title = `127.0.0.1:${tls} has a TLS certificate from an unknown authority`
    await expect(page.getByRole('heading', { name: title })).toBeVisible()
    await expect(page.getByText('self-signed certificate in certificate chain')).toBeVisible()
    await expect(page.getByText('NODE_EXTRA_CA_CERTS')).toBeVisible()

    const trusting = keep(await startGearboard({ GEARBOARD_URL: url, NODE_EXTRA_CA_CERTS: authority.certificateFile }))
    await page.goto(`${trusting.url}/default/overview`)
    await expect(page.getByRole('heading', { name: 'RedisGears is not loaded there' })).toBeVisible()
  } finally {
    authority.remove()
  }
})

test('a server that goes away leaves its last data under a banner, and comes back', async ({ page }) => {
  const engine = keep(await startEngine({ seed: true }))
  const gearboard = keep(await startGearboard({ GEARBOARD_URL: engine.url }))
  await page.goto(`${gearboard.url}/default/registrations`)
  const row = page.getByRole('row', { name: /StreamReader|stream/i }).first()
  await expect(row).toBeVisible({ timeout: 30_000 })

  await engine.stop('SIGKILL')
  await expect(
    page
      .getByRole('alert')
      .or(page.getByRole('status'))
      .filter({ hasText: /answer/i })
      .first(),
  ).toBeVisible({ timeout: 30_000 })
  await expect(row).toBeVisible()

  keep(await startEngine({ port: engine.port, seed: true }))
  await expect(page.getByText(/live/i).first()).toBeVisible({ timeout: 30_000 })
})
