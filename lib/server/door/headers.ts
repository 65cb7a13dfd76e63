import type { Place } from './place'

/** Features of browsers that no page of Gearboard uses. Only names that Chromium knows: it reports each other one on the console. */
const UNUSED_FEATURES = [
  'accelerometer',
  'autoplay',
  'camera',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'gamepad',
  'geolocation',
  'gyroscope',
  'hid',
  'identity-credentials-get',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'otp-credentials',
  'payment',
  'picture-in-picture',
  'publickey-credentials-create',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'storage-access',
  'usb',
  'window-management',
  'xr-spatial-tracking',
]

/** Of every response. What a function returned is shown as text, and this is the second lock behind that. */
const COMMON = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'permissions-policy': [...UNUSED_FEATURES.map((name) => `${name}=()`), 'clipboard-write=(self)'].join(', '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const

/** One year. Other names of the domain, and other ports of loopback, have nothing to do with Gearboard. */
const HSTS = { 'strict-transport-security': 'max-age=31536000' } as const

/** A response that is no page loads nothing, even when it is opened as one. */
const DATA_POLICY = "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Of a script that runs as a worker, which has the policy of its own file, and of a file that is opened as a page. */
const FILE_POLICY = `${DATA_POLICY}; script-src 'self'; connect-src 'self'`

/**
 * Scripts run by the nonce of the page, or from a file of our own, which Next loads by itself: nothing else that Gearboard serves has a type that
 * runs. A style element needs the nonce, too. Style attributes are allowed: Radix writes some into the markup that the server renders (its tabs, its
 * choices, the hidden `<select>` behind each of its own), and no nonce fits an attribute. Rebuilding as files change needs eval, a web socket and
 * the styles of Next's overlay.
 */
function pagePolicy(nonce: string, development: boolean): string {
  const styles = `style-src-elem 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'${development ? " 'unsafe-eval'" : ''}`,
    styles,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${development ? ' ws:' : ''}`,
    "worker-src 'self'",
    "object-src 'none'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

export interface HeadersWanted {
  /** Of a page: another one for each response. */
  readonly nonce?: string | undefined
  /** The request came by TLS, under a name that is not loopback's. */
  readonly secure?: boolean
  readonly development?: boolean
}

/** The security headers of a response, by what is asked for. */
export function securityHeaders(
  place: Place,
  { nonce, secure = false, development = false }: HeadersWanted = {},
): Readonly<Record<string, string>> {
  const data = place === 'file' ? FILE_POLICY : DATA_POLICY
  const policy = nonce === undefined ? data : pagePolicy(nonce, development)
  return { ...COMMON, 'content-security-policy': policy, ...(secure && HSTS) }
}
