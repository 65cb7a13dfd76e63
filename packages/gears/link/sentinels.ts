import { setTimeout as delay } from 'node:timers/promises'
import { sentinelMaster, sentinelNames } from '../commands/sentinel'
import { GearsError } from '../errors'
import type { ServerRefusal } from '../vocabulary/server-refusal'
import type { Link } from './link'
import type { HostPort } from './target'

/** A sentinel that has not answered within this is not waited for alone: the next one is asked, too, ms. */
const NEXT_AFTER_MS = 300
/** Names that a refusal lists. */
const NAMES_TOLD = 5

/** Where a master is, and who says so. */
export interface NamedMaster {
  /** As the sentinel reaches it. */
  readonly announced: HostPort
  readonly by: HostPort
}

/** A sentinel, and the ways to it: by TLS where the master is reached by TLS, and without it for one that does not speak it. */
export interface Sentinel {
  readonly at: HostPort
  readonly links: readonly [Link, ...Link[]]
}

/**
 * Knows which master the sentinels name. They are asked one after the other, the one first that answered last; one that is silent keeps no
 * other from being asked. User and password of the master are not sent to them.
 */
export class Sentinels {
  readonly name: string
  private sentinels: readonly Sentinel[]

  constructor(name: string, sentinels: readonly Sentinel[]) {
    this.name = name
    this.sentinels = sentinels
  }

  /** @throws GearsError with what the sentinels said, else why none of them answers */
  async master(): Promise<NamedMaster> {
    const settled = new AbortController()
    const failures: GearsError[] = []
    // The next one has its turn when those before it have failed, or are slow.
    let before: Promise<unknown> = Promise.resolve()
    const asked = this.sentinels.map((sentinel) => {
      const turn = before
      const answer = this.ask(sentinel, turn, settled)
      before = Promise.race([
        answer.catch(() => undefined),
        turn.then(() => delay(NEXT_AFTER_MS, undefined, { ref: false })),
      ])
      return answer.catch((error: unknown) => {
        if (error instanceof GearsError) failures.push(error)
        throw error
      })
    })
    try {
      return await Promise.any(asked)
    } catch {
      throw this.failure(failures)
    }
  }

  close(): void {
    for (const { links } of this.sentinels) for (const link of links) link.close()
  }

  private async ask(sentinel: Sentinel, turn: Promise<unknown>, settled: AbortController): Promise<NamedMaster> {
    await turn
    settled.signal.throwIfAborted()
    const { link, announced } = await this.answer(sentinel).catch((error: unknown) => {
      throw refusedBy(error)
    })
    if (!announced) throw await this.unknown(link)
    // Before this resolves, which is when the next one has its turn.
    settled.abort()
    this.sentinels = [sentinel, ...this.sentinels.filter((other) => other !== sentinel)]
    return { announced, by: sentinel.at }
  }

  private async answer(sentinel: Sentinel) {
    const link = await speaking(sentinel)
    return { link, announced: await link.send(sentinelMaster, this.name) }
  }

  private async unknown(link: Link): Promise<GearsError> {
    const names = await link.send(sentinelNames).catch(() => [])
    const told = names.slice(0, NAMES_TOLD).map((name) => JSON.stringify(name.slice(0, 100)))
    const more = names.length > told.length ? ` and ${names.length - told.length} more` : ''
    const known = names.length === 0 ? '' : `; it knows ${told.join(', ')}${more}`
    return refusal('unknown_master', `no master named ${JSON.stringify(this.name)}${known}`, link.address)
  }

  private failure(failures: readonly GearsError[]): GearsError {
    const said = failures.find((failure) => failure.refusal !== undefined || failure.code !== 'unreachable')
    if (said && said.code !== 'timeout') return said
    const [first] = failures
    if (!first) return new GearsError('unreachable', 'no sentinel was asked')
    const reasons = failures.map(({ address, message }) => `${address}: ${message}`)
    const who =
      failures.length === 1 ? 'the sentinel does not answer' : `none of the ${failures.length} sentinels answers`
    return new GearsError('unreachable', `${who}: ${reasons.slice(0, NAMES_TOLD).join('; ')}`)
  }
}

const refusal = (kind: ServerRefusal, message: string, address: string): GearsError =>
  new GearsError('rejected', message, { address, refusal: kind })

/** The way that works: with TLS, else without where the port is known not to speak it. @throws GearsError */
async function speaking({ links: [first, ...others] }: Sentinel): Promise<Link> {
  const [plain] = others
  if (plain?.up) return plain
  try {
    await first.ready()
    return first
  } catch (error) {
    if (!plain || !(error instanceof GearsError && error.refusal === 'plain_expected')) throw error
    await plain.ready()
    return plain
  }
}

/** What a sentinel says no to, by its own kinds: the help for a server of data would mislead. */
function refusedBy(error: unknown): unknown {
  if (!(error instanceof GearsError)) return error
  const { refusal: kind, message, address = '' } = error
  if (kind === 'password_needed') return refusal('sentinel_password', message, address)
  if (kind === 'wrong_password') return refusal('sentinel_wrong_password', message, address)
  if (kind === 'permission') return refusal('sentinel_permission', message, address)
  return /^ERR unknown command/i.test(message) ? refusal('no_sentinel', message, address) : error
}
