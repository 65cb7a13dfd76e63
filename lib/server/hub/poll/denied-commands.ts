import { GearsError } from '@gearboard/gears'
import { steadyMs } from '@gearboard/gears/vocabulary/clock'

/**
 * How long a command that this user may not send, or that the server lacks, is not sent again, ms: each refusal fills the server's ACL LOG.
 */
const RESPITE_MS = 60_000
/** A server that is loading or busy refuses as well, and not for long. */
const LASTING = /^NOPERM\b|^ERR unknown command/i

/** Refused to this user, or not there at all: it will be refused again. */
export const isLasting = (words: string): boolean => LASTING.test(words)

/** The commands that a shard denies to a poller that asks twice a second. */
export class DeniedCommands {
  private readonly until = new Map<string, number>()

  /** The answer; null where it is refused, or was a moment ago. @param what names the command. @throws what breaks the connection */
  async ask<T>(what: string, send: () => Promise<T>): Promise<T | null> {
    if (this.isDenied(what)) return null
    try {
      return await send()
    } catch (error) {
      if (!(error instanceof GearsError && (error.code === 'rejected' || error.code === 'module_missing'))) throw error
      this.noteDenial(what, error)
      return null
    }
  }

  isDenied(what: string): boolean {
    return (this.until.get(what) ?? Number.NEGATIVE_INFINITY) > steadyMs()
  }

  noteDenial(what: string, { message }: GearsError): void {
    if (isLasting(message)) this.until.set(what, steadyMs() + RESPITE_MS)
  }

  /** Ask again: the server may have been replaced. */
  clear(): void {
    this.until.clear()
  }
}
