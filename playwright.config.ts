import { defineConfig } from 'playwright/test'

/**
 * Chromium features that are off. The last such switch is the one that counts, so these are Playwright 1.65's own, and the two that give each
 * window a hidden page for the suggestions of its address bar: a third of the work of a short test.
 */
const FEATURES_OFF = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'TcpPortRandomizationWin',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
]

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
    `--disable-features=${FEATURES_OFF.join(',')}`,
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
