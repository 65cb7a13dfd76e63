import { createHash, randomBytes } from 'node:crypto'
import { keepNewest } from '../../keep-newest'

/** How long a sign-in at a provider may take, ms. */
export const PENDING_MS = 10 * 60_000
const MOST_PENDING = 10_000
/** Of one client: whoever begins sign-ins again and again ends their own. */
const MOST_OF_A_CLIENT = 1000
const BROWSER_KEY = /^[\w-]{43}$/

/** What Gearboard must know again when the browser comes back. */
export interface PendingSignIn {
  /** Names it, in the address at which the browser comes back. */
  readonly state: string
  readonly nonce: string
  /** Of PKCE: the code is worth nothing without it. */
  readonly verifier: string
  readonly redirectUri: string
  /** The page to open afterwards, a path of our own. */
  readonly next: string
}

interface KeptSignIn extends PendingSignIn {
  readonly browser: string
  readonly client: string
  /** On the steady clock, ms. */
  readonly until: number
}

const digestOf = (key: string): string => createHash('sha256').update(key).digest('hex')

/** Sign-ins that have begun and not come back, each for one browser, which keeps a key of its own. */
export class PendingSignIns {
  private readonly kept = new Map<string, KeptSignIn>()

  /** @param now on the steady clock, ms */
  constructor(private readonly now: () => number) {}

  /**
   * @param key what the browser keeps; it is used again only where another tab waits with it
   * @returns what the browser is to keep
   */
  add(pending: PendingSignIn, key: string, client: string): string {
    this.forgetOld()
    const own = this.isKnown(key) ? key : randomBytes(32).toString('base64url')
    const ofClient = [...this.kept.values()].filter((each) => each.client === client)
    const [oldest] = ofClient
    if (oldest && ofClient.length >= MOST_OF_A_CLIENT) this.kept.delete(oldest.state)
    this.kept.set(pending.state, { ...pending, browser: digestOf(own), client, until: this.now() + PENDING_MS })
    keepNewest(this.kept, MOST_PENDING)
    return own
  }

  /** Takes the sign-in out: it comes back once. Undefined: it is unknown, over, or another browser's, whose it stays. */
  take(state: string, key: string): PendingSignIn | undefined {
    this.forgetOld()
    const found = this.kept.get(state)
    if (!found || !BROWSER_KEY.test(key) || found.browser !== digestOf(key)) return undefined
    this.kept.delete(state)
    return found
  }

  /** Whether a browser waits with this key. */
  isKnown(key: string): boolean {
    if (!BROWSER_KEY.test(key)) return false
    const browser = digestOf(key)
    return [...this.kept.values()].some((each) => each.browser === browser)
  }

  private forgetOld(): void {
    const now = this.now()
    for (const [state, { until }] of this.kept) {
      if (until > now) return
      this.kept.delete(state)
    }
  }
}
