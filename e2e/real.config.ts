import { defineConfig } from 'playwright/test'
import base from '../playwright.config'

/** `npm run test:real`: the suite that runs on the RedisGears of GEARBOARD_TEST_REDISGEARS. One worker, because there is one server. */
export default defineConfig({
  ...base,
  testDir: 'real',
  outputDir: '../test-results/real',
  workers: 1,
  timeout: 180_000,
  globalSetup: './real/global-setup.ts',
  reporter: [['list'], ['./real/skipped-reporter.ts']],
  projects: [{ name: 'real', testMatch: '**/*.spec.ts' }],
})
