import { defineConfig } from 'playwright/test'
import { CHROMIUM } from './e2e/chromium.mjs'

// The engines of tests have no password but the one that a test gives them.
delete process.env.GEARBOARD_ENGINE_PASSWORD

export default defineConfig({
  testDir: 'e2e',
  fullyParallel: false,
  workers: 2,
  retries: 0,
  // A busy machine takes its time; what is right passes as soon as it is.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  outputDir: 'test-results',
  use: {
    launchOptions: CHROMIUM,
    viewport: { width: 1440, height: 900 },
    // A trace takes as long again as the test (`--trace on` where one is wanted); a failure comes with its page in words and as a picture.
    trace: 'off',
    screenshot: 'only-on-failure',
    // What moves is drawn again sixty times a second, without a graphics card.
    contextOptions: { reducedMotion: 'reduce' },
    locale: 'en-GB',
    timezoneId: 'UTC',
  },
  projects: [
    { name: 'e2e', testMatch: '**/*.spec.ts', testIgnore: '**/e2e/real/**' },
    { name: 'screenshots', testMatch: 'screenshots.ts' },
  ],
})
