import { defineConfig } from 'playwright/test'

/** Debian's Chromium as root has no sandbox of its own, and must not look for Google's hosts. */
const launchOptions = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}

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
    launchOptions,
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    locale: 'en-GB',
    timezoneId: 'UTC',
  },
  projects: [
    { name: 'e2e', testMatch: '**/*.spec.ts', testIgnore: '**/e2e/real/**' },
    { name: 'screenshots', testMatch: 'screenshots.ts' },
  ],
})
