import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'

const ALGORITHM = 'aes-256-gcm'
const KEY_BYTES = 32
/** What GCM is defined for. */
const NONCE_BYTES = 12
const TAG_BYTES = 16
const VERSION = 'v1'

/** Why nothing can be sealed, and what helps. */
export const NO_KEY = 'The key that encrypts passwords cannot be stored in the data directory. Set GEARBOARD_SECRET.'

/** What was sealed cannot be opened: another key sealed it, or it was changed. */
export class SealError extends Error {
  override readonly name = 'SealError'
}

/**
 * Encrypts what is stored of passwords and keys (AES-256-GCM, a nonce for each). What is sealed for one purpose opens for that one alone, so
 * that nobody who writes to the database moves the password of one connection to another.
 */
export class SecretBox {
  private readonly key: Buffer
  /** Tells two keys apart, and says nothing of them. */
  readonly fingerprint: string

  /** @param secret of any length; its entropy is what the encryption is worth */
  constructor(secret: Uint8Array) {
    this.key = Buffer.from(hkdfSync('sha256', secret, '', 'gearboard stored secrets', KEY_BYTES))
    this.fingerprint = createHash('sha256').update(this.key).digest('hex').slice(0, 16)
  }

  /** @param purpose what it is for: the same text opens it */
  seal(plain: string, purpose: string): string {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv(ALGORITHM, this.key, nonce)
    cipher.setAAD(Buffer.from(purpose))
    const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
    return `${VERSION}.${Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url')}`
  }

  /** @throws SealError */
  open(sealed: string, purpose: string): string {
    const [version, text = ''] = sealed.split('.')
    const bytes = Buffer.from(text, 'base64url')
    if (version !== VERSION || bytes.length < NONCE_BYTES + TAG_BYTES)
      throw new SealError('it is not sealed as expected')
    const decipher = createDecipheriv(ALGORITHM, this.key, bytes.subarray(0, NONCE_BYTES))
    decipher.setAAD(Buffer.from(purpose))
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    try {
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString(
        'utf8',
      )
    } catch {
      throw new SealError('another key sealed it, or it was changed')
    }
  }
}
