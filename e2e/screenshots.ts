import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from './fixtures'

// `npm run screenshots`: every page on the embedded RedisGears with its living world, light, dark and on a phone.
test.use({ seed: true, shards: 3 })
test.describe.configure({ timeout: 300_000 })

const DIRECTORY = resolve(import.meta.dirname, '../docs/screenshots')
const LOOKS = [
  { name: 'light', scheme: 'light', width: 1440, height: 900 },
  { name: 'dark', scheme: 'dark', width: 1440, height: 900 },
  { name: 'mobile', scheme: 'dark', width: 390, height: 844 },
] as const

test('pictures of every page', async ({ page, gearboard }) => {
  mkdirSync(DIRECTORY, { recursive: true })
  await page.goto(`${gearboard.url}/default/overview`)
  // Charts want a few minutes of the living world before they show more than a dot.
  await page.waitForTimeout(Number(process.env.SCREENSHOT_WARM_UP_MS ?? 90_000))

  const { executions } = await (await page.request.get(`${gearboard.url}/api/default/executions`)).json()
  const { registrations } = await (await page.request.get(`${gearboard.url}/api/default/registrations`)).json()
  const finished =
    executions.find((e: { outcome: string; registered: boolean }) => e.outcome === 'ok' && !e.registered) ??
    executions[0]
  const failed = executions.find((e: { outcome: string }) => e.outcome === 'failed') ?? finished
  const pages = {
    overview: 'overview',
    executions: 'executions',
    execution: `executions/${finished.id}`,
    'execution-failed': `executions/${failed.id}`,
    registrations: 'registrations',
    registration: `registrations/${registrations[0].id}`,
    trigger: 'trigger',
    editor: 'editor',
    memory: 'memory',
    profiler: 'profiler',
    cluster: 'cluster',
    config: 'config',
    environment: 'environment',
    activity: 'activity',
  }
  for (const { name, scheme, width, height } of LOOKS) {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    for (const [title, path] of Object.entries(pages)) {
      await page.goto(`${gearboard.url}/default/${path}`)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await page.waitForTimeout(1500)
      await page.screenshot({ path: join(DIRECTORY, `${title}-${name}.png`) })
    }
  }
  const rows = Object.keys(pages).map(
    (title) => `## ${title}\n\n${LOOKS.map(({ name }) => `![${title}, ${name}](${title}-${name}.png)`).join('\n')}\n`,
  )
  writeFileSync(
    join(DIRECTORY, 'README.md'),
    `# Every page, light, dark and on a phone\n\nTaken by \`npm run screenshots\` on the embedded RedisGears.\n\n${rows.join('\n')}`,
  )
})
