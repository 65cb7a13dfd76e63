import type { Page } from 'playwright/test'

/** Collects from now on what the page's Content-Security-Policy refuses, and every request for another site. */
export async function watchPolicy(page: Page): Promise<readonly string[]> {
  const refused: string[] = []
  await page.exposeFunction('refusedByPolicy', (what: string) => refused.push(what))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
      Reflect.get(window, 'refusedByPolicy')(`${effectiveDirective}: ${blockedURI}`),
    )
  })
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    if (protocol.startsWith('http') && hostname !== '127.0.0.1') refused.push(`request: ${request.url()}`)
  })
  return refused
}
