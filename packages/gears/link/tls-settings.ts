import { createPrivateKey, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { type ConnectionOptions, checkServerIdentity } from 'node:tls'
import type { TlsSettings } from './target'

/** What Node connects with; undefined without TLS. */
export function tlsOptionsOf(tls: boolean | TlsSettings | undefined): ConnectionOptions | undefined {
  if (!tls) return undefined
  if (tls === true) return {}
  const { ca, cert, key, servername, verify = true } = tls
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(servername !== undefined && named(servername)),
    rejectUnauthorized: verify,
  }
}

/** TLS itself takes no address as the name of a server: only the certificate is compared with it. */
const named = (servername: string): ConnectionOptions =>
  isIP(servername) === 0
    ? { servername }
    : { checkServerIdentity: (_, certificate) => checkServerIdentity(servername, certificate) }

/** Of one field; the known authorities together take 220,000. */
const MOST_CHARS = 1_000_000

const CERTIFICATE = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]*-----END [A-Z0-9 ]+-----/g

interface TlsFault {
  readonly field: keyof TlsSettings
  /** Without any of the text that is wrong: it may be a key. */
  readonly message: string
}

/** What is wrong with the settings themselves; OpenSSL would say it on each connection, or accept it as if it were not there. */
export function tlsFaults({ ca, cert, key, servername }: TlsSettings): readonly TlsFault[] {
  const faults: TlsFault[] = []
  const wrong = (field: keyof TlsSettings, message: string | undefined) => {
    if (message !== undefined) faults.push({ field, message })
  }
  if (ca !== undefined) wrong('ca', certificateFault(ca))
  if (cert !== undefined) wrong('cert', certificateFault(cert))
  if (key !== undefined) wrong('key', keyFault(key))
  if (cert !== undefined && key === undefined) wrong('key', 'it is missing; a client certificate needs its key')
  if (key !== undefined && cert === undefined) wrong('cert', 'it is missing; a key needs its client certificate')
  if (servername !== undefined && !/^[\p{L}\p{N}.:_-]{1,253}$/u.test(servername))
    wrong('servername', 'it is neither a host name nor an address')
  if (faults.length === 0 && cert !== undefined && key !== undefined && !belongTogether(cert, key))
    wrong('key', 'it is not the key of the certificate in cert')
  return faults
}

function certificateFault(pem: string): string | undefined {
  if (pem.length > MOST_CHARS) return `it is longer than ${MOST_CHARS} characters`
  const certificates = pem.match(CERTIFICATE) ?? []
  if (certificates.length === 0) return 'it contains no certificate in PEM (-----BEGIN CERTIFICATE-----)'
  for (const [i, certificate] of certificates.entries())
    if (!certificateOf(certificate)) return `certificate ${i + 1} of ${certificates.length} cannot be read`
  return undefined
}

/** The first certificate of a PEM text; undefined where it cannot be read. */
export function certificateOf(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}

function keyFault(pem: string): string | undefined {
  if (pem.length > MOST_CHARS) return `it is longer than ${MOST_CHARS} characters`
  if (/ENCRYPTED/.test(pem)) return 'it is protected by a passphrase; write it without: openssl pkey -in key.pem'
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem))
    return 'it contains no private key in PEM (-----BEGIN PRIVATE KEY-----)'
  return keyOf(pem) ? undefined : 'it cannot be read as a private key'
}

function keyOf(pem: string) {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}

function belongTogether(cert: string, key: string): boolean {
  const [certificate, privateKey] = [certificateOf(cert), keyOf(key)]
  return certificate !== undefined && privateKey !== undefined && certificate.checkPrivateKey(privateKey)
}
