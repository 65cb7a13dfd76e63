/**
 * Chromium features that are off. The last such switch is the one that counts, so these are Playwright 1.65's own, and three that create
 * invisible pages: two give each window a hidden page for the suggestions of its address bar, one keeps a process ready for the next page.
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
  'SpareRendererForSitePerProcess',
]

/** Debian's Chromium as root has no sandbox of its own, and must not look for Google's hosts. */
export const CHROMIUM = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // What moves in the window around a page is drawn in software, too.
    '--force-prefers-reduced-motion',
    '--animation-duration-scale=0',
    `--disable-features=${FEATURES_OFF.join(',')}`,
  ],
}
