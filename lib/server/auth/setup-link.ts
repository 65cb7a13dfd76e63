import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** How long a link for the set-up works, ms. */
const SETUP_MS = 3_600_000

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest()

/** The one link that makes the first user. It ends with this process. */
export class SetupLink {
  private issued: { readonly digest: Buffer; readonly until: number } | undefined

  /** @param now on the steady clock, ms */
  constructor(private readonly now: () => number) {}

  /** A new token; one from before works no longer. */
  issue(): string {
    const token = randomBytes(32).toString('base64url')
    this.issued = { digest: digestOf(token), until: this.now() + SETUP_MS }
    return token
  }

  isRight(token: string): boolean {
    const { issued } = this
    return issued !== undefined && this.now() < issued.until && timingSafeEqual(digestOf(token), issued.digest)
  }

  end(): void {
    this.issued = undefined
  }
}
