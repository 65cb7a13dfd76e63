import { DEADLY, OWN, resp, ScriptedRedis, stepsOf, TO_TEXT } from '../test/scripted-redis'
import { expect, test } from './fixtures'
import { type StartedServer, startGearboard } from './servers'

// It starts its own servers. Its test is the one of other files, as another would need a worker and a browser of its own.
test.use({ baseURL: undefined })

const id = (sequence: number) => `${'0'.repeat(40)}-${sequence}`
const [DEADLY_RUN, SMALL_RUN, TEXT_RUN] = [id(1), id(2), id(3)]

/** As often as Gearboard polls in an hour without a viewer. */
const LOOKS = 720

/** An answer that takes 100 ms or less is not slow. */
const SLOW_MS = 150

/** A server that dies as redis-server does when an integer beyond 64 bits is read. */
let redis: ScriptedRedis
let gearboard: StartedServer

test.beforeEach(async () => {
  redis = await ScriptedRedis.start()
  redis.ended.set(DEADLY_RUN, { steps: stepsOf(OWN), values: [DEADLY] })
  redis.ended.set(SMALL_RUN, { steps: stepsOf(OWN), values: [41, 42] })
  redis.ended.set(TEXT_RUN, { steps: stepsOf(OWN, TO_TEXT), values: ['as text'] })
  redis.executions = [DEADLY_RUN, SMALL_RUN, TEXT_RUN].map((each) => [each, 'done'])
  gearboard = await startGearboard({ GEARBOARD_URL: `redis://127.0.0.1:${redis.port}` })
})
test.afterEach(async () => {
  await gearboard.stop()
  await redis.replay.stop()
})

test('a server that dies of its results lives through an hour of looks with its pages open', async ({
  page,
  request,
}) => {
  test.setTimeout(240_000)
  const looks = () => redis.replay.seen.filter(([name]) => name === 'RG.DUMPEXECUTIONS').length
  await page.goto(`${gearboard.url}/default/executions/${DEADLY_RUN}`)
  await expect(page.getByText('1 result, not read')).toBeVisible()
  // An unknown one is polled for. More than two at once would share their polls.
  while (looks() < LOOKS) {
    const answers = Array.from({ length: 2 }, () => request.get(`${gearboard.url}/api/default/executions/${id(99)}`))
    for (const answer of await Promise.all(answers)) expect(answer.status()).toBe(404)
  }
  for (const path of ['', '?tab=compare', '?tab=source', '?tab=raw', `?tab=compare&with=${SMALL_RUN}`]) {
    await page.goto(`${gearboard.url}/default/executions/${DEADLY_RUN}${path}`)
    await expect(page.getByRole('tablist', { name: 'Execution views' })).toBeVisible()
  }
  for (const path of ['', '/executions', '/executions?q=results:%3E0', '/registrations', '/profiler', '/memory']) {
    await page.goto(`${gearboard.url}/default${path}`)
    await expect(page.getByRole('main')).toBeVisible()
  }
  const refused = await request.get(`${gearboard.url}/api/default/executions/${DEADLY_RUN}/results`)
  expect(refused.status()).toBe(400)
  expect((await refused.json()).error.message).toContain('{"override": ["unproven-results"]}')
  expect((await request.get(`${gearboard.url}/metrics`)).status()).toBe(200)
  await page.goto(`${gearboard.url}/default/executions/${TEXT_RUN}`)
  await expect(page.getByText('as text')).toBeVisible()
  expect(redis.deaths).toBe(0)
})

test('a person reads them anyway, told what could happen', async ({ page }) => {
  const asked = () => redis.replay.seen.filter(([name, of]) => name === 'RG.GETRESULTS' && of === SMALL_RUN).length
  await page.goto(`${gearboard.url}/default/executions/${SMALL_RUN}`)
  await expect(page.getByText('2 results, not read')).toBeVisible()
  await expect(page.getByText(/An integer beyond 64 bits.*crashes redis-server/)).toBeVisible()
  await page.getByRole('button', { name: 'Read results anyway' }).click()
  const dialog = page.getByRole('dialog', { name: 'Read 2 results?' })
  await expect(dialog).toContainText('crashes redis-server')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  expect(asked()).toBe(0)
  await page.getByRole('button', { name: 'Read results anyway' }).click()
  await dialog.getByRole('button', { name: 'Read results' }).click()
  await expect(page.getByText('42', { exact: true })).toBeVisible()
  expect(asked()).toBe(1)
  // They are remembered now, and need no reading.
  await page.reload()
  await expect(page.getByText('42', { exact: true })).toBeVisible()
  expect(asked()).toBe(1)
  await page.goto(`${gearboard.url}/default/activity`)
  await expect(page.getByRole('main').getByText('Read results').filter({ visible: true }).first()).toBeVisible()
  await page.getByRole('button', { name: 'Check chain' }).click()
  await expect(page.getByText(/^Chain intact: \d+ entr(y|ies)$/)).toBeVisible()
})

test('the note that an answer is slow appears and disappears in the top bar, and moves nothing', async ({ page }) => {
  const fast = redis.replay.answer
  redis.replay.answer = (words) =>
    words[0] === 'RG.DUMPREGISTRATIONS'
      ? new Promise((answer) => setTimeout(() => answer(resp([])), SLOW_MS))
      : fast(words)
  await page.goto(`${gearboard.url}/default/executions`)
  const headline = page.getByRole('heading', { level: 1 })
  await expect(headline).not.toHaveText('Loading')
  const bar = page.getByRole('banner')
  await expect(bar.getByText('RG.DUMPREGISTRATIONS is slow on this server.')).toBeAttached({ timeout: 60_000 })
  const place = await headline.boundingBox()
  await bar.getByRole('button', { name: /^(live|polling)/ }).click()
  const notes = page.getByRole('dialog', { name: 'Live updates' })
  const note = notes.getByText(/^RG\.DUMPREGISTRATIONS takes .+ so Gearboard sends it only every/)
  await expect(note).toBeVisible()
  redis.replay.answer = fast
  await expect(note).toBeHidden({ timeout: 120_000 })
  await expect(notes).toBeVisible()
  expect(await headline.boundingBox()).toEqual(place)
})
