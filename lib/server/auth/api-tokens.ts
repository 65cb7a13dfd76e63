import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { wallMs } from '@gearboard/gears/vocabulary/clock'
import type { Grant, Principal } from '@/lib/model/people/grant'
import { wrongField } from '../errors'
import { log } from '../log'
import { isSame, type People } from './people'
import type { ApiToken } from './people-records'

const TOKEN = /^gb_[\w-]{43}$/
const MOST_TOKENS_OF_ONE = 50
const MOST_TOKENS = 2000
/** How often the last use of a token is written, ms. */
const TOUCH_MS = 60_000

const digestOf = (token: string): string => createHash('sha256').update(token).digest('hex')

/** What a token is made for. */
export interface NewToken extends Grant {
  readonly name: string
  readonly readOnly: boolean
  /** How long it works, ms. */
  readonly lastsMs: number
}

/** The token in the Authorization header; undefined: there is none, or something else is there. */
export function bearerToken(request: Request): string | undefined {
  const [, value] = /^bearer +(gb_\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
  return value
}

/** Tokens for programs: each does what its owner may do at the time, within what it was made for. */
export class ApiTokens {
  private readonly touched = new Map<string, number>()

  /** @param now on the steady clock, ms */
  constructor(
    private readonly people: People,
    private readonly now: () => number,
  ) {}

  /** Null: it is unknown, revoked or expired, or its owner is nobody any longer. @param isUse it is written as its last use */
  principalOf(value: string, isUse = true): Principal | null {
    if (!TOKEN.test(value)) return null
    const token = this.people.tokens.byId?.get(digestOf(value))
    if (!token || token.expiresAt <= wallMs()) return null
    const grants = this.people.grantsFor(token.owner)
    if (!grants) return null
    if (isUse) this.touch(token)
    const { readOnly, owner } = token
    return { kind: 'token', name: `${owner.name} (token ${token.name})`, groups: [], grants, bounds: [token], readOnly }
  }

  /** Makes a token, and returns it with its text, which is kept nowhere. */
  make({ kind, name: ownerName, groups }: Principal, made: NewToken): Promise<{ token: ApiToken; text: string }> {
    if (kind === 'open' || kind === 'token') throw wrongField('name', 'tokens are made by people who are signed in')
    const owner = { kind, name: ownerName, groups }
    return this.people.next(async () => {
      const all = [...this.people.tokens.present.values()]
      const own = all.filter((token) => isSame(token.owner, owner))
      if (own.some(({ name }) => name === made.name)) throw wrongField('name', 'you have a token of this name already')
      if (own.length >= MOST_TOKENS_OF_ONE || all.length >= MOST_TOKENS)
        throw wrongField('name', 'there are too many tokens; revoke one that nothing uses')
      const text = `gb_${randomBytes(32).toString('base64url')}`
      const at = Math.floor(wallMs())
      const { lastsMs, ...rest } = made
      const times = { createdAt: at, expiresAt: at + lastsMs, usedAt: null }
      const token = { ...rest, ...times, id: randomUUID(), digest: digestOf(text), owner }
      await this.people.tokens.write(token)
      return { token, text }
    })
  }

  private touch(token: ApiToken): void {
    const now = this.now()
    if (now - (this.touched.get(token.digest) ?? Number.NEGATIVE_INFINITY) < TOUCH_MS) return
    this.touched.set(token.digest, now)
    void this.people.tokens
      .update({ ...token, usedAt: Math.floor(wallMs()) })
      .catch((error: unknown) => log.warn({ err: error }, 'the last use of a token was not saved to disk'))
  }
}
