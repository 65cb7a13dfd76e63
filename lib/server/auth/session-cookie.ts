const COOKIE = 'gearboard-session'

/** The session's token; empty without a cookie. */
export function tokenInCookie(request: Request): string {
  const cookies = request.headers.get('cookie')?.split(';') ?? []
  const own = cookies.find((cookie) => cookie.trimStart().startsWith(`${COOKIE}=`))
  return own?.slice(own.indexOf('=') + 1).trim() ?? ''
}

export const sessionCookie = (token: string, path: string, maxAgeS: number, secure: boolean): string =>
  `${COOKIE}=${token}; Path=${path}; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
