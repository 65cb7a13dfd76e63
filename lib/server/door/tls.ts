import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { wallMs } from '@gearboard/gears/vocabulary/clock'

const CERT = 'GEARBOARD_TLS_CERT'
const KEY = 'GEARBOARD_TLS_KEY'

/** Paths of the certificate, with those of its chain behind it, and of its private key: PEM. */
export interface TlsFiles {
  readonly cert: string
  readonly key: string
}

export interface TlsPair extends SecureContextOptions {
  readonly cert: string
  readonly key: string
}

/** The certificate or its key cannot be used; the message names the variable and the file. */
export class TlsFilesError extends Error {
  override readonly name = 'TlsFilesError'
}

/** Undefined where TLS is not asked for. An empty variable counts as none. @throws TlsFilesError for one without the other */
export function tlsFilesOf(env: Readonly<Record<string, string | undefined>>): TlsFiles | undefined {
  const { [CERT]: cert = '', [KEY]: key = '' } = env
  if (cert === '' && key === '') return undefined
  if (key === '') throw new TlsFilesError(`${CERT} needs ${KEY}, the file of its private key`)
  if (cert === '') throw new TlsFilesError(`${KEY} needs ${CERT}, the file of its certificate`)
  return { cert, key }
}

/** Reads both files as they are now. @throws TlsFilesError */
export function readTlsFiles(files: TlsFiles): TlsPair {
  const cert = textOf(CERT, files.cert)
  const key = textOf(KEY, files.key)
  const certificate = attempt(() => new X509Certificate(cert), `${CERT}: ${files.cert} holds no certificate in PEM`)
  const privateKey = attempt(
    () => createPrivateKey(key),
    `${KEY}: ${files.key} holds no private key in PEM without a passphrase`,
  )
  const [from, until] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)]
  if (wallMs() > until) throw new TlsFilesError(`${CERT}: ${files.cert} expired on ${inWords(until)}`)
  if (wallMs() < from) throw new TlsFilesError(`${CERT}: ${files.cert} is not valid before ${inWords(from)}`)
  if (!certificate.publicKey.equals(createPublicKey(privateKey))) {
    throw new TlsFilesError(`${KEY}: ${files.key} is not the key of ${files.cert}`)
  }
  // What else OpenSSL refuses: a key that is too short, a broken certificate in the chain.
  attempt(() => createSecureContext({ cert, key }), `${CERT}: ${files.cert} cannot be used`)
  return { cert, key }
}

const inWords = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

function textOf(variable: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new TlsFilesError(`${variable}: ${path} cannot be read (${REASONS.get(reason) ?? reason})`)
  }
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file'],
  ['EACCES', 'permission denied'],
  ['EISDIR', 'a directory'],
])

function attempt<T>(work: () => T, words: string): T {
  try {
    return work()
  } catch (error) {
    const reason = error instanceof Error && error.message !== '' ? `: ${error.message}` : ''
    throw new TlsFilesError(words + reason)
  }
}

/** How often the files are read, ms: renewals replace links, folders or contents, and not every file system reports that. */
const LOOK_MS = 10_000

export interface RenewalOptions {
  /** Hears why the files cannot be used, once per reason. The server keeps the certificate that it has. */
  readonly say: (message: string) => void
  readonly lookMs?: number
}

/**
 * Calls `use` with each new certificate of the files. @returns ends it
 * @param pair what the server has
 */
export function followRenewals(
  files: TlsFiles,
  pair: TlsPair,
  use: (pair: TlsPair) => void,
  { say, lookMs = LOOK_MS }: RenewalOptions,
): () => void {
  let current = pair
  let said = ''
  const look = () => {
    try {
      const next = { cert: textOf(CERT, files.cert), key: textOf(KEY, files.key) }
      if (next.cert !== current.cert || next.key !== current.key) {
        current = readTlsFiles(files)
        use(current)
      }
      said = ''
    } catch (error) {
      // One file is replaced before the other: the next look finds both.
      if (!(error instanceof TlsFilesError)) throw error
      if (error.message !== said) say(`keeps the certificate that it has: ${error.message}`)
      said = error.message
    }
  }
  const timer = setInterval(look, lookMs).unref()
  return () => clearInterval(timer)
}
