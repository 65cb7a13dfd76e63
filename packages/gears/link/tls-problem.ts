import type { ServerRefusal } from '../vocabulary/server-refusal'

export interface TlsProblem {
  readonly refusal: ServerRefusal
  /** OpenSSL's or Node's own text, `wrong version number`, which users can search for. */
  readonly reason: string
}

/** Why Node does not trust a certificate, by the code of its error (https://nodejs.org/api/tls.html, X509 certificate error codes). */
const UNTRUSTED: ReadonlyMap<string, ServerRefusal> = new Map([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self_signed'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'unknown_authority'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'unknown_authority'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unknown_authority'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unknown_authority'],
  ['CERT_UNTRUSTED', 'unknown_authority'],
  ['CERT_HAS_EXPIRED', 'certificate_expired'],
  ['CERT_NOT_YET_VALID', 'certificate_early'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate_name'],
  ['HOSTNAME_MISMATCH', 'certificate_name'],
])

/** OpenSSL's reasons, which each version of it begins otherwise (`sslv3 alert …`, `ssl/tls alert …`); the first that fits. */
const REASONS: readonly (readonly [RegExp, ServerRefusal])[] = [
  [/wrong version number|packet length too long|unknown protocol|http request/, 'plain_expected'],
  [/alert certificate required/, 'client_certificate'],
  [
    /alert (unknown ca|(bad|unsupported) certificate|certificate (expired|revoked|unknown))/,
    'client_certificate_refused',
  ],
  [/unrecognized name/, 'certificate_name'],
  [
    /alert protocol version|unsupported protocol|wrong ssl version|version too low|no protocols available/,
    'tls_version',
  ],
]

/** `80CC…:error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:…/rec_layer_s3.c:1601:SSL alert number 40` */
const OPENSSL = /:error:[0-9A-F]+:SSL routines:[^:]*:([^:]+):/

/** What Node says of a server that closes the connection instead of answering. */
const CUT_SHORT = /before secure TLS connection was established/

/** What is wrong with TLS; undefined for any other error. */
export function tlsProblem(error: Error): TlsProblem | undefined {
  const { message } = error
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const untrusted = UNTRUSTED.get(code) ?? (/certificate|altname/i.test(message) ? 'certificate' : undefined)
  const ofOpenSsl = OPENSSL.exec(message)?.[1]
  if (ofOpenSsl !== undefined || code.startsWith('ERR_SSL_')) {
    const reason = ofOpenSsl ?? message
    const known = REASONS.find(([pattern]) => pattern.test(reason.toLowerCase()))?.[1]
    return { refusal: known ?? 'tls_handshake', reason }
  }
  if (CUT_SHORT.test(message)) return { refusal: 'tls_handshake', reason: 'closed before it was done' }
  return untrusted && { refusal: untrusted, reason: message }
}
