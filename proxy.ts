import { type NextRequest, NextResponse } from 'next/server'

const development = process.env.NODE_ENV === 'development'

// Next puts its data and next-themes its first choice into inline scripts, CodeMirror and recharts write inline styles. Rebuilding as files
// change needs eval and a web socket.
const POLICY = [
  "default-src 'self'",
  `script-src 'self' 'unsafe-inline'${development ? " 'unsafe-eval'" : ''}`,
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  `connect-src 'self'${development ? ' ws:' : ''}`,
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  'cross-origin-opener-policy': 'same-origin',
}

/** Security headers of every page. What a function returned is shown as text, and this is the second lock behind that. */
export function proxy(_request: NextRequest): NextResponse {
  const response = NextResponse.next()
  for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value)
  return response
}

/** Pages: the API sets its own, files of the build never change. */
export const config = { matcher: '/((?!api/|_next/static/|_next/image).*)' }
