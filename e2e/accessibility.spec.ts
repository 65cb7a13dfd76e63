import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from './fixtures'

test.use({ seed: true })

const PAGES = [
  'overview',
  'executions',
  'registrations',
  'trigger',
  'editor',
  'memory',
  'cluster',
  'activity',
  'profiler',
  'config',
  'environment',
]

for (const theme of ['light', 'dark'] as const) {
  for (const path of PAGES) {
    test(`${path} has no accessibility violation (${theme})`, async ({ page, gearboard }) => {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      await page.goto(`${gearboard.url}/default/${path}`)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
    })
  }
}
