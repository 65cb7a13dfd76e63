import { Redis } from 'ioredis'
import { expect, test } from './fixtures'
import { type StartedServer, startEngine, startGearboard } from './servers'

// Ids start over when a server restarts: an action meant for one function must not hit the one that has its id then.

const COMMAND = (name: string) => `GB('CommandReader', desc='${name}').map(lambda x: 1).register(trigger='${name}')`
const RUN = `GB('PythonReader').map(lambda x: x).run(lambda: (yield 1))`

async function register(port: number, ...names: readonly string[]) {
  const redis = new Redis(port, '127.0.0.1', { protocol: 2 })
  for (const name of names) await redis.call('RG.PYEXECUTE', COMMAND(name))
  await redis.call('RG.PYEXECUTE', RUN, 'UNBLOCKING')
  const dump = async () => JSON.stringify(await redis.call('RG.DUMPREGISTRATIONS'))
  return { dump, close: () => redis.disconnect() }
}

test.describe('a server that restarts', () => {
  let engine: StartedServer
  let gearboard: StartedServer
  test.beforeEach(async () => {
    engine = await startEngine()
    gearboard = await startGearboard({ GEARBOARD_URL: engine.url })
  })
  test.afterEach(async () => {
    await gearboard.stop()
    await engine.stop()
  })

  test('under a dialog, a page and a selection: each says so and leaves the other one alone', async ({ page }) => {
    test.slow()
    const before = await register(engine.port, 'greet')
    before.close()
    await page.goto(`${gearboard.url}/default/registrations`)
    await page.getByRole('checkbox', { name: /Select registration greet/ }).click()
    await page.getByRole('button', { name: 'Unregister' }).last().click()
    const dialog = page.getByRole('dialog')
    await expect(dialog).toHaveAccessibleName('Unregister greet?')
    const other = await page.context().newPage()
    await other.goto(`${gearboard.url}/default/registrations/${'0'.repeat(40)}-1`)
    await expect(other.getByRole('heading', { level: 1 })).toContainText('greet')
    const palette = await page.context().newPage()
    await palette.goto(`${gearboard.url}/default/overview`)

    const { port } = engine
    await engine.stop('SIGKILL')
    engine = await startEngine({ port })
    const now = await register(port, 'charge')

    await expect(dialog).toContainText('charge')
    await expect(dialog).toContainText('The id of greet now belongs to another registration')
    const confirm = dialog.getByRole('button', { name: /^Unregister/ })
    await expect(confirm).toHaveAttribute('aria-disabled', 'true')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await expect(page.getByRole('row', { name: /charge/ })).toBeVisible()
    await expect(page.getByText('1 selected')).toHaveCount(0)

    await expect(other.getByText('This id now belongs to another registration.')).toBeVisible()
    await expect(other.getByText('You opened greet')).toBeVisible()
    await other.getByRole('button', { name: 'Show the current one' }).click()
    await expect(other.getByText('This id now belongs to another registration.')).toHaveCount(0)

    // An address that asks for something, made for the other one.
    await other.goto(`${gearboard.url}/default/registrations/${'0'.repeat(40)}-1?ask=unregister&seen=aaaaaaaaaaaa-0`)
    await expect(other.getByRole('heading', { level: 1 })).toContainText('charge')
    await expect(other.getByRole('dialog')).toHaveCount(0)
    expect(await now.dump()).toContain('charge')
    now.close()
  })

  test('over the API: a call by id needs what it saw', async ({ request }) => {
    const before = await register(engine.port, 'greet')
    before.close()
    const path = `${gearboard.url}/api/default/registrations/${'0'.repeat(40)}-1`
    const { identity } = await (await request.get(path)).json()
    const { port } = engine
    await engine.stop('SIGKILL')
    engine = await startEngine({ port })
    const now = await register(port, 'greet')
    const unnamed = await request.delete(path)
    expect([unnamed.status(), await unnamed.json()]).toMatchObject([
      400,
      { error: { code: 'invalid_request', details: [{ at: 'seen' }] } },
    ])
    // Unreachable until Gearboard has found it again: nothing is sent then either.
    const stale = async () => (await (await request.delete(`${path}?seen=${identity}`)).json()).error.code
    await expect.poll(stale, { timeout: 30_000 }).toBe('changed')
    expect(await now.dump()).toContain('greet')
    await expect(async () => {
      const { identity: fresh } = await (await request.get(path)).json()
      expect(fresh).not.toBe(identity)
      expect((await request.delete(`${path}?seen=${fresh}`)).status()).toBe(200)
    }).toPass({ timeout: 30_000 })
    expect(await now.dump()).not.toContain('greet')
    now.close()
  })
})

test('on a cluster refreshed late, both that share an id are named before they go', async ({ page }) => {
  test.slow()
  const engine = await startEngine({ shards: 3 })
  const gearboard = await startGearboard({ GEARBOARD_URL: engine.url })
  const shards = await Promise.all(['greet', 'charge'].map((name, n) => register(engine.port + n, name)))
  try {
    const answer = await page.request.post(`${gearboard.url}/api/default/cluster/refresh`)
    expect(answer.status()).toBe(200)
    await page.goto(`${gearboard.url}/default/registrations`)
    await page.getByRole('row', { name: /greet/ }).getByRole('link', { name: 'greet' }).click()
    await expect(page.getByText('Shares its id with charge.')).toBeVisible()
    await page.getByRole('button', { name: 'Unregister' }).click()
    const dialog = page.getByRole('dialog', { name: 'Unregister 2 registrations?' })
    await expect(dialog).toContainText('The id is shared: this also affects 1 other registration.')
    await expect(dialog).toContainText('charge')
    await dialog.getByRole('button', { name: 'Unregister 2 registrations' }).click()
    await expect(page.getByText('Unregistered 2 registrations')).toBeVisible()
    for (const { dump } of shards) expect(await dump()).toBe('[]')
    const { entries } = await (await page.request.get(`${gearboard.url}/api/default/audit`)).json()
    expect(entries.find(({ action }: { action: string }) => action === 'unregister')).toMatchObject({
      outcome: 'ok',
      before: expect.stringMatching(/greet; .* and charge; /),
    })
  } finally {
    for (const { close } of shards) close()
    await gearboard.stop()
    await engine.stop()
  }
})
