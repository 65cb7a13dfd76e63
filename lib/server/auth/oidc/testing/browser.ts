import type { GrantInFile } from '@/lib/api/contract/grant-definition'
import { readSettings } from '@/lib/server/settings'
import { CLIENT_ID, CLIENT_SECRET } from '@/test/identity-provider'
import { createSignIn } from '../../sign-in'
import { peopleInMemory, storeInMemory } from '../../testing'
import type { OidcSettings } from '../oidc-settings'

export const ORIGIN = 'http://localhost:3000'

/** Cookies as one browser keeps them, of one site. */
export class CookieJar {
  private readonly cookies = new Map<string, string>()

  take(headers: Headers): void {
    for (const cookie of headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';')
      const [name = '', ...value] = pair.split('=')
      if (value.join('=') === '' || /expires=Thu, 01 Jan 1970/i.test(cookie)) this.cookies.delete(name)
      else this.cookies.set(name, value.join('='))
    }
  }

  get header(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }
}

const settingsAt = (issuer: string, env: Record<string, string> = {}) =>
  readSettings({
    GEARBOARD_OIDC_ISSUER: issuer,
    GEARBOARD_OIDC_CLIENT_ID: CLIENT_ID,
    GEARBOARD_OIDC_CLIENT_SECRET: CLIENT_SECRET,
    ...env,
  })

export function oidcSettingsAt(issuer: string): OidcSettings {
  const { oidc } = settingsAt(issuer)
  if (!oidc) throw new Error('no provider is set')
  return oidc
}

/** A Gearboard whose users sign in at a provider. */
export function gearboardAt(
  issuer: string,
  { env, grants = [] }: { readonly env?: Record<string, string>; readonly grants?: readonly GrantInFile[] } = {},
) {
  const settings = settingsAt(issuer, env)
  const stores = { sessions: storeInMemory(), people: peopleInMemory(), grants }
  return { settings, stores, signIn: createSignIn(settings, stores) }
}

/** Follows the provider's pages, and returns the query of the address that it leads back to. @param as empty: refuses */
export async function visitProvider(
  location: string,
  as: string,
  { cookies = new CookieJar(), origin = ORIGIN }: { readonly cookies?: CookieJar; readonly origin?: string } = {},
): Promise<string> {
  for (let url = new URL(location), method = 'GET'; ; ) {
    const answer = await fetch(url, { method, redirect: 'manual', headers: { cookie: cookies.header } })
    cookies.take(answer.headers)
    const to = answer.headers.get('location')
    if (to?.startsWith(origin)) return new URL(to).search.slice(1)
    method = to === null && url.pathname.startsWith('/interaction/') ? 'POST' : 'GET'
    if (to === null && method === 'GET') throw new Error(`${answer.status} at ${url}: ${await answer.text()}`)
    await answer.body?.cancel()
    url = to === null ? new URL(`${url.pathname}/${as}`, url) : new URL(to, url)
  }
}

type Gearboard = Pick<ReturnType<typeof gearboardAt>, 'signIn'>

/** One browser at Gearboard and at the provider. */
export class Browser {
  readonly own = new CookieJar()
  private readonly theirs = new CookieJar()

  constructor(private readonly gearboard: Gearboard) {}

  get request(): Request {
    return new Request(`${ORIGIN}/api/session/oidc`, {
      headers: { cookie: this.own.header, 'x-gearboard-peer': '192.0.2.1' },
    })
  }

  /** The provider's address. */
  async begin(next = '/'): Promise<string> {
    const headers = new Headers()
    const from = { origin: ORIGIN, next }
    const location = await this.gearboard.signIn.beginAtProvider(this.request, headers, from, false)
    this.own.take(headers)
    return location
  }

  /** As `visitProvider`, with the cookies of this browser. */
  visit(location: string, as: string): Promise<string> {
    return visitProvider(location, as, { cookies: this.theirs })
  }

  async comeBack(answer: string) {
    const headers = new Headers()
    try {
      return await this.gearboard.signIn.enterFromProvider(this.request, headers, answer, false)
    } finally {
      this.own.take(headers)
    }
  }

  async enter(as: string, next?: string) {
    return this.comeBack(await this.visit(await this.begin(next), as))
  }

  get principal() {
    return this.gearboard.signIn.visitorOf(this.request).principal
  }
}
