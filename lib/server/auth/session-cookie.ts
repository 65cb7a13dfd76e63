const COOKIE = 'gearboard-session'
/** Of a browser that is at a provider to sign in. */
const PENDING_COOKIE = 'gearboard-oidc'

function cookieNamed(request: Request, name: string): string {
  const cookies = request.headers.get('cookie')?.split(';') ?? []
  const own = cookies.find((cookie) => cookie.trimStart().startsWith(`${name}=`))
  return own?.slice(own.indexOf('=') + 1).trim() ?? ''
}

/** The session's token; empty without a cookie. */
export const tokenInCookie = (request: Request): string => cookieNamed(request, COOKIE)

/** The key of a browser that signs in at a provider; empty without a cookie. */
export const pendingKeyInCookie = (request: Request): string => cookieNamed(request, PENDING_COOKIE)

export const sessionCookie = (token: string, path: string, maxAgeS: number, secure: boolean): string =>
  `${COOKIE}=${token}; Path=${path}; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`

/** Not `Strict`: the browser comes back from another site. */
export const pendingCookie = (key: string, path: string, maxAgeS: number, secure: boolean): string =>
  `${PENDING_COOKIE}=${key}; Path=${path}; Max-Age=${maxAgeS}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
