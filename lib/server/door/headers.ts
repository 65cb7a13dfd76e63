import type { Place } from './place'

/** Of every response. What a function returned is shown as text, and this is the second lock behind that. */
const COMMON = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const

/** A response that is no page loads nothing, even when it is opened as one. */
const DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/**
 * Next puts its data and next-themes its first choice into inline scripts, CodeMirror and recharts write inline styles. Rebuilding as files
 * change needs eval and a web socket.
 */
const pagePolicy = (development: boolean): string =>
  [
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

/** The security headers of a response, by what is asked for. */
export function securityHeaders(place: Place, development = false): Readonly<Record<string, string>> {
  const policy = place === 'page' || place === 'file' ? pagePolicy(development) : DATA_POLICY
  return { ...COMMON, 'content-security-policy': policy }
}
